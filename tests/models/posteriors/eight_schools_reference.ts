/**
 * The posterior of eight schools without sampling. Given tau, mu and theta are jointly normal, so their moments given tau
 * are closed forms (Gelman et al., "Bayesian Data Analysis", equations 5.17 to 5.21, with a normal prior on mu); what is
 * left is one integral over log tau, which the trapezoidal rule takes to about ten digits.
 *
 * `deno run eight_schools_reference.ts` prints it.
 */

export interface Moments {
  readonly mean: number;
  readonly sd: number;
}

export interface EightSchoolsReference {
  readonly mu: Moments;
  readonly tau: Moments;
  /** One a school. */
  readonly theta: readonly Moments[];
}

const Y = [28, 8, -3, 7, -1, 1, 18, 12];
const SIGMA = [15, 10, 16, 11, 9, 11, 10, 18];

/** Posterior means and standard deviations, mu ~ N(0, muScale²), tau ~ half-Cauchy(0, tauScale). */
export function eightSchoolsReference(y = Y, sigma = SIGMA, muScale = 5, tauScale = 5): EightSchoolsReference {
  let mass = 0;
  const sums = Array.from({ length: y.length + 2 }, () => ({ first: 0, second: 0 }));
  for (let logTau = -30; logTau <= 30; logTau += 0.01) {
    const tau = Math.exp(logTau);
    // y_j given mu and tau is N(mu, sigma_j² + tau²).
    const weights = sigma.map((s) => 1 / (s * s + tau * tau));
    let precision = 1 / muScale ** 2, weighted = 0, squares = 0, logDeterminant = 0;
    weights.forEach((weight, j) => {
      precision += weight;
      weighted += weight * y[j];
      squares += weight * y[j] * y[j];
      logDeterminant += Math.log(weight);
    });
    const muMean = weighted / precision, muVariance = 1 / precision;
    const density = Math.exp(
      0.5 * (logDeterminant - Math.log(precision) - squares + weighted * muMean) + logTau -
        Math.log1p((tau / tauScale) ** 2),
    );
    mass += density;
    const add = (index: number, mean: number, variance: number) => {
      sums[index].first += density * mean;
      sums[index].second += density * (variance + mean * mean);
    };
    add(0, muMean, muVariance);
    add(1, tau, 0);
    y.forEach((effect, j) => {
      const toMu = sigma[j] ** 2 * weights[j]; // shrinkage: theta_j = toMu · mu + (1 − toMu) y_j + noise
      add(
        j + 2,
        toMu * muMean + (1 - toMu) * effect,
        tau * tau * toMu + toMu * toMu * muVariance,
      );
    });
  }
  const [mu, tau, ...theta] = sums.map(({ first, second }) => {
    const mean = first / mass;
    return { mean, sd: Math.sqrt(second / mass - mean * mean) };
  });
  return { mu, tau, theta };
}

if (import.meta.main) {
  const { mu, tau, theta } = eightSchoolsReference();
  const print = (name: string, { mean, sd }: Moments) => console.log(`${name}  ${mean.toFixed(6)}  ${sd.toFixed(6)}`);
  print("mu      ", mu);
  print("tau     ", tau);
  theta.forEach((moments, j) => print(`theta[${j + 1}]`, moments));
}
