/**
 * Stacks: robust regression. Ammonia that escapes on 21 days, by air flow, temperature and acid, with errors that may be far out.
 *
 *   y_i ~ Laplace(β_0 + Σ_j β_j z_ij, 1/τ)        z: the covariates, standardised
 *   β ~ Normal(0, 10⁵)                            τ ~ Gamma(0.001, 0.001)
 *
 * σ = √2/τ is the standard deviation of the errors; a day is an outlier where |y − μ| > 2.5 σ, which `generated` says of every day by 0 or
 * 1, so that the mean is the probability. b0 is the intercept on the covariates' own scales. Written with a design matrix that is made of
 * the data's columns.
 *
 * BUGS Examples Volume 1, "Stacks", model b (double exponential); Brownlee (1965), Birkes & Dodge (1993).
 */
import { add, gamma, laplace, matVec, mean, normal, positive, standardDeviation } from "ergodic";

export const variables = { beta0: [], beta: [3], logTau: [] };

interface Parameters {
  beta0: number;
  beta: number[];
  logTau: number;
}

interface Data {
  loss: number[];
  air: number[];
  temperature: number[];
  acid: number[];
}

const covariates = ({ air, temperature, acid }: Data) => [air, temperature, acid];

/** The design matrix, a row for each day. */
function standardised(data: Data): number[][] {
  const columns = covariates(data).map((column) => {
    const centre = mean(column), scale = standardDeviation(column);
    return column.map((x) => (x - centre) / scale);
  });
  return data.loss.map((_, i) => columns.map((column) => column[i]));
}

export function logDensity({ beta0, beta, logTau }: Parameters, data: Data): number {
  const tau = positive(logTau);
  const mu = add(beta0, matVec(standardised(data), beta));
  return laplace(data.loss, mu, 1 / tau.value) + normal(beta0, 0, Math.sqrt(1e5)) + normal(beta, 0, Math.sqrt(1e5)) +
    gamma(tau.value, 0.001, 0.001) + tau.logJacobian;
}

export function generated({ beta0, beta, logTau }: Parameters, data: Data) {
  const sigma = Math.SQRT2 / Math.exp(logTau);
  const mu = matVec(standardised(data), beta).map((m) => beta0 + m);
  const outlier = data.loss.map((y, i) => Math.abs(y - mu[i]) > 2.5 * sigma ? 1 : 0);
  const b0 = covariates(data).reduce((b, x, j) => b - beta[j] * mean(x) / standardDeviation(x), beta0);
  return { b0, sigma, outlier };
}
