/** What a constraining transform gives, and how it meets the tape: one operation for the value and the log-Jacobian. */
import { apply, type Argument, type Value, type Values, type VectorOperation } from "../../modules/tape/vector.ts";
import { row } from "../numbers.ts";

/** The value, and log |det| of the derivative of its free entries in the unconstrained ones: a density of the value needs it added. */
export interface Constrained<Result> {
  readonly value: Result;
  readonly logJacobian: Value;
}

/** The same of numbers alone. */
export interface ConstrainedNumbers<Result> {
  readonly value: Result;
  readonly logJacobian: number;
}

export interface Transform {
  readonly name: string;
  /** Entries of the value; the log-Jacobian comes after them. */
  readonly entries: number;
  forward: VectorOperation["forward"];
  backward: VectorOperation["backward"];
}

/** Runs a transform on its inputs: the value's entries in a row, and the log-Jacobian. */
export function constrain(transform: Transform, inputs: readonly Argument[]): Constrained<readonly Value[]> {
  const { name, entries, forward, backward } = transform;
  const given = inputs.filter(({ traced }) => traced);
  const all = row(apply({ name, outputs: entries + 1, forward, backward }, given, [entries + 1]));
  return { value: all.slice(0, entries), logJacobian: all[entries] };
}

/** Entries in a row as an array of that shape, [] for a number. */
export function shaped(entries: readonly Value[], shape: readonly number[]): Values {
  let next = 0;
  const build = (axis: number): Values =>
    axis === shape.length ? entries[next++] : Array.from({ length: shape[axis] }, () => build(axis + 1));
  return build(0);
}
