/**
 * The metric (inverse mass matrix Σ) that the gradient kernels learn in warmup, kept as its factor L, Σ = L Lᵀ.
 *
 * As Stan does, an estimate from n draws is shrunk towards 10⁻³ I: Σ = n/(n+5) S + 10⁻³ · 5/(n+5) I. The small target
 * keeps a coordinate that hardly moved from getting a step that it can't take.
 */
import { cholesky } from "../../../numerics/linear_algebra/cholesky.ts";
import type { Moments } from "./welford.ts";

export const METRIC_KINDS = ["diagonal", "dense", "unit"] as const;
export type MetricKind = typeof METRIC_KINDS[number];

const PRIOR_DRAWS = 5;
const PRIOR_VARIANCE = 1e-3;

/** The factor of the identity: [dim], or [dim × dim] for a dense metric. */
export function identityScale(dim: number, metric: MetricKind): Float64Array {
  if (metric !== "dense") return new Float64Array(dim).fill(1);
  const scale = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++) scale[i * dim + i] = 1;
  return scale;
}

/**
 * Writes the factor of the regularised covariance of `moments` into `scale`, which is as long as their scatter. Leaves it as
 * it was and returns false where the positions were so far out that their covariance overflowed, or fewer than two.
 */
export function learnScale(moments: Moments, scale: Float64Array): boolean {
  const { count, mean, scatter } = moments;
  const dim = mean.length;
  if (count < 2) return false;
  const shrink = count / (count + PRIOR_DRAWS) / (count - 1);
  const ridge = PRIOR_VARIANCE * PRIOR_DRAWS / (count + PRIOR_DRAWS);
  if (!scatter.every(Number.isFinite)) return false;
  const covariance = scatter.map((value) => shrink * value);
  const stride = scatter.length === dim ? 1 : dim + 1;
  for (let i = 0; i < dim; i++) covariance[i * stride] += ridge;
  if (stride === 1) {
    for (let i = 0; i < dim; i++) scale[i] = Math.sqrt(covariance[i]);
    return true;
  }
  if (cholesky(covariance, dim, covariance) !== null) return false;
  scale.set(covariance);
  return true;
}
