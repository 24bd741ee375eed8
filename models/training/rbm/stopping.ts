/** What a record leaves in the state: the best parameters so far. */
import { noteScore } from "../early_stopping.ts";
import { GROUPS, type ParameterArrays, type RbmState, reportedParameters } from "./state.ts";

/** score: of the monitor that stops early, more is better; null where there is none at this record. */
export function noteRecord<A extends Float32Array | Float64Array>(state: RbmState<A>, score: number | null): void {
  state.diverged = GROUPS.some((group) => !state.parameters[group].every(Number.isFinite));
  noteScore(state, score, (value) => ({ value, parameters: copyOf(reportedParameters(state)) }));
}

function copyOf<A extends Float32Array | Float64Array>(parameters: ParameterArrays<A>): ParameterArrays<A> {
  const copy = { ...parameters };
  // A slice of an array has the array's own type, which TypeScript does not keep for a union.
  for (const group of GROUPS) copy[group] = parameters[group].slice() as A;
  return copy;
}
