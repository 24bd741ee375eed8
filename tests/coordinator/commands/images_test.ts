/** The sheets that the command line writes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { letters } from "../../../models/data/letters.ts";
import { flows } from "../../../models/flows/registry.ts";
import { buildNetwork, trainedFlow } from "../../../models/flows/trained.ts";
import { encodeTrained } from "../../../models/training/trained.ts";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { readPng } from "../pictures/read_png.ts";

const MAIN = join(import.meta.dirname ?? ".", "../../../main.ts");
const LETTERS = letters();
const MARGIN = 2;

/** An RBM that remembers the letters: each hidden unit wants one of them. */
function memory(): Uint8Array {
  const { rows: hidden, columns: visible, values } = LETTERS;
  const weights = new Float32Array(visible * hidden);
  const hiddenBias = new Float32Array(hidden).fill(60);
  for (let i = 0; i < visible; i++) {
    for (let j = 0; j < hidden; j++) {
      const ink = values[j * visible + i];
      weights[i * hidden + j] = 3 * (2 * ink - 1);
      hiddenBias[j] -= 3 * ink;
    }
  }
  const array = (shape: number[], values: Float32Array) => ({ shape, values });
  return encodeTrained({
    config: { kind: "rbm" },
    arrays: {
      weights: array([visible, hidden], weights),
      visibleBias: array([visible], new Float32Array(visible)),
      hiddenBias: array([hidden], hiddenBias),
    },
  });
}

async function images(folder: string, ...words: string[]) {
  const args = ["run", "-A", "--quiet", MAIN, "images", ...words];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: folder, env: { NO_COLOR: "1" } })
    .output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

async function inFolder(run: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(join(folder, "letters.model"), memory());
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The place in row `row` and column `column` of a sheet without zoom, as 120 shades. */
async function cell(path: string, row: number, column: number): Promise<number[]> {
  const { width, pixels } = readPng(await Deno.readFile(path));
  const top = MARGIN + row * (12 + MARGIN), left = MARGIN + column * (10 + MARGIN);
  return Array.from({ length: 120 }, (_, i) => pixels[(top + Math.floor(i / 10)) * width + left + i % 10]);
}

const letter = (index: number) => Array.from(LETTERS.values.subarray(120 * index, 120 * (index + 1)));

Deno.test("the rows of data and the filters of a model are written as sheets", async () => {
  await inFolder(async (folder) => {
    const data = await images(folder, "data", "letters", "--out", "data.png", "--zoom", "1", "--count", "4");
    assert.equal(data.code, 0, data.stderr);
    assert.deepEqual(await cell(join(folder, "data.png"), 0, 1), letter(1).map((bit) => 255 * bit));
    const model = ["letters.model", "--image-size", "12x10", "--zoom", "1"];
    const filters = await images(folder, "filters", ...model, "--out", "filters.png", "--count", "4");
    assert.equal(filters.code, 0, filters.stderr);
    assert.deepEqual(await cell(join(folder, "filters.png"), 0, 1), letter(1).map((bit) => 255 * bit));
  });
});

Deno.test("half a letter is completed to the letter that the model remembers", async () => {
  await inFolder(async (folder) => {
    const words = ["completions", "letters.model", "--data", "letters", "--sweeps", "1000", "--average", "20"];
    const { code, stderr } = await images(
      folder,
      ...words,
      "--count",
      "2",
      "--zoom",
      "1",
      "--known",
      "top",
      "--out",
      "c.png",
    );
    assert.equal(code, 0, stderr);
    const path = join(folder, "c.png");
    for (const index of [0, 1]) {
      const given = await cell(path, 0, index);
      const truth = letter(index).map((bit) => 255 * bit);
      assert.deepEqual(given, truth.map((shade, i) => (i < 60 ? shade : 128)));
      assert.deepEqual(await cell(path, 2, index), truth);
      const completed = await cell(path, 1, index);
      // A pixel of the letter is right with probability 0.95 in each of 20 draws.
      const wrong = completed.filter((shade, i) => Math.abs(shade - truth[i]) > 127).length;
      assert.equal(wrong, 0);
    }
  });
});

Deno.test("words that make no sheet end with status 2 and say why", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "spec.json"), '{ "data": { "kind": "letters", "count": 11 } }');
    const cases: [string[], RegExp][] = [
      [["data", "letters"], /expects --out FILE\.png/],
      [["data", "vases", "--out", "x.png"], /vases names no data/],
      [["data", "spec.json", "--out", "x.png"], /count is at most that; found 11/],
      [["filters", "letters.model", "--out", "x.png"], /120 values: expected a height and a width/],
      [["filters", "spec.json", "--out", "x.png"], /not trained parameters/],
      [
        ["completions", "letters.model", "--data", "letters", "--known", "middle", "--out", "x.png"],
        /one of top, bottom/,
      ],
    ];
    const results = await Promise.all(cases.map(([words]) => images(folder, ...words)));
    results.forEach(({ code, stderr }, i) => {
      assert.equal(code, 2, stderr);
      assert.match(stderr, cases[i][1]);
    });
  });
});

Deno.test("a trained flow is drawn as images, in the plane, and by its spectrum; what it is not is said", async () => {
  await inFolder(async (folder) => {
    const flow = flows["nice"].config.parse({ kind: "nice", hidden: [3] });
    const keep = async (name: string, dim: number) => {
      const shape = { dim, classes: 0, preprocess: "none" } as const;
      const network = buildNetwork(flow, shape, { arithmetic: openDouble(), capacity: 1 }, 0);
      await Deno.writeFile(join(folder, name), encodeTrained(trainedFlow(network, flow, shape)));
    };
    await keep("plane.model", 2);
    await keep("pixels.model", 9);
    await Deno.writeTextFile(join(folder, "beside.json"), `{ "model": { "kind": "potential", "energy": "u2" } }`);
    const done: [words: string[], file: string, begins: string][] = [
      [["density", "plane.model", "--beside", "beside.json", "--count", "20"], "density.svg", "<svg"],
      [["grid", "plane.model", "--temperature", "0.5"], "grid.svg", "<svg"],
      [["spectrum", "pixels.model"], "spectrum.svg", "<svg"],
      [
        ["samples", "pixels.model", "--count", "4", "--temperature", "0.5,1", "--seed", "7"],
        "samples.png",
        "\ufffdPNG",
      ],
    ];
    for (const [words, file, begins] of done) {
      const { code, stderr } = await images(folder, ...words, "--out", file);
      assert.equal(code, 0, stderr);
      assert.ok((await Deno.readTextFile(join(folder, file))).startsWith(begins), file);
    }
    const refused: [words: string[], says: RegExp][] = [
      [["grid", "pixels.model", "--out", "a.svg"], /this flow has 9 columns/],
      [["grid", "plane.model", "--out", "a.png"], /ends in \.svg/],
      [["density", "plane.model", "--out", "a.svg", "--temperature", "0.5,1"], /expects one --temperature/],
      [["samples", "pixels.model", "--out", "a.png", "--temperature", "0"], /positive numbers/],
      [["samples", "letters.model", "--out", "a.png"], /of a model of kind rbm, not of a flow/],
      [["spectrum", "letters.model", "--out", "a.svg"], /Train one of kind nice/],
    ];
    for (const [words, says] of refused) {
      const { code, stderr } = await images(folder, ...words);
      assert.equal(code, 2, stderr);
      assert.match(stderr, says);
    }
  });
});
