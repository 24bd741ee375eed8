/**
 * An energy model of five bits that can be enumerated, with a path f_β = exp(−β E): from the uniform law, by Gibbs draws of
 * single bits, there and back so that a move is reversible.
 */
import type { Annealing } from "../../../../models/energy/annealing.ts";
import type { States, SweepKey } from "../../../../models/energy/sweeps.ts";
import type { Target } from "../../../../models/target.ts";
import { unchanged } from "../../../../models/posteriors/coordinates.ts";
import { Random } from "../../../../numerics/random/random.ts";
import { expit, logSumExp } from "../../../../numerics/special/logarithms.ts";

const UNITS = 5;
const BIASES = [0.5, -1.2, 0.3, 1, -0.4];
const COUPLINGS: readonly (readonly [number, number, number])[] = [
  [0, 1, 1.8],
  [1, 2, -1.5],
  [2, 3, 1.1],
  [0, 4, 2],
  [3, 4, -0.7],
];

function minusEnergy(s: ArrayLike<number>, offset = 0): number {
  let sum = 0;
  for (let i = 0; i < UNITS; i++) sum += BIASES[i] * s[offset + i];
  for (let k = 0; k < COUPLINGS.length; k++) {
    const pair = COUPLINGS[k];
    sum += pair[2] * s[offset + pair[0]] * s[offset + pair[1]];
  }
  return sum;
}

const STATES = Array.from({ length: 2 ** UNITS }, (_, k) => Float64Array.from({ length: UNITS }, (_, i) => k >> i & 1));
const LOGS = STATES.map((s) => minusEnergy(s));

export const tinyLogZ = logSumExp(LOGS);
/** P(bit i = 1). */
export const tinyMeans = BIASES.map((_, i) =>
  STATES.reduce((sum, s, k) => sum + s[i] * Math.exp(LOGS[k] - tinyLogZ), 0)
);

const THERE_AND_BACK = [0, 1, 2, 3, 4, 4, 3, 2, 1, 0];

function move(states: States, rows: number, beta: number, key: SweepKey): void {
  const random = new Random(key.seed);
  for (let r = 0; r < rows; r++) {
    random.at(key.stream + r, key.step, key.purpose);
    const at = r * UNITS;
    for (const i of THERE_AND_BACK) {
      states[at + i] = 1;
      const high = minusEnergy(states, at);
      states[at + i] = 0;
      const p = expit(beta * (high - minusEnergy(states, at)));
      states[at + i] = random.uniform() < p ? 1 : 0;
    }
  }
}

function weigh(states: States, rows: number, from: number, to: number, out: Float64Array): void {
  for (let r = 0; r < rows; r++) out[r] = (to - from) * minusEnergy(states, r * UNITS);
}

export const tinyAnnealing: Annealing = {
  units: UNITS,
  logBaseNormalizer: UNITS * Math.LN2,
  createStates: (rows) => new Int8Array(rows * UNITS),
  start(states, rows, key) {
    const random = new Random(key.seed);
    for (let r = 0; r < rows; r++) {
      random.at(key.stream + r, key.step, key.purpose);
      for (let i = 0; i < UNITS; i++) states[r * UNITS + i] = random.uniform() < 0.5 ? 1 : 0;
    }
  },
  weigh,
  move,
  advance(states, rows, from, to, key, out) {
    weigh(states, rows, from, to, out);
    move(states, rows, to, key);
  },
  fromPosition: (position, states, row) => states.set(position, row * UNITS),
  toPosition: (states, row, position) => position.set(states.subarray(row * UNITS, (row + 1) * UNITS)),
};

/** `annealing`: a broken twin's, say. */
export function tinyEnergy(annealing: Annealing = tinyAnnealing, sampled = false): Target {
  const cumulative = new Float64Array(LOGS.length + 1);
  LOGS.forEach((log, k) => cumulative[k + 1] = cumulative[k] + Math.exp(log - tinyLogZ));
  return {
    dim: UNITS,
    variables: [{ name: "s", shape: [UNITS] }],
    numericClass: "v8",
    coding: "bits",
    ...unchanged(UNITS),
    logDensity: (x) => minusEnergy(x),
    annealing,
    ...(sampled && {
      sample(random, out) {
        const u = random.uniform();
        out.set(STATES[Math.max(0, cumulative.findIndex((above) => above > u) - 1)] ?? STATES.at(-1)!);
      },
    }),
  };
}
