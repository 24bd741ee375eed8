/**
 * Our side of bench/energy_bench.ts: `deno run energy_loop.ts TASK FOLDER`. Says that it is ready, then makes a round for each
 * line on standard input, a seed, as peers/rbm.py does: on the same machine and data, by what jobs run on.
 */
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { rbm } from "../models/energy/rbm.ts";
import { rbm as training } from "../models/training/rbm.ts";
import { arrayBytes, openDense, rowSumBytes } from "../numerics/dense/dense.ts";
import { Purpose } from "../numerics/random/random.ts";
import { type Machine, readParameters } from "./energy_machine.ts";

const [task, folder] = Deno.args;
const machine: Machine = JSON.parse(await Deno.readTextFile(join(folder, "machine.json")));
const { visible, hidden, chains, sweeps, rows, batch, rate, momentum } = machine;
const { weights, visibleBias, hiddenBias } = await readParameters(folder);
const values = await Deno.readFile(join(folder, "data.u8"));

function gibbs(seed: number): number {
  const target = rbm.build(rbm.config.parse({
    kind: "rbm",
    weights: Array.from({ length: visible }, (_, i) => Array.from(weights.subarray(i * hidden, (i + 1) * hidden))),
    visibleBias: Array.from(visibleBias),
    hiddenBias: Array.from(hiddenBias),
  }));
  if (!target.sweeps) throw new Error("an RBM has sweeps");
  const { units } = target.sweeps;
  const states = target.sweeps.createStates(chains), betas = new Float64Array(chains).fill(1);
  for (let r = 0; r < chains; r++) states.set(values.subarray(r * visible, (r + 1) * visible), r * units);
  const key = { seed, purpose: Purpose.step, stream: 0 };
  target.sweeps.sweep(states, 1, betas, "blocks", { ...key, step: 0 }); // opens the kernels
  const begin = performance.now();
  for (let step = 1; step <= sweeps; step++) target.sweeps.sweep(states, chains, betas, "blocks", { ...key, step });
  return (performance.now() - begin) / 1000;
}

function cd(seed: number): number {
  const data = { name: "bits", rows, columns: visible, values, validationRows: 0 };
  const config = training.config.parse({
    kind: "rbm",
    hidden,
    method: "cd",
    batchSize: batch,
    learningRate: rate,
    schedule: "constant",
    momentum,
    centering: false,
  });
  const run = training.build(config, data, seed);
  const state = run.init();
  run.update(state, 1); // opens the kernels
  const updates = rows / batch;
  const begin = performance.now();
  for (let update = 2; update < 2 + updates; update++) run.update(state, update);
  return (performance.now() - begin) / 1000;
}

/** Sweeps a second, were there nothing but the sums: no random numbers, no σ, no copies. */
function sumsAlone(): number {
  const sums = rowSumBytes(visible, hidden) + rowSumBytes(hidden, visible);
  const layers = 5 * (arrayBytes(chains * visible) + arrayBytes(chains * hidden));
  const dense = openDense({ bytes: sums + layers + arrayBytes(4 * weights.length) });
  const matrix = dense.float32(weights.length);
  matrix.set(weights);
  const up = dense.rowSum(visible, hidden), down = dense.rowSum(hidden, visible);
  up.load(matrix, null);
  down.load(matrix, null, true);
  const v = dense.int8(chains * visible), h = dense.int8(chains * hidden);
  const a = dense.float32(chains * hidden), b = dense.float32(chains * visible);
  const key = { seed: 1, purpose: Purpose.test, stream: 0, step: 0 };
  v.set(values.subarray(0, v.length));
  up.apply(v, chains, a);
  dense.sampleBits({ field: a, rows: chains, m: hidden, key, firstBlock: 0, out: h });
  const round = () => {
    const begin = performance.now();
    for (let i = 0; i < sweeps; i++) {
      up.apply(v, chains, a);
      down.apply(h, chains, b);
    }
    return 1000 * sweeps / (performance.now() - begin);
  };
  return Math.max(...Array.from({ length: 5 }, round));
}

const run = task === "gibbs" ? gibbs : cd;
run(1);
const ceiling = task === "gibbs" ? { ceiling: sumsAlone() } : {};
console.log(JSON.stringify({ ready: `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`, ...ceiling }));
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ seconds: run(Number(line)) }));
}
