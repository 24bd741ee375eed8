/**
 * Where a chain ends that starts in a transient state: with Q the transitions among transient states and R those into a closed
 * class, the probabilities B = Q B + R and the expected number of steps t = 1 + Q t.
 */
import { type FiniteChain, submatrix } from "./chain.ts";
import type { CommunicatingClass } from "./classes.ts";
import { reduceStates, solveReduced } from "./reduction.ts";

export interface Absorption {
  /** Ascending. */
  readonly transient: readonly number[];
  /** For each of them, the probability to end in each closed class, in the order of `classes`. */
  readonly probabilities: readonly Float64Array[];
  /** For each of them, the expected number of steps until a closed class is entered. */
  readonly expectedSteps: Float64Array;
}

/** Null where no state is transient. */
export function absorption(
  { size, matrix }: FiniteChain,
  classes: readonly CommunicatingClass[],
): Absorption | null {
  const transient = classes.filter(({ closed }) => !closed).flatMap(({ states }) => states).sort((a, b) => a - b);
  if (transient.length === 0) return null;
  const intoClass = classes.filter(({ closed }) => closed).map(({ states }) =>
    Float64Array.from(transient, (i) => states.reduce((sum, j) => sum + matrix[i * size + j], 0))
  );
  const exits = Float64Array.from(transient, (_, i) => intoClass.reduce((sum, into) => sum + into[i], 0));
  const reduction = reduceStates(submatrix(matrix, size, transient, transient), transient.length, exits);
  for (const into of intoClass) solveReduced(reduction, into);
  const expectedSteps = new Float64Array(transient.length).fill(1);
  solveReduced(reduction, expectedSteps);
  return {
    transient,
    probabilities: transient.map((_, i) => Float64Array.from(intoClass, (into) => into[i])),
    expectedSteps,
  };
}
