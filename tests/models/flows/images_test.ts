/** Flows over images: what the first batch decides, what a checkerboard is, what each level leaves to its prior, which images are refused. */
import assert from "node:assert/strict";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { InputError } from "../../../numerics/errors.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import type { DataShape, Network } from "../../../models/flows/definition.ts";
import type { Layer } from "../../../models/flows/layer.ts";
import { Actnorm } from "../../../models/flows/layers/actnorm.ts";
import { AffineCoupling } from "../../../models/flows/layers/affine_coupling.ts";
import { checkerboard } from "../../../models/flows/layers/checkerboard_coupling.ts";
import { Part } from "../../../models/flows/layers/part.ts";
import type { ImageShape } from "../../../models/flows/layers/squeeze.ts";
import { NetworkFlow, parametersOf } from "../../../models/flows/network.ts";
import { flows } from "../../../models/flows/registry.ts";
import { buildNetwork, flowBytes, type FlowConfig, restore, trainedFlow } from "../../../models/flows/trained.ts";
import { disturb } from "./cases.ts";

const CAPACITY = 16;
const MIB = 2 ** 20;
const place = () => ({ arithmetic: openDouble(), capacity: CAPACITY });

const imageOf = (height: number, width: number, channels = 1): DataShape => ({
  dim: height * width * channels,
  image: [height, width, channels],
  classes: 0,
  preprocess: "none",
});
const glow = (more: object = {}) => flows["glow"].config.parse({ kind: "glow", steps: 2, channels: 4, ...more });
const scales = (more: object = {}) =>
  flows["real-nvp"].config.parse({ kind: "real-nvp", images: { channels: 4, blocks: 1, ...more } });

/** Rows whose columns have means and spreads of their own. */
function rowsOf(dim: number, stream: number) {
  const random = new Random(1).at(stream, 0, Purpose.test);
  const x = Float64Array.from({ length: CAPACITY * dim }, (_, k) => k % dim + (1 + k % 3) * random.normal());
  return { rows: CAPACITY, x, logDet: new Float64Array(CAPACITY), context: null };
}

/** Of each channel, over rows and pixels. */
function assertStandard(x: ArrayLike<number>, channels: number, what: string): void {
  const count = CAPACITY * x.length / CAPACITY / channels;
  for (let c = 0; c < channels; c++) {
    let mean = 0, squares = 0;
    for (let k = c; k < x.length; k += channels) mean += x[k] / count;
    for (let k = c; k < x.length; k += channels) squares += (x[k] - mean) ** 2 / count;
    assert.ok(Math.abs(mean) < 1e-9, `${what}: channel ${c} has mean ${mean}`);
    assert.ok(Math.abs(squares - 1) < 1e-9, `${what}: channel ${c} has variance ${squares}`);
  }
}

/** Walks from data to noise as a training does before its first update. */
function initialize({ layers }: Network, rows: ReturnType<typeof rowsOf>): void {
  for (const layer of layers.toReversed()) {
    layer.initialize?.(rows);
    layer.inverse(rows);
  }
}

Deno.test("the first batch leaves an actnorm with mean 0 and variance 1 in every channel", () => {
  const layer = new Actnorm(4, 3, { ...place(), contextWidth: 0 }), rows = rowsOf(12, 1);
  layer.initialize(rows);
  layer.inverse(rows);
  assertStandard(rows.x, 3, "actnorm");
});

for (const [name, config] of [["glow", glow()], ["real-nvp of images", scales()]] as const) {
  Deno.test(`${name}: the first batch sets every actnorm, also those inside of parts, by what comes to it`, () => {
    const network = buildNetwork(config, imageOf(8, 8), place(), 2);
    initialize(network, rowsOf(64, 1));
    let found = 0;
    // The same rows again: what leaves each actnorm has mean 0 and variance 1.
    const walk = (layers: readonly Layer[], rows: ReturnType<typeof rowsOf>) => {
      for (const layer of layers.toReversed()) {
        if (layer instanceof Part) {
          const { columns, width } = layer, x = new Float64Array(CAPACITY * columns.length);
          openDouble().gather(rows.x, CAPACITY, width, columns, x);
          walk(layer.layers, { ...rows, x });
        }
        layer.inverse(rows);
        if (layer instanceof Actnorm) assertStandard(rows.x, layer.channels, `actnorm ${found++}`);
      }
    };
    walk(network.layers, rowsOf(64, 1));
    assert.ok(found >= 4);
  });

  Deno.test(`${name}: restored, it is what it was, whatever rows come next`, () => {
    const shape = imageOf(8, 8), network = buildNetwork(config, shape, place(), 2);
    initialize(network, rowsOf(64, 1));
    const kept = trainedFlow(network, config, shape), again = buildNetwork(config, shape, place(), 9);
    restore(again, kept.arrays);
    const flowOf = (network: Network) => new NetworkFlow(network, 64, { ...place(), contextWidth: 0 });
    const batch = { rows: CAPACITY, values: rowsOf(64, 2).x };
    assert.deepEqual(flowOf(again).inverse(batch), flowOf(network).inverse(batch));
    assert.deepEqual(trainedFlow(again, config, shape), kept);
  });
}

/** Whether no two neighbours, each way, have one colour. */
function alternates(columns: Int32Array, [height, width, channels]: ImageShape): boolean {
  const chosen = new Set(columns);
  const has = (i: number, j: number, c: number) => chosen.has((i * width + j) * channels + c);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      for (let c = 0; c < channels; c++) {
        if (has(i, j, c) !== has(i, j, 0)) return false;
        if (i > 0 && has(i, j, c) === has(i - 1, j, c)) return false;
        if (j > 0 && has(i, j, c) === has(i, j - 1, c)) return false;
      }
    }
  }
  return true;
}

