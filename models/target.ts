/**
 * What a sampler sees of a model. A target lives on unconstrained coordinates x ∈ ℝ^dim; what is reported are its
 * `variables`, which `constrain` computes from x.
 */
import type { Random } from "../numerics/random/random.ts";
import type { Annealing } from "./energy/annealing.ts";
import type { Sweeps } from "./energy/sweeps.ts";

/** log p(x) up to a constant, on ℝ^dim. */
export interface Density {
  readonly dim: number;
  logDensity(x: Float64Array): number;
}

/** A density with its gradient. */
export interface Differentiable extends Density {
  /** Writes ∇ log p(x) into gradient and returns log p(x). */
  logDensityAndGradient(x: Float64Array, gradient: Float64Array): number;
}

/** A density whose full conditionals can be drawn exactly. */
export interface Conditionals extends Density {
  /** Draws x[i] from p(x_i | x_{−i}). Reads x, does not write it. */
  sampleConditional(i: number, x: Float64Array, random: Random): number;
}

/** A reported quantity: a scalar (shape []) or an array; its entries are reported one by one, row-major, as name[1] …, name[2,1] … */
export interface Variable {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The number of reported values: Σ of the product of each variable's shape. */
export function countValues(variables: readonly Variable[]): number {
  return variables.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

/** The name of each reported value: `mu`, `theta[1]`, `theta[2]` …; indices count from 1, the last runs fastest. */
export function valueNames(variables: readonly Variable[]): string[] {
  return variables.flatMap(({ name, shape }) => {
    if (shape.length === 0) return [name];
    const size = shape.reduce((a, b) => a * b, 1);
    return Array.from({ length: size }, (_, flat) => {
      const indices = [];
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        indices.unshift(flat % shape[axis] + 1);
        flat = Math.floor(flat / shape[axis]);
      }
      return `${name}[${indices.join(",")}]`;
    });
  });
}

/** What fixes the rounding of a target's numbers. `wasm-relaxed`: with fused multiply-adds, where the processor has them. */
export type NumericClass = "v8" | "wasm" | "wasm-relaxed" | "native" | `webgpu:${string}`;

/**
 * How the coordinates of a discrete target are coded: spins are −1 and +1, bits 0 and 1, integers are what they say. Outcomes
 * are what is noted of an experiment: there is no state to move and no density (it is 0), only exact draws.
 */
export type Coding = "spins" | "bits" | "integers" | "outcomes";

/** Where draws take their random numbers: draw i those of `Random.at(stream, step + i · stride)`. */
export interface Places {
  /** The number of the first among the draws of its stream, from 0. */
  readonly index: number;
  readonly seed: number;
  readonly stream: number;
  readonly step: number;
  readonly stride: number;
}

/** Exact, independent draws, many at once. */
export interface BatchSampler {
  /** The most draws of a call, none of which has a number beyond the next multiple of it; a function of the model alone. */
  readonly rows: number;
  /** A call takes the time of that many, however few are asked for. */
  readonly isWhole?: boolean;
  /** The densities of its draws are not known, and NaN. */
  readonly isUnscored?: boolean;
  /** Writes x [count × dim] and log p(x) [count]; a draw depends on the model and its own place alone. */
  draw(count: number, at: Places, x: Float64Array, logDensity: Float64Array): void | Promise<void>;
  /** Gives back what is not this thread's own memory. */
  close?(): Promise<void>;
}

/** What is hidden of a row, some of whose columns are known: its density in its own units, up to a constant. */
export interface HiddenPart {
  /** Where it lies; infinite for the whole line. */
  readonly low: number;
  readonly high: number;
  logDensityAndGradient(x: Float64Array, gradient: Float64Array): number;
  /** Between its own units and the target's coordinates. */
  toPosition(x: Float64Array, position: Float64Array): void;
  fromPosition(position: Float64Array, x: Float64Array): void;
  /** A start in its own units. */
  start(random: Random, out: Float64Array): void;
}

/** Parameters drawn from a model's prior, and the posterior of data that were simulated with them. */
export interface Replication {
  /** [dim], unconstrained. */
  readonly truth: Float64Array;
  /** With the variables of the model that it is a replication of. */
  readonly target: Target;
}

/** A term of a user's density at which the gradient was not finite though the density was. Lines and columns count from 1; 0: it is not known. */
export interface NonFiniteTerm {
  readonly line: number;
  readonly column: number;
  /** What stands there, its beginning. */
  readonly text: string;
  readonly count: number;
}

/** A model as the samplers and the outputs see it. */
export interface Target extends Density {
  readonly variables: readonly Variable[];
  readonly numericClass: NumericClass;
  /** Where the coordinates are not real numbers. Kernels that move by real steps then cannot serve the target. */
  readonly coding?: Coding;
  /** Some coordinates have one value alone (units that are clamped): kernels that move by real steps cannot serve the target either. */
  readonly hasFixedCoordinates?: boolean;
  /** int8 where all reported values are integers from −128 to 127: draws then take an eighth of the space. */
  readonly valueType?: "float64" | "int8";
  /** Writes the reported values of x, `countValues(variables)` of them, into out. */
  constrain(x: Float64Array, out: Float64Array): void;
  /**
   * The x whose first `dim` reported values are `values`, or which is `values` where fewer than `dim` are reported (a lattice by
   * its observables); the inverse of `constrain` for starting points that a user gives. Throws InputError (its path counted
   * from the start's own beginning, e.g. "1") for a value outside its range.
   */
  unconstrain(values: readonly number[]): Float64Array;
  logDensityAndGradient?(x: Float64Array, gradient: Float64Array): number;
  /** Since it was asked last, at most a few; a function of the evaluations between. */
  takeNonFiniteTerms?(): NonFiniteTerm[];
  sampleConditional?(i: number, x: Float64Array, random: Random): number;
  /**
   * Of a target with two values a coordinate: log p(x_i high | x_{−i}) − log p(x_i low | x_{−i}), whatever x_i is. What differs
   * from 0 by rounding alone is 0; ±∞ where one value cannot be.
   */
  logOdds?(i: number, x: Float64Array): number;
  /** Of an energy model: Gibbs sweeps of whole states, many at once. */
  readonly sweeps?: Sweeps;
  /** Of an energy model: the way to it from a law whose normalizer is known. */
  readonly annealing?: Annealing;
  /** Of a target of independent coordinates: writes the x at which their distribution functions are u, [dim] of (0, 1). */
  quantile?(u: Float64Array, out: Float64Array): void;
  /** Of a flow with known columns: the others. */
  readonly hidden?: HiddenPart;
  /** Of a posterior: draws parameters from the prior, and data given them, as many as the model has. Serves calibration. */
  replicate?(random: Random): Replication;
  /** An exact, independent draw of x, where the model has one. Serves tests. */
  sample?(random: Random, out: Float64Array): void;
  /** The same, many at once: what sampling jobs run where there is it. */
  readonly batches?: BatchSampler;
  /** A start of the model's own choosing; the default is uniform on (−2, 2) in every coordinate. */
  start?(random: Random, out: Float64Array): void;
  /** Gives back what is not this thread's own memory; it may be used again. */
  close?(): void;
  /** Data that the posterior is conditioned on, for the outputs: name → values with shape. */
  readonly observed?: readonly { name: string; shape: readonly number[]; values: Float64Array }[];
}
