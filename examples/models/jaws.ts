/**
 * Jaws: repeated measures. The height of the jaw bone of twenty boys at four ages.
 *
 *   Y_i ~ MVN(μ, Σ)      μ_j = β_0 + β_1 x_j
 *   β_0, β_1 ~ Normal(0, 1000)      Σ⁻¹ ~ Wishart(I, 4)
 *
 * Σ is made of ten free numbers; the transform's Jacobian is that of Σ, so the prior has to be the law of Σ, the inverse Wishart:
 * log p(Σ) = −½ (4 + 4 + 1) log |Σ| − ½ tr Σ⁻¹ + constant. With Σ = L Lᵀ, log |Σ| = 2 Σ log L_jj and tr Σ⁻¹ = Σ_j ‖L⁻¹ e_j‖². The line
 * has its height at 8.75 years and its slope as coordinates, which are almost independent. Written with matrices.
 *
 * BUGS Examples Volume 2, "Jaws", linear growth; Elston & Grizzle (1962).
 */
import {
  cholesky,
  covariance,
  logDeterminantOfCholesky,
  multivariateNormal,
  normal,
  solveTriangular,
  sumOfSquares,
} from "ergodic";

const ORDER = 4, MIDDLE_AGE = 8.75;

export const variables = { middle: [], beta1: [], u: [10] };

interface Parameters {
  middle: number;
  beta1: number;
  u: number[];
}

interface Data {
  ages: number[];
  heights: number[][]; // [boy][age]
}

const unitVectors = Array.from({ length: ORDER }, (_, i) => Array.from({ length: ORDER }, (_, j) => i === j ? 1 : 0));

function inverseWishart(lower: readonly (readonly number[])[], freedom: number): number {
  let trace = 0;
  for (const e of unitVectors) trace += sumOfSquares(solveTriangular(lower, e));
  return -(freedom + ORDER + 1) / 2 * logDeterminantOfCholesky(lower) - trace / 2;
}

const meanHeights = ({ middle, beta1 }: Parameters, ages: number[]) =>
  ages.map((age) => middle + beta1 * (age - MIDDLE_AGE));

export function logDensity(x: Parameters, { ages, heights }: Data): number {
  const sigma = covariance(x.u, ORDER), lower = cholesky(sigma.value);
  const beta0 = x.middle - MIDDLE_AGE * x.beta1;
  return multivariateNormal(heights, meanHeights(x, ages), lower) + inverseWishart(lower, 4) + sigma.logJacobian +
    normal(beta0, 0, Math.sqrt(1000)) + normal(x.beta1, 0, Math.sqrt(1000));
}

export function generated(x: Parameters, { ages }: Data) {
  const mu = meanHeights(x, ages);
  return { beta0: x.middle - MIDDLE_AGE * x.beta1, mu, Sigma: covariance(x.u, ORDER).value };
}

export function initial({ heights }: Data): number[] {
  const middle = heights.reduce((sum, row) => sum + (row[1] + row[2]) / 2, 0) / heights.length;
  return [middle, 2, ...[0, 2, 0, 2, 2, 0, 2, 2, 2, 0]];
}
