/**
 * Annealed importance sampling along an energy model's path (Neal 2001), and its reverse, a step at a time.
 *
 * Forward, particles start at exact draws of the base; at each inverse temperature β_k a particle gains
 * log f_k(x) − log f_{k−1}(x) and is moved by a kernel that keeps f_k. Then E[w] = Z / Z_0, so log Z₀ + log mean w falls below log Z on
 * the average. In reverse, particles start at draws of the target and go down; E[w] = Z_0 / Z, and the estimate lies above log Z
 * on the average (Grosse, Ghahramani & Adams 2015, "Sandwiching the marginal likelihood"), as far as the starts are exact.
 */
import { logAddExp } from "../../numerics/special/logarithms.ts";
import type { Annealing } from "./annealing.ts";
import type { States, SweepKey } from "./sweeps.ts";

/** Particles under way: plain data, all that is needed to go on elsewhere. */
export interface AnnealedRun {
  readonly rows: number;
  /** [rows × units] */
  readonly states: States;
  /** [rows] */
  readonly logWeights: Float64Array;
  /** Temperatures passed. */
  step: number;
}

/** Where the inverse temperatures lie. */
export type Spacing = "linear" | "sigmoid" | "geometric";

const STEEPNESS = 4; // of the sigmoid: Grosse et al. (2015) use 4
const FINEST = 1e-3; // of the geometric spacing: the first and the last step, in units of β, for many temperatures

/**
 * 0 = β_0 < … < β_steps = 1. `sigmoid` and `geometric` are finer at both ends, where the laws change fastest: a logistic curve cut at
 * ±4; steps that grow by one factor up to β = ½ and shrink again.
 */
export function inverseTemperatures(steps: number, spacing: Spacing = "sigmoid"): Float64Array {
  const at = (t: number): number => {
    switch (spacing) {
      case "linear":
        return t;
      case "sigmoid":
        return 0.5 * (1 + Math.tanh(STEEPNESS * (2 * t - 1) / 2) / Math.tanh(STEEPNESS / 2));
      case "geometric":
        return t <= 0.5 ? ramp(2 * t) / 2 : 1 - ramp(2 - 2 * t) / 2;
    }
  };
  return Float64Array.from({ length: steps + 1 }, (_, k) => k === 0 ? 0 : k === steps ? 1 : at(k / steps));
}

/** From 0 to 1, slope rising by the factor 1/FINEST. */
function ramp(t: number): number {
  return Math.expm1(-Math.log(FINEST) * t) / (1 / FINEST - 1);
}

/** Particles at exact draws of the base, made of the numbers of `key`. */
export function startForward(annealing: Annealing, rows: number, key: SweepKey): AnnealedRun {
  const states = annealing.createStates(rows);
  annealing.start(states, rows, key);
  return { rows, states, logWeights: new Float64Array(rows), step: 0 };
}

/** Particles at draws of the target, for the reverse run. */
export function startReverse(annealing: Annealing, positions: readonly Float64Array[]): AnnealedRun {
  const rows = positions.length;
  const states = annealing.createStates(rows);
  positions.forEach((position, row) => annealing.fromPosition(position, states, row));
  return { rows, states, logWeights: new Float64Array(rows), step: 0 };
}

/** Takes the run on to `until` temperatures, in place. `betas` rise from 0 to 1, or fall from 1 to 0 in reverse. */
export function advanceRun(
  annealing: Annealing,
  betas: Float64Array,
  run: AnnealedRun,
  key: SweepKey,
  until: number = betas.length - 1,
): void {
  const { rows, states, logWeights } = run;
  const gains = new Float64Array(rows);
  while (run.step < until) {
    const from = betas[run.step], to = betas[++run.step];
    // The last move would change no weight.
    if (run.step === betas.length - 1) annealing.weigh(states, rows, from, to, gains);
    else annealing.advance(states, rows, from, to, { ...key, step: key.step + run.step }, gains);
    for (let r = 0; r < rows; r++) logWeights[r] += gains[r];
  }
}

/** What log weights add up to; sums of shards can be added. */
export interface WeightSums {
  readonly count: number;
  /** log Σ w, log Σ w² */
  readonly logSum: number;
  readonly logSquares: number;
}

export function sumWeights(logWeights: Float64Array): WeightSums {
  let logSum = -Infinity, logSquares = -Infinity;
  for (const w of logWeights) {
    logSum = logAddExp(logSum, w);
    logSquares = logAddExp(logSquares, 2 * w);
  }
  return { count: logWeights.length, logSum, logSquares };
}

export function mergeWeights(a: WeightSums, b: WeightSums): WeightSums {
  return {
    count: a.count + b.count,
    logSum: logAddExp(a.logSum, b.logSum),
    logSquares: logAddExp(a.logSquares, b.logSquares),
  };
}

/** An estimate of log Z. */
export interface LogPartition {
  readonly value: number;
  /** Of `value`, by the delta method: sd(w) / (mean w √n). NaN for one particle. */
  readonly standardError: number;
  /** value and the mean weight ± 3 of its standard errors, in logs; −∞ or +∞ where that leaves the positive numbers. */
  readonly lower: number;
  readonly upper: number;
  /** (Σ w)² / Σ w² */
  readonly effectiveSampleSize: number;
}

/** log Z from the weights of forward runs: log Z₀ + log mean w; of reverse runs: log Z₀ − log mean w. */
export function estimateLogPartition(
  { logBaseNormalizer }: Annealing,
  { count, logSum, logSquares }: WeightSums,
  direction: "forward" | "reverse" = "forward",
): LogPartition {
  const logMean = logSum - Math.log(count);
  // Σ w² / (Σ w)² − 1/n is the relative variance of the sum times (n − 1)/n.
  const inverseEss = Math.exp(logSquares - 2 * logSum);
  const standardError = Math.sqrt(Math.max(0, inverseEss - 1 / count) * count / (count - 1));
  const sign = direction === "forward" ? 1 : -1;
  const below = logBaseNormalizer +
    sign * (logMean + (3 * standardError < 1 ? Math.log1p(-3 * standardError) : -Infinity));
  const above = logBaseNormalizer + sign * (logMean + Math.log1p(3 * standardError));
  return {
    value: logBaseNormalizer + sign * logMean,
    standardError,
    lower: Math.min(below, above),
    upper: Math.max(below, above),
    effectiveSampleSize: 1 / inverseEss,
  };
}
