/**
 * Dual averaging of the log step size towards a target acceptance. After the t-th transition since the last restart, with
 * acceptance statistic a_t ∈ [0, 1] and target δ,
 *
 *   H̄_t = (1 − 1/(t + t₀)) H̄_{t−1} + (δ − a_t)/(t + t₀),
 *   log ε_{t+1} = μ − √t/γ · H̄_t,
 *   log ε̄_t = t^{−κ} log ε_{t+1} + (1 − t^{−κ}) log ε̄_{t−1},
 *
 * where ε is used while adapting and ε̄ afterwards. Hoffman & Gelman (2014), section 3.2; constants as theirs and Stan's.
 */

const GAMMA = 0.05; // strength of the pull towards μ
const T0 = 10; // damps the first few transitions
const KAPPA = 0.75; // how fast the average forgets

/** Plain data: part of a checkpoint. */
export interface DualAveraging {
  /** μ. */
  centre: number;
  /** t. */
  count: number;
  /** H̄. */
  error: number;
  /** log ε̄. */
  logAverage: number;
}

/** Begins at `stepSize`; μ = log(10 ε) prefers larger steps, since too small a step costs more than too large a one. */
export function startDualAveraging(stepSize: number): DualAveraging {
  return { centre: Math.log(10 * stepSize), count: 0, error: 0, logAverage: 0 };
}

/** Takes in one acceptance statistic and returns the step size to use next. */
export function updateDualAveraging(state: DualAveraging, acceptance: number, target: number): number {
  const t = ++state.count;
  const weight = 1 / (t + T0);
  state.error = (1 - weight) * state.error + weight * (target - acceptance);
  const logStep = state.centre - Math.sqrt(t) / GAMMA * state.error;
  const forget = Math.pow(t, -KAPPA);
  state.logAverage = forget * logStep + (1 - forget) * state.logAverage;
  return Math.exp(logStep);
}

/** ε̄: the step size to keep. Needs at least one update. */
export function averagedStepSize(state: DualAveraging): number {
  return Math.exp(state.logAverage);
}
