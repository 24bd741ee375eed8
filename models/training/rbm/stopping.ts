/** What a record leaves in the state: the best parameters so far, and whether to go on. */
import { GROUPS, type ParameterArrays, type RbmState, reportedParameters } from "./state.ts";

/** score: of the monitor that stops early, more is better; null where there is none at this record. */
export function noteRecord<A extends Float32Array | Float64Array>(state: RbmState<A>, score: number | null): void {
  state.diverged = GROUPS.some((group) => !state.parameters[group].every(Number.isFinite));
  if (score === null || state.diverged) return;
  if (state.best && score <= state.best.value) {
    state.waited++;
    return;
  }
  state.best = { value: score, parameters: copyOf(reportedParameters(state)) };
  state.waited = 0;
}

/** Diverged parameters never come back; with early stopping, patience ends too. */
export function shouldStop(state: RbmState<Float32Array | Float64Array>, patience: number | undefined): boolean {
  return state.diverged || (patience !== undefined && state.waited >= patience);
}

function copyOf<A extends Float32Array | Float64Array>(parameters: ParameterArrays<A>): ParameterArrays<A> {
  const copy = { ...parameters };
  // A slice of an array has the array's own type, which TypeScript does not keep for a union.
  for (const group of GROUPS) copy[group] = parameters[group].slice() as A;
  return copy;
}
