/** Pictures of flows, drawn of flows whose laws are plain to see. */
import assert from "node:assert/strict";
import { densityAndDraws, warpedGrid } from "../../../coordinator/pictures/flow_plane.ts";
import { flowSheet } from "../../../coordinator/pictures/flow_sheet.ts";
import { densityPixels, windowOf } from "../../../coordinator/pictures/plane.ts";
import { spectrumOf, spectrumPlot } from "../../../coordinator/pictures/spectrum.ts";
import { flowTarget } from "../../../models/flows/model.ts";
import { flows } from "../../../models/flows/registry.ts";
import { buildNetwork, type FlowConfig, trainedFlow } from "../../../models/flows/trained.ts";
import type { DataShape } from "../../../models/flows/definition.ts";
import { parametersOf } from "../../../models/flows/network.ts";
import type { TrainedParameters } from "../../../models/training/training.ts";
import { openDouble } from "../../../numerics/arithmetic/double.ts";

const MARGIN = 2;

/** A flow that begins as the identity, with some of its parameters set. */
function flowOf(flow: FlowConfig, more: Partial<DataShape>, set: Record<string, readonly number[]> = {}) {
  const shape: DataShape = { dim: 2, classes: 0, preprocess: "none", ...more };
  const network = buildNetwork(flow, shape, { arithmetic: openDouble(), capacity: 1 }, 0);
  for (const { name, values } of parametersOf(network)) if (Object.hasOwn(set, name)) values.set(set[name]);
  return trainedFlow(network, flow, shape);
}

const nice = (more: object = {}) => flows["nice"].config.parse({ kind: "nice", hidden: [3], base: "normal", ...more });

/** Paths of the class, as lists of [x, y]. */
function paths(svg: string, colour: number): number[][][] {
  return [...svg.matchAll(new RegExp(`<path class="line${colour}"[^>]* d="([^"]*)"`, "g"))]
    .map(([, path]) => path.split(/[ML]/).slice(1).map((point) => point.replace("h0", "").split(" ").map(Number)));
}

/** The shades of an image of a sheet without zoom. */
function cell({ width, pixels }: { width: number; pixels: Uint8Array }, row: number, column: number, side: number) {
  const top = MARGIN + row * (side + MARGIN), left = MARGIN + column * (side + MARGIN);
  return Array.from(
    { length: side ** 2 },
    (_, i) => pixels[(top + Math.floor(i / side)) * width + left + i % side],
  );
}

Deno.test("a density is brightest at its mode, dark where there is none, and the second axis points up", () => {
  const window = { x: [0, 4], y: [0, 4] } as const;
  const pixels = densityPixels(
    window,
    4,
    (points) =>
      Array.from({ length: 16 }, (_, k) => -4 * ((points[2 * k] - 0.5) ** 2 + (points[2 * k + 1] - 3.5) ** 2)),
  );
  const colour = (
    row: number,
    column: number,
  ) => [...pixels.subarray(3 * (4 * row + column), 3 * (4 * row + column) + 3)];
  assert.deepEqual(colour(0, 0), [0xfd, 0xe7, 0x25], "the upper left is (0.5, 3.5)");
  assert.deepEqual(colour(3, 3), [0x44, 0x01, 0x54]);
});

Deno.test("what has no density is dark, and takes nothing from the rest", () => {
  const logs = [0, NaN, -Infinity, -Infinity];
  const pixels = densityPixels({ x: [0, 1], y: [0, 1] }, 2, () => logs);
  assert.deepEqual([...pixels.subarray(0, 3)], [0xfd, 0xe7, 0x25]);
  for (const k of [1, 2, 3]) assert.deepEqual([...pixels.subarray(3 * k, 3 * k + 3)], [0x44, 0x01, 0x54]);
});

Deno.test("the window holds the points with some room, but not one in a thousand that is far away", () => {
  const points = Array.from({ length: 2000 }, (_, k) => k % 2 === 0 ? k / 2000 : 5);
  points[0] = 1e6;
  const { x, y } = windowOf(points);
  assert.ok(x[0] < 0.01 && x[0] > -0.3 && x[1] > 0.98 && x[1] < 1.3, `${x}`);
  assert.deepEqual(y, [4.5, 5.5]);
});

Deno.test("the density of a flow is drawn beside its draws, and beside what it should be", () => {
  const trained = flowOf(nice(), {});
  const beside = { name: "a <model>", density: { dim: 2, logDensity: (x: Float64Array) => -x[0] * x[0] } };
  const svg = densityAndDraws(trained, { count: 50, beside });
  assert.equal([...svg.matchAll(/<image /g)].length, 2);
  assert.ok(svg.includes("a &lt;model&gt;"));
  const [points] = paths(svg, 0);
  assert.equal(points.length, 50);
  assert.equal(densityAndDraws(trained, { count: 50, beside }), svg, "the same words give the same picture");
  assert.notEqual(densityAndDraws(trained, { count: 50, beside, seed: 1 }), svg);
});

