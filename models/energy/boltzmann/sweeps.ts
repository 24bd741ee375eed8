/**
 * Gibbs sweeps of a network of ±1 units: p(y_i = +1 | y_{−i}) = σ(2βz_i), z_i = Σ_j W_ij y_j + b_i. (σ(z) would be for units 0 and 1.)
 *
 * Systematic scan visits the free units in their order, random scan as many free units, each chosen at random; blocks are the
 * colours of the graph, one after the other. No unit of a colour is another's neighbour, so to draw them in turn is to draw them at
 * once. Clamped units keep their values. A dense network is swept unit by unit in numerics/boltzmann/; here is what costs only as many products as
 * there are edges.
 *
 * Random numbers of row r: those of the stream `stream + r` in turn; two words for a draw, and before them one for its unit where that
 * is random.
 */
import { againstField } from "../../../numerics/boltzmann/against_field.ts";
import { SingleSite } from "../../../numerics/boltzmann/single_site.ts";
import { multiplyHigh } from "../../../numerics/random/philox.ts";
import { Random } from "../../../numerics/random/random.ts";
import type { Scan, States, SweepKey, Sweeps } from "../sweeps.ts";
import { colourBlocks } from "./colouring.ts";
import { type Couplings, energyOf, fieldOf, toMatrix } from "./couplings.ts";

const DENSE = 1 / 4; // the part of all pairs that have an edge from which whole rows of the matrix are faster than lists
const MOST_DENSE_UNITS = 4096; // a matrix of 128 MiB

/** Sweeps at β = 1 of p ∝ exp(−E); of units with clamp[i] ≠ 0 only that value can be. */
export function spinSweeps(couplings: Couplings, clamp: Int8Array): Sweeps {
  const { units, starts, neighbours, bias } = couplings;
  const free = Int32Array.from(clamp.keys().filter((i) => clamp[i] === 0));
  const isDense = units <= MOST_DENSE_UNITS && neighbours.length > DENSE * units * (units - 1);
  let opened: SingleSite | undefined;
  /** Opened by the first sweep: whoever only asks what the model is needs no memory for it. */
  const singleSite = () => opened ??= new SingleSite(toMatrix(couplings), bias);
  const clamped = free.length === units ? null : Uint8Array.from(clamp, Math.abs);
  const blocks = colourBlocks({ starts, neighbours }, [...free]);
  // Where nearly every unit has a colour of its own there is nothing to draw at once.
  const scans: Scan[] = 2 * blocks.length > free.length ? ["systematic", "random"] : ["blocks", "systematic", "random"];
  const byBlocks = Int32Array.from(blocks.flatMap((block) => [...block]));

  function draw(states: Int8Array, at: number, field: number, beta: number, random: Random): void {
    const x = 2 * beta * field;
    const against = againstField(random.uint32(), random.uint32(), Math.abs(x));
    states[at] = x >= 0 !== against ? 1 : -1;
  }

  function sweepRow(states: Int8Array, offset: number, beta: number, scan: Scan, random: Random): void {
    const order = scan === "blocks" ? byBlocks : free;
    for (let k = 0; k < order.length; k++) {
      // Of the 2³² words a unit gets at most one more than another.
      const i = order[scan === "random" ? multiplyHigh(random.uint32(), order.length) >>> 0 : k];
      draw(states, offset + i, fieldOf(couplings, i, states, offset), beta, random);
    }
  }

  function sweep(states: States, rows: number, betas: Float64Array, scan: Scan, key: SweepKey): void {
    const spins = asSpins(states);
    if (isDense && scan !== "blocks") return singleSite().sweep(spins, rows, betas, scan, clamped, key);
    const random = new Random(key.seed);
    for (let row = 0; row < rows; row++) {
      random.at(key.stream + row, key.step, key.purpose);
      sweepRow(spins, row * units, betas[row], scan, random);
    }
  }

  return {
    units,
    scans,
    isWhole: true,
    blocks,
    createStates: (rows) => new Int8Array(rows * units),

    sweep,

    repeat(states: States, rows: number, betas: Float64Array, scan: Scan, key: SweepKey, count: number): void {
      if (isDense && scan !== "blocks") {
        return singleSite().sweep(asSpins(states), rows, betas, scan, clamped, key, count);
      }
      for (let k = 0; k < count; k++) sweep(states, rows, betas, scan, { ...key, step: key.step + k });
    },

    energies(states: States, rows: number, out: Float64Array): void {
      const spins = asSpins(states);
      if (isDense) return singleSite().energies(spins, rows, out);
      for (let row = 0; row < rows; row++) out[row] = energyOf(couplings, spins, row * units);
    },

    fromPosition: (position, states, row) => states.set(position, row * units),
    toPosition(states, row, position) {
      for (let i = 0; i < units; i++) position[i] = states[row * units + i];
    },
  };
}

function asSpins(states: States): Int8Array {
  if (states instanceof Int8Array) return states;
  throw new TypeError("the states of ±1 units are an Int8Array, as createStates makes them");
}