Deno.test("a checkerboard alternates along rows and columns, and its colours share out the image", () => {
  for (const image of [[4, 4, 1], [3, 5, 2], [2, 3, 3]] as const) {
    const [even, odd] = [false, true].map((odd) => checkerboard(image, odd));
    assert.ok(alternates(even, image) && alternates(odd, image));
    assert.deepEqual([...even, ...odd].sort((a, b) => a - b), Array.from(Array(image[0] * image[1] * image[2]).keys()));
  }
});

Deno.test("stripes, which every other number of a row of even width makes, are no checkerboard", () => {
  assert.ok(!alternates(Int32Array.from({ length: 8 }, (_, k) => 2 * k), [4, 4, 1]));
});

/** Columns that the flow leaves as they are, whatever its parameters. */
function unmoved(network: Network, dim: number): number[] {
  disturb(parametersOf(network), 0.05);
  const flow = new NetworkFlow(network, dim, { ...place(), contextWidth: 0 }), rows = rowsOf(dim, 3);
  const { z } = flow.inverse({ rows: CAPACITY, values: rows.x });
  return Array.from({ length: dim }, (_, j) => j).filter((j) => z.values[j] === rows.x[j]);
}

Deno.test("real-nvp of images moves every pixel; couplings of one colour alone leave the other", () => {
  const shape = imageOf(4, 4), network = buildNetwork(scales({ levels: 1 }), shape, place(), 2);
  const couplings = network.layers.filter((layer) => layer instanceof AffineCoupling);
  const first = couplings.filter((_, i) => i % 2 === 0);
  assert.deepEqual(unmoved({ ...network, layers: couplings }, 16), []);
  assert.deepEqual(unmoved({ ...network, layers: first }, 16), [...checkerboard([4, 4, 1], true)]);
});

/** Levels whose factored-out channels have no prior that looks at those that go on. */
function levelsWithoutPrior(layers: readonly Layer[]): number {
  const index = layers.findIndex((layer) => layer instanceof Part), part = layers[index];
  if (!(part instanceof Part)) return 0;
  const prior = layers[index + 1], own = new Set(part.columns);
  const isPrior = prior instanceof AffineCoupling && prior.split.passing.every((column) => own.has(column)) &&
    prior.split.transformed.every((column) => !own.has(column)) &&
    prior.split.passing.length + prior.split.transformed.length === part.width;
  return Number(!isPrior) + levelsWithoutPrior(part.layers);
}

Deno.test("every level of glow but the last leaves half of its channels to a prior; one that forgot it is found", () => {
  const { layers } = buildNetwork(glow({ levels: 3 }), imageOf(8, 8), place(), 2);
  assert.equal(levelsWithoutPrior(layers), 0);
  const index = layers.findIndex((layer) => layer instanceof Part);
  assert.equal(levelsWithoutPrior(layers.toSpliced(index + 1, 1)), 1);
});

Deno.test("kept orders and signs of a 1 × 1 convolution that can be none are refused", () => {
  const config = glow({ levels: 1 }), shape = imageOf(4, 4), network = buildNetwork(config, shape, place(), 2);
  const { arrays } = trainedFlow(network, config, shape);
  const refused: [array: string, values: number[], says: RegExp][] = [
    ["order", [0, 1, 1, 2], /each of 4 channels once, found 1 at 2/],
    ["order", [0, 1, 2, 4], /found 4 at 3/],
    ["order", [0, 1, 2.5, 3], /found 2.5 at 2/],
    ["signs", [1, -1, 0, 1], /−1 or 1, found 0 at 2/],
  ];
  for (const [array, values, says] of refused) {
    const name = `layers[1].${array}`, kept = { ...arrays, [name]: { shape: [4], values: Float32Array.from(values) } };
    assert.throws(() => restore(network, kept), says);
  }
});

Deno.test("images of odd sides, no images, and too many scales are refused with a way out", () => {
  const refused: [FlowConfig, DataShape, string, RegExp][] = [
    [glow({ levels: 3 }), imageOf(28, 28), "levels", /level 3 would squeeze images of 7 × 7.*at most 2 levels/],
    [glow({ levels: 1 }), imageOf(5, 4), "levels", /5 × 4.*must have even sides/],
    [glow(), { dim: 16, classes: 0, preprocess: "none" }, "data", /no height and width/],
    [
      scales({ levels: 4 }),
      imageOf(28, 28),
      "images.levels",
      /level 3 would squeeze images of 7 × 7.*at most 3 levels/,
    ],
    [scales({ levels: 3 }), imageOf(4, 4), "images.levels", /images of 1 × 1. Use at most 2 levels/],
    [scales(), { dim: 16, classes: 0, preprocess: "none" }, "data", /no height and width/],
  ];
  for (const [config, shape, path, says] of refused) {
    for (const ask of [() => buildNetwork(config, shape, place(), 1), () => flowBytes(config, shape, 1)]) {
      assert.throws(ask, (error) => error instanceof InputError && error.path === path && says.test(error.message));
    }
  }
});

Deno.test("glow of 28 × 28 pixels, 2 levels of 8 steps, takes well under a gigabyte for 64 rows", () => {
  const config = flows["glow"].config.parse({ kind: "glow" });
  const bytes = flowBytes(config, imageOf(28, 28), 64);
  assert.ok(bytes < 512 * MIB, `${bytes / MIB} MiB`);
});
