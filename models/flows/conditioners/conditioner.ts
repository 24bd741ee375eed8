/** What tells a coupling how to move one part of a row, from the other part: a function whose gradient is written by hand. */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Parameter, Workplace } from "../layer.ts";

/** Built for at most `capacity` rows; its arrays are its own, and filled and read by the coupling. */
export interface Conditioner {
  readonly kind: string;
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly parameters: readonly Parameter[];
  /** [rows × inputWidth], filled before `run`. */
  readonly input: Reals;
  /** [rows × outputWidth], of the last `run`. */
  readonly output: Reals;
  /** [rows × outputWidth], filled before `back`; may be written over by it. */
  readonly dOutput: Reals;
  /** [rows × inputWidth], of the last `back`. */
  readonly dInput: Reals;
  /** context [rows × contextWidth], null where the flow is conditional on nothing. */
  run(rows: number, context: Reals | null): void;
  /** Adds to the parameters' gradients, which it may leave out with `inputsOnly`. Comes after a `run` of the same rows. */
  back(rows: number, context: Reals | null, inputsOnly?: boolean): void;
}

/** Builds a conditioner of these widths; `name` begins its parameters' names. */
export type BuildConditioner = (inputWidth: number, outputWidth: number, workplace: Workplace) => Conditioner;
