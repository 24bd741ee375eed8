/** An Ising lattice as the samplers see it: its coordinates are the spins, row by row. */
import { InputError } from "../../../numerics/errors.ts";
import { IsingLattice } from "../../../numerics/ising/lattice.ts";
import { expit } from "../../../numerics/special/logarithms.ts";
import { checkStart } from "../../posteriors/coordinates.ts";
import type { Target, Variable } from "../../target.ts";
import { enumerate, exactSampler, MOST_ENUMERATED } from "../boltzmann/enumeration.ts";
import { spinSweeps } from "../boltzmann/sweeps.ts";
import type { Scan, States, SweepKey, Sweeps } from "../sweeps.ts";
import { aboveOf, belowOf, latticeCouplings, leftOf, type Moments, momentsOf, rightOf } from "./lattice.ts";

export interface Ising {
  readonly rows: number;
  readonly columns: number;
  readonly coupling: number;
  readonly field: number;
  readonly beta: number;
  readonly report: "observables" | "spins";
  readonly start: "random" | "ordered";
}

/** Sites up to which single-site scans are offered too: they walk along lists of neighbours. */
const MOST_LISTED = 1 << 16;

const OBSERVABLES: readonly Variable[] = [
  { name: "energy", shape: [] },
  { name: "magnetisation", shape: [] },
  { name: "abs_magnetisation", shape: [] },
];

export function isingTarget(ising: Ising): Target {
  const { rows, columns, coupling, field, beta } = ising;
  const sites = rows * columns;
  const tolerance = 8 * Number.EPSILON * beta * (4 * Math.abs(coupling) + Math.abs(field));

  /** 2β (J Σ neighbours + h) */
  function logOdds(i: number, x: Float64Array): number {
    const neighbours = x[aboveOf(ising, i)] + x[belowOf(ising, i)] + x[leftOf(ising, i)] + x[rightOf(ising, i)];
    const half = beta * (coupling * neighbours + field);
    return Math.abs(half) <= tolerance ? 0 : 2 * half;
  }

  let draw: ReturnType<typeof exactSampler> | undefined;
  const sample: Target["sample"] = (random, out) => {
    const all = Array.from({ length: sites }, (_, i) => i);
    draw ??= exactSampler(enumerate(latticeCouplings(ising), 1, all, new Int8Array(sites)));
    draw(random, out);
  };

  return {
    dim: sites,
    variables: ising.report === "spins" ? [{ name: "s", shape: [rows, columns] }] : OBSERVABLES,
    numericClass: "wasm",
    coding: "spins",
    valueType: ising.report === "spins" ? "int8" : "float64",
    constrain(x, out) {
      if (ising.report === "spins") return out.set(x);
      const moments = momentsOf(ising, x, 0);
      out[0] = energyOf(ising, moments) / sites;
      out[1] = moments.sum / sites;
      out[2] = Math.abs(moments.sum) / sites;
    },
    /** A start is all spins, whatever is reported. */
    unconstrain(values) {
      checkStart(values, sites);
      values.forEach((value, i) => {
        if (value === -1 || value === 1) return;
        throw new InputError(
          `${i}`,
          `the spin of row ${Math.floor(i / columns) + 1}, column ${i % columns + 1} must be -1 or 1, found ${value}`,
        );
      });
      return Float64Array.from(values);
    },
    logDensity: (x) => 0 - beta * energyOf(ising, momentsOf(ising, x, 0)),
    logOdds,
    sampleConditional: (i, x, random) => random.uniform() < expit(logOdds(i, x)) ? 1 : -1,
    sweeps: isingSweeps(ising),
    ...(sites <= MOST_ENUMERATED ? { sample } : {}),
    start(random, out) {
      if (ising.start === "ordered") out.fill(random.uint32() >>> 31 ? 1 : -1);
      else for (let i = 0; i < sites; i++) out[i] = random.uint32() >>> 31 ? 1 : -1;
    },
  };
}

/** E; subtracted from 0 so that nothing is reported as −0. */
function energyOf({ coupling, field }: Ising, { bonds, sum }: Moments): number {
  return 0 - coupling * bonds - field * sum;
}

function isingSweeps(ising: Ising): Sweeps {
  const { rows, columns, coupling, field, beta } = ising;
  const units = rows * columns;
  const scans: Scan[] = units <= MOST_LISTED ? ["blocks", "systematic", "random"] : ["blocks"];
  // Each is made where it is asked for: one takes the room of a lattice, the other that of many lists.
  let lattice: IsingLattice | undefined;
  let single: Sweeps | undefined;

  function repeat(
    states: States,
    count: number,
    betas: Float64Array,
    scan: Scan,
    key: SweepKey,
    sweeps: number,
  ): void {
    if (scan === "blocks") {
      lattice ??= new IsingLattice(rows, columns, beta * coupling, beta * field);
      return lattice.sweep(asSpins(states), count, betas, key, sweeps);
    }
    single ??= spinSweeps(latticeCouplings(ising), new Int8Array(units));
    for (let k = 0; k < sweeps; k++) single.sweep(states, count, betas, scan, { ...key, step: key.step + k });
  }

  return {
    units,
    isWhole: true,
    scans,
    blocks: [0, 1].map((colour) => ({
      *[Symbol.iterator]() {
        for (let i = 0; i < units; i++) if ((Math.floor(i / columns) + i % columns) % 2 === colour) yield i;
      },
    })),
    createStates: (count) => new Int8Array(count * units),

    sweep: (states, count, betas, scan, key) => repeat(states, count, betas, scan, key, 1),
    repeat,

    energies(states: States, count: number, out: Float64Array): void {
      for (let row = 0; row < count; row++) {
        out[row] = beta * energyOf(ising, momentsOf(ising, states, row * units));
      }
    },

    fromPosition: (position, states, row) => states.set(position, row * units),
    toPosition(states, row, position) {
      for (let i = 0, from = row * units; i < units; i++) position[i] = states[from + i];
    },
  };
}

function asSpins(states: States): Int8Array {
  if (states instanceof Int8Array) return states;
  throw new TypeError("the states of spins are an Int8Array, as createStates makes them");
}