Deno.test("a flow that stretches leaves its grid straight; each way has its colour", () => {
  const svg = warpedGrid(flowOf(nice(), {}, { "layers[0].logScale": [-1, 0] }));
  for (const [colour, axis] of [[0, 0], [1, 1]]) {
    const lines = paths(svg, colour);
    assert.equal(lines.length, 42, "21 lines of the noise, 21 of the data");
    for (const line of lines) {
      assert.equal(line.length, 240);
      for (const point of line) assert.ok(Math.abs(point[axis] - line[0][axis]) < 0.02);
    }
  }
});

Deno.test("only flows of the plane are drawn in it", () => {
  const trained = flowOf(nice(), { dim: 3 });
  assert.throws(() => densityAndDraws(trained), /has 3 columns/);
  assert.throws(() => warpedGrid(trained), /has 3 columns/);
  const line = { name: "line", density: { dim: 1, logDensity: () => 0 } };
  assert.throws(() => densityAndDraws(flowOf(nice(), {}), { beside: line }), /1 coordinates/);
});

Deno.test("the spectrum is exp(−s), the largest first; other kinds have none", () => {
  const trained = flowOf(nice(), { dim: 3 }, { "layers[0].logScale": [0, -Math.log(4), Math.log(2)] });
  [4, 1, 0.5].forEach((value, i) => assert.ok(Math.abs(spectrumOf(trained)[i] - value) < 1e-12));
  assert.match(spectrumPlot(trained), /3 latent dimensions/);
  const other = flowOf(flows["real-nvp"].config.parse({ kind: "real-nvp", hidden: [3] }), {});
  assert.throws(() => spectrumOf(other), /Train one of kind nice/);
});

function drawsOf(trained: TrainedParameters, options: { class?: number; temperature: number }, count: number) {
  const x = new Float64Array(4 * count);
  void flowTarget(trained, options).batches.draw(
    count,
    { index: 0, seed: 3, stream: 0, step: 1, stride: 1 },
    x,
    new Float64Array(count),
  );
  return x;
}

const shades = (image: Float64Array) => Array.from(image, (x) => Math.max(0, Math.min(255, Math.round(255 * x))));

Deno.test("a sheet has the first draws of a job with its seed, pixels from 0 to 1 as black to white", () => {
  const trained = flowOf(nice(), { dim: 4, image: [2, 2, 1], preprocess: "dequantize" });
  const sheet = flowSheet(trained, { count: 4, seed: 3, zoom: 1 });
  const x = drawsOf(trained, { temperature: 1 }, 4);
  for (let k = 0; k < 4; k++) {
    assert.deepEqual(cell(sheet, Math.floor(k / 2), k % 2, 2), shades(x.subarray(4 * k, 4 * k + 4)));
  }
});

Deno.test("a sheet has a line for each temperature and class, all of the same noise", () => {
  const config = flows["glow"].config.parse({ kind: "glow", levels: 1, steps: 2, channels: 2 });
  const trained = flowOf(config, { dim: 4, image: [2, 2, 1], preprocess: "logit", classes: 2 });
  const sheet = flowSheet(trained, { count: 3, seed: 3, zoom: 1, temperatures: [0.5, 1] });
  [0.5, 1].forEach((temperature, t) => {
    for (const chosen of [0, 1]) {
      const x = drawsOf(trained, { temperature, class: chosen }, 3);
      for (let k = 0; k < 3; k++) {
        assert.deepEqual(cell(sheet, 2 * t + chosen, k, 2), shades(x.subarray(4 * k, 4 * k + 4)));
      }
    }
  });
});

Deno.test("sheets that cannot be are refused", () => {
  const colours = flowOf(nice(), { dim: 12, image: [2, 2, 3] });
  assert.throws(() => flowSheet(colours, { count: 1 }), /3 channels/);
  assert.throws(() => flowSheet(flowOf(nice(), { dim: 5 }), { count: 1 }), /5 values/);
  const grey = flowOf(nice(), { dim: 4, image: [2, 2, 1] });
  assert.throws(() => flowSheet(grey, { count: 600, temperatures: [1, 2] }), /at most 1000 images/);
  assert.throws(() => flowSheet(grey, { count: 1, class: 0 }), /conditional on no class/);
});
