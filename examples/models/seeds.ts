/**
 * Seeds: random effect logistic regression. Seeds that germinated on 21 plates, two kinds of seed by two root extracts.
 *
 *   r_i ~ Binomial(p_i, n_i)
 *   logit p_i = α_0 + α_1 x_1i + α_2 x_2i + α_12 x_1i x_2i + b_i
 *   b_i ~ Normal(0, σ²)           α ~ Normal(0, 1000²)      σ ~ Uniform(0, 10)
 *
 * The plates say little about their own b_i, and σ may be near zero: the coordinates are z_i with b_i = σ z_i (non-centred), without
 * which the posterior is a funnel. Written with a design matrix and vector functions.
 *
 * BUGS Examples Volume 1, "Seeds"; Crowder (1978), table 3.
 */
import { add, binomialLogit, bounded, matVec, multiply, normal, uniform } from "ergodic";

export const variables = { alpha: [4], u: [], z: [21] };

interface Parameters {
  alpha: number[];
  u: number;
  z: number[];
}

interface Data {
  germinated: number[];
  seeds: number[];
  kind: number[];
  extract: number[];
}

export function logDensity({ alpha, u, z }: Parameters, { germinated, seeds, kind, extract }: Data): number {
  const design = kind.map((x1, i) => [1, x1, extract[i], x1 * extract[i]]);
  const sigma = bounded(u, 0, 10);
  const logit = add(matVec(design, alpha), multiply(sigma.value, z));
  return binomialLogit(germinated, seeds, logit) + normal(z, 0, 1) + normal(alpha, 0, 1000) +
    uniform(sigma.value, 0, 10) + sigma.logJacobian;
}

export function generated({ alpha, u }: Parameters) {
  const [alpha0, alpha1, alpha2, alpha12] = alpha;
  return { alpha0, alpha1, alpha2, alpha12, sigma: bounded(u, 0, 10).value };
}
