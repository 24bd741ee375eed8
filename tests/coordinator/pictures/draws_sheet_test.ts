import assert from "node:assert/strict";
import { drawsSheet } from "../../../coordinator/pictures/draws_sheet.ts";
import type { DrawsReader } from "../../../coordinator/store/draws.ts";

/** Draw d of value v of chain c is 1 where (c + d + v) is even; `bias` comes before the image. */
function reader(chains: number, draws: number, shape: number[], bias = true): DrawsReader {
  const variables = [...(bias ? [{ name: "bias", shape: [] }] : []), { name: "v", shape }];
  return {
    chains,
    draws,
    variables,
    names: [],
    complete: true,
    statistics: [],
    numericClass: "v8",
    nonFinite: 0,
    blocks: () => [],
    readValue(chain, value, start, out) {
      const pixel = value - (bias ? 1 : 0);
      for (let i = 0; i < out.length; i++) out[i] = (chain + start + i + pixel) % 2 === 0 ? 1 : 0;
    },
    readStatistic: () => {},
    close: () => {},
  };
}

const signature = async (draws: DrawsReader, options = {}) => {
  const { width, height, pixels } = await drawsSheet(draws, { zoom: 1, ...options });
  return { size: [height, width], pixels: [...pixels].filter((pixel) => pixel !== 96).join(" ") };
};

Deno.test("the sheet is the last draw of each chain, in the variable's shape or a square", async () => {
  assert.deepEqual(await signature(reader(1, 3, [4])), { size: [6, 6], pixels: "255 0 255 0" });
  assert.deepEqual(await signature(reader(1, 4, [4])), { size: [6, 6], pixels: "0 255 0 255" });
  assert.deepEqual((await signature(reader(1, 1, [2, 3]))).size, [6, 7]);
  assert.deepEqual((await signature(reader(1, 1, [2, 8]), { height: 4 })).size, [8, 8]);
  assert.deepEqual((await signature(reader(1, 1, [6]), { width: 2 })).size, [7, 6]);
});

Deno.test("with draws, a chain is a line of draws that ends with the last", async () => {
  // Draws 1, 3 and 5 of 6, counted from 0: all odd.
  const { size, pixels } = await signature(reader(2, 6, [1, 2], false), { draws: 3 });
  assert.deepEqual(size, [2 + 2 * 3, 2 + 3 * 4]);
  assert.equal(pixels, "0 255 0 255 0 255 255 0 255 0 255 0");
});

Deno.test("count takes the first chains", async () => {
  assert.deepEqual((await signature(reader(9, 1, [4]), { count: 2 })).size, [6, 10]);
});

Deno.test("what is no image is refused, and the option is named", async () => {
  const cases: [DrawsReader, object, string][] = [
    [reader(1, 1, [5]), {}, "height"],
    [reader(1, 1, [4]), { height: 3 }, "height"],
    [reader(1, 1, [4]), { height: 2, width: 3 }, "height"],
    [reader(1, 1, [4]), { variable: "w" }, "variable"],
    [reader(1, 1, []), {}, "variable"],
    [reader(1, 2000, [4]), { draws: 1001 }, "draws"],
  ];
  for (const [draws, options, path] of cases) await assert.rejects(drawsSheet(draws, options), { path });
  await assert.rejects(drawsSheet(reader(1000, 1, [900]), { zoom: 64 }), { path: "zoom" });
});

Deno.test("what was given is shown first, the rest of it in middle grey", async () => {
  const given = [1, 0, null, null];
  assert.equal((await signature(reader(1, 3, [4]), { given })).pixels, "255 0 255 0 128 128 255 0");
  const { size } = await signature(reader(2, 3, [4]), { given, draws: 3 });
  assert.deepEqual(size, [2 + 3 * 4, 2 + 3 * 4]);
  assert.deepEqual((await signature(reader(1, 3, [4]), { given: [1] })).size, [6, 6]);
});
