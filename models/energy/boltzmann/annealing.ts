/**
 * The way from fair coins to a machine, f_β(y) = exp(−β E(y)) over the free units: at β = 0 all 2^free states are alike. A move is a
 * sweep by random scan, which is reversible.
 */
import { Random } from "../../../numerics/random/random.ts";
import type { Annealing } from "../annealing.ts";
import type { States, SweepKey, Sweeps } from "../sweeps.ts";

/** `clamp` as spinSweeps takes it: the value of each unit that is held, 0 of the others. */
export function spinAnnealing(sweeps: Sweeps, clamp: Int8Array): Annealing {
  const { units } = sweeps;
  const free = clamp.filter((value) => value === 0).length;
  let betas = new Float64Array(0);

  function weigh(states: States, rows: number, from: number, to: number, out: Float64Array): void {
    sweeps.energies(states, rows, out);
    for (let row = 0; row < rows; row++) out[row] *= from - to;
  }

  function move(states: States, rows: number, beta: number, key: SweepKey): void {
    if (betas.length !== rows) betas = new Float64Array(rows);
    sweeps.sweep(states, rows, betas.fill(beta), "random", key);
  }

  return {
    units,
    logBaseNormalizer: free * Math.LN2,
    createStates: (rows) => sweeps.createStates(rows),
    start(states, rows, key) {
      const random = new Random(key.seed);
      for (let row = 0; row < rows; row++) {
        random.at(key.stream + row, key.step, key.purpose);
        for (let i = 0; i < units; i++) {
          states[row * units + i] = clamp[i] !== 0 ? clamp[i] : random.uint32() >>> 31 ? 1 : -1;
        }
      }
    },
    weigh,
    move,
    advance(states, rows, from, to, key, out) {
      weigh(states, rows, from, to, out);
      move(states, rows, to, key);
    },
    fromPosition: (position, states, row) => sweeps.fromPosition(position, states, row),
    toPosition: (states, row, position) => sweeps.toPosition(states, row, position),
  };
}
