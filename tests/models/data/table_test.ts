import assert from "node:assert/strict";
import { inlineDataset } from "../../../models/data/inline.ts";
import { tableDataset } from "../../../models/data/table.ts";

Deno.test("a table is read with and without names, with labels by name or by place", () => {
  const expected = {
    rows: 2,
    columns: 2,
    values: Float32Array.of(0.5, -1, 2, 3e2),
    labels: Uint8Array.of(7, 9),
    validationRows: 0,
  };
  const named = "\ufeffa,class,b\n0.5,7,-1\r\n\n2,9,3e2\n";
  for (const labels of ["class", 1, -2]) {
    assert.deepEqual(tableDataset("t", named, { labels }), { name: "t", ...expected });
  }
  assert.deepEqual(tableDataset("t", "0.5,-1,7\n2,300,9", { labels: -1 }), { name: "t", ...expected });
});

Deno.test("bits become bytes, an image's integers too, other numbers stay real", () => {
  assert.deepEqual(tableDataset("t", "0,1\n1,1").values, Uint8Array.of(0, 1, 1, 1));
  assert.deepEqual(tableDataset("t", "0,255").values, Float32Array.of(0, 255));
  const image = tableDataset("t", "0,255\n3,4", { image: [2, 1] });
  assert.deepEqual([image.values, image.image], [Uint8Array.of(0, 255, 3, 4), [2, 1]]);
});

Deno.test("what is no table of numbers is refused, and the place is said", () => {
  const cases: [text: string, options: Parameters<typeof tableDataset>[2], message: RegExp][] = [
    ["", {}, /expected lines of numbers, found none/],
    ["a,b\n", {}, /found none/],
    ["a,b\n1,2\n3,x", {}, /row 2, column b: expected a number, found "x"/],
    ["1,2\n3,", {}, /row 2, column 2: expected a number, found ""/],
    ["1,2\n3", {}, /line 2/],
    ["1,2\n3,Infinity", {}, /found "Infinity"/],
    ["a,b\n1,2", { labels: "c" }, /no column "c"; found the columns a, b/],
    ["1,2", { labels: 2 }, /2 columns without names/],
    ["1\n2", { labels: 0 }, /at least one column beside the labels/],
    ["1,256", { labels: 1 }, /a label is an integer from 0 to 255, found 256/],
    ["1,2,3", { image: [2, 2] }, /2 × 2 pixels need as many columns; found 3/],
  ];
  for (const [text, options, message] of cases) {
    assert.throws(() => tableDataset("t", text, options), message, JSON.stringify(text));
  }
});

Deno.test("rows that are sent along have one length, and as many numbers as the image has pixels", () => {
  assert.deepEqual(inlineDataset([[0, 1], [1, 0]]).values, Uint8Array.of(0, 1, 1, 0));
  assert.deepEqual(inlineDataset([[0, 9], [1, 0]]).values, Float32Array.of(0, 9, 1, 0));
  assert.deepEqual(inlineDataset([[0, 9]], [1, 2]).values, Uint8Array.of(0, 9));
  assert.throws(() => inlineDataset([[1, 2], [1]]), { path: "rows.1" });
  assert.throws(() => inlineDataset([[1, 2]], [2, 2]), { path: "image" });
});
