/** The RBMs and the data of bench/energy_bench.ts, as files that every contestant reads. */
import { join } from "node:path";
import { loadDataset } from "../coordinator/datasets/load.ts";
import { DataSpec } from "../coordinator/datasets/spec.ts";
import type { Dataset } from "../models/data/dataset.ts";
import { rbm } from "../models/training/rbm.ts";
import { Purpose, Random } from "../numerics/random/random.ts";

/** machine.json. */
export interface Machine {
  readonly visible: number;
  readonly hidden: number;
  /** Chains that are sampled, and the sweeps of a round. */
  readonly chains: number;
  readonly sweeps: number;
  /** Rows of an epoch and of a minibatch. */
  readonly rows: number;
  readonly batch: number;
  readonly rate: number;
  readonly momentum: number;
}

export const MACHINE: Machine = {
  visible: 784,
  hidden: 500,
  chains: 1000,
  sweeps: 20,
  rows: 10_000,
  batch: 100,
  rate: 0.05,
  momentum: 0.5,
};

/** Weights [visible × hidden] and biases. */
export interface Parameters {
  readonly weights: Float32Array;
  readonly visibleBias: Float32Array;
  readonly hiddenBias: Float32Array;
}

const FILES = { weights: "weights.f32", visibleBias: "visible_bias.f32", hiddenBias: "hidden_bias.f32" } as const;
const SEED = 20260101;
const EPOCHS = 3;

/** Fashion-MNIST in bits, the first rows. */
export function loadBits(): Promise<Dataset> {
  return loadDataset(DataSpec.parse({ kind: "fashion-mnist", count: MACHINE.rows, binarize: 0.5 }));
}

/** Small weights at random: half of all units are on, which is where sums over bits cost most. */
export function randomMachine(): Parameters {
  const random = new Random(SEED).at(0, 0, Purpose.test);
  const { visible, hidden } = MACHINE;
  return {
    weights: Float32Array.from({ length: visible * hidden }, () => 0.05 * random.normal()),
    visibleBias: new Float32Array(visible),
    hiddenBias: new Float32Array(hidden),
  };
}

/** After a few epochs on the data. */
export function trainedMachine(data: Dataset): Parameters {
  const options = rbm.config.parse({ kind: "rbm", hidden: MACHINE.hidden, epochs: EPOCHS });
  const training = rbm.build(options, data, SEED);
  const state = training.init();
  for (let update = 1; update <= training.updates; update++) training.update(state, update);
  const { weights, visibleBias, hiddenBias } = training.parameters(state).arrays;
  const single = ({ values }: { values: ArrayLike<number> }) => Float32Array.from(values);
  return { weights: single(weights), visibleBias: single(visibleBias), hiddenBias: single(hiddenBias) };
}

/** Writes a folder for the contestants. */
export async function writeMachine(folder: string, parameters: Parameters, { values }: Dataset): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "machine.json"), JSON.stringify(MACHINE));
  for (const name of ["weights", "visibleBias", "hiddenBias"] as const) {
    await Deno.writeFile(join(folder, FILES[name]), new Uint8Array(parameters[name].slice().buffer));
  }
  await Deno.writeFile(join(folder, "data.u8"), Uint8Array.from(values));
}

export async function readParameters(folder: string): Promise<Parameters> {
  const read = async (name: keyof typeof FILES) =>
    new Float32Array((await Deno.readFile(join(folder, FILES[name]))).buffer);
  return {
    weights: await read("weights"),
    visibleBias: await read("visibleBias"),
    hiddenBias: await read("hiddenBias"),
  };
}
