/**
 * What a chain's averages of a function are worth. With h the solution of Poisson's equation (I − P) h = f − π(f), the average
 * over t steps of a stationary chain has the variance σ²/t + O(1/t²), where
 *
 *   σ² = Var_π(f) + 2 Σ_{k≥1} Cov_π(f(X_0), f(X_k)) = 2 ⟨f − π(f), h⟩_π − Var_π(f),
 *
 * and σ²/Var_π(f) is the integrated autocorrelation time: steps that are worth one independent draw. It is below 1 where
 * steps are anticorrelated.
 *
 * Asmussen & Glynn (2007), "Stochastic Simulation", section IV.4; the equation is solved by state reduction.
 */
import { type FiniteChain, submatrix } from "./chain.ts";
import { reduceStates, solveReduced } from "./reduction.ts";

export interface FunctionOfChain {
  /** π(f) and Var_π(f). */
  readonly mean: number;
  readonly variance: number;
  /** σ². */
  readonly asymptoticVariance: number;
  /** σ²/Var_π(f), in steps; null where f is constant. */
  readonly autocorrelationTime: number | null;
}

/** For an irreducible chain; the work is done once for all functions. A function has a value for each state. */
export function autocorrelationTimes(
  { size, matrix }: FiniteChain,
  stationary: Float64Array,
): (f: ArrayLike<number>) => FunctionOfChain {
  // h is determined up to a constant: it is made 0 at the likeliest state, and the others see that state as an exit.
  const pinned = stationary.indexOf(stationary.reduce((a, b) => Math.max(a, b)));
  const others = Array.from(stationary.keys()).filter((i) => i !== pinned);
  const exits = Float64Array.from(others, (i) => matrix[i * size + pinned]);
  const reduction = reduceStates(submatrix(matrix, size, others, others), others.length, exits);

  return (f) => {
    const mean = stationary.reduce((sum, p, i) => sum + p * f[i], 0);
    const variance = stationary.reduce((sum, p, i) => sum + p * (f[i] - mean) ** 2, 0);
    const h = Float64Array.from(others, (i) => f[i] - mean);
    solveReduced(reduction, h);
    const inner = others.reduce((sum, i, at) => sum + stationary[i] * (f[i] - mean) * h[at], 0);
    const isConstant = others.every((i) => f[i] === f[pinned]);
    const asymptoticVariance = isConstant ? 0 : Math.max(0, 2 * inner - variance);
    return {
      mean,
      variance: isConstant ? 0 : variance,
      asymptoticVariance,
      autocorrelationTime: isConstant ? null : asymptoticVariance / variance,
    };
  };
}
