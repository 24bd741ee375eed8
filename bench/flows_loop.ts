/**
 * Our side of bench/flows_bench.ts: `deno run flows_loop.ts TASK [wide]`, a FlowTask as JSON. Says that it is ready, then makes a round for
 * each line on standard input, as peers/flows.py does. What a training computes between two minibatches is here, without the service
 * around it; products are fused, as `relaxed` asks for.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { NetworkFlow, parametersOf, reload, walkToNoise } from "../models/flows/network.ts";
import { buildNetwork, flowBytes, TrainedFlow } from "../models/flows/trained.ts";
import { openSingle } from "../numerics/arithmetic/single.ts";
import { Purpose, Random } from "../numerics/random/random.ts";
import { type FlowTask, productsARow } from "./flows_tasks.ts";

const task: FlowTask = JSON.parse(Deno.args[0]);
const kind = { relaxed: true, wide: Deno.args[1] === "wide" };
const { batch, steps } = task;
const { flow, shape } = TrainedFlow.parse(described(task));
// The moments of Adam lie beside the network.
const arithmetic = openSingle({ bytes: 2 * flowBytes(flow, shape, batch), ...kind });
const place = { arithmetic, capacity: batch, contextWidth: 0 };
const network = buildNetwork(flow, shape, place, 1);

function described({ couplings, ...task }: FlowTask) {
  const none = { classes: 0, preprocess: "none" };
  if (task.flow !== "glow") {
    const flow = { kind: task.flow, couplings, hidden: task.hidden };
    return { kind: "flow", flow, shape: { ...none, dim: task.dim } };
  }
  const [height, width, channels] = task.image;
  const image = [2 * height, 2 * width, channels / 4];
  const flow = { kind: "glow", levels: 1, steps: couplings, channels: task.hidden };
  return { kind: "flow", flow, shape: { ...none, dim: height * width * channels, image } };
}

function training(): () => void {
  const parameters = parametersOf(network).flatMap(({ values, gradient }) => {
    const moments = { first: arithmetic.reals(values.length), second: arithmetic.reals(values.length) };
    return gradient ? [{ parameters: values, gradient, ...moments }] : [];
  });
  const random = new Random(1).at(0, 0, Purpose.test);
  const [data, x, dx] = Array.from({ length: 3 }, () => arithmetic.reals(batch * shape.dim));
  for (let k = 0; k < data.length; k++) data[k] = task.flow === "real-nvp" ? random.normal() : random.uniform();
  const logDet = arithmetic.doubles(batch), logDensity = arithmetic.doubles(batch);
  const weight = arithmetic.doubles(batch).fill(-1 / batch);
  const rates = { rate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0, scale: 1 };
  let step = 0;
  reload(network);
  return () => {
    step++;
    x.set(data);
    walkToNoise(network, { rows: batch, x, logDet, context: null }, true);
    logDensity.set(logDet);
    network.base.logDensity(x, batch, null, logDensity, true);
    for (const { gradient } of parameters) gradient.fill(0);
    dx.fill(0);
    network.base.back(x, batch, weight, dx);
    for (const layer of network.layers) layer.inverseBack({ rows: batch, dx, dLogDet: weight });
    for (const moved of parameters) arithmetic.adam({ ...moved, ...rates, step });
    reload(network);
  };
}

/** Rows, and their log densities. */
function sampling(): () => void {
  const sampler = new NetworkFlow(network, shape.dim, place);
  let drawn = 0;
  return () => {
    const z = sampler.noise({ seed: 1, chain: 0, from: drawn, to: drawn + batch });
    const { logDet } = sampler.forward(z);
    const logDensity = sampler.logBase(z);
    for (let r = 0; r < batch; r++) logDensity[r] -= logDet[r];
    drawn += batch;
  };
}

/** Rows a second, were there nothing but the products of a step. */
function productsAlone(): number {
  const products = productsARow(task);
  const bytes = products.reduce(
    (sum, { inputs, outputs, times }) => sum + 8 * (batch * (inputs + outputs) * imagePixels(times) + inputs * outputs),
    4096,
  );
  const alone = openSingle({ bytes, ...kind });
  const calls = products.flatMap(({ inputs, outputs, times }) => {
    const rows = batch * imagePixels(times);
    const x = alone.reals(rows * inputs), w = alone.reals(inputs * outputs), y = alone.reals(rows * outputs);
    const forward = { m: rows, n: outputs, k: inputs, a: x, b: w, c: y };
    const gradient = { m: inputs, n: outputs, k: rows, a: x, transposeA: true, b: y, c: w };
    const back = { m: rows, n: inputs, k: outputs, a: y, b: w, transposeB: true, c: x };
    const each = task.task === "train" ? [forward, gradient, back] : [forward];
    return Array.from({ length: times / imagePixels(times) }, () => each).flat();
  });
  const seconds = Array.from({ length: 4 }, () => {
    const begin = performance.now();
    for (let i = 0; i < steps; i++) for (const call of calls) alone.gemm(call);
    return (performance.now() - begin) / 1000;
  });
  return steps * batch / Math.min(...seconds);
}

/** A product of a pixel has as many rows as the images have pixels. */
function imagePixels(times: number): number {
  return task.flow === "glow" ? times / task.couplings : 1;
}

const step = task.task === "train" ? training() : sampling();
step();
const ceiling = productsAlone();
console.log(JSON.stringify({ ready: `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`, ceiling }));
for await (const _ of createInterface({ input: process.stdin })) {
  const begin = performance.now();
  for (let i = 0; i < steps; i++) step();
  console.log(JSON.stringify({ seconds: (performance.now() - begin) / 1000 }));
}
