/**
 * The posteriors of examples/models once more, by the formulas of the books and without the library: precisions in the place of standard
 * deviations, probabilities in the place of logits, integrals by Simpson's rule. Up to a constant each.
 */
const sum = (terms: readonly number[]) => terms.reduce((total, term) => total + term, 0);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const mean = (values: readonly number[]) => sum(values) / values.length;
const invLogit = (x: number) => 1 / (1 + Math.exp(-x));

const normal = (x: number, mu: number, precision: number) =>
  0.5 * Math.log(precision) - 0.5 * precision * (x - mu) ** 2;
const gamma = (x: number, shape: number, rate: number) => (shape - 1) * Math.log(x) - rate * x;
const binomial = (r: number, n: number, p: number) =>
  (r > 0 ? r * Math.log(p) : 0) + (n > r ? (n - r) * Math.log(1 - p) : 0);
/** Gamma(0.001, 0.001) of exp u, as a density of u. */
const vaguePrecision = (u: number) => gamma(Math.exp(u), 0.001, 0.001) + u;

/** log Γ by Stirling's series, far out. */
function lgamma(x: number): number {
  if (x < 12) return lgamma(x + 1) - Math.log(x);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3) +
    1 / (1260 * x ** 5);
}

function simpson(f: (x: number) => number, from: number, to: number, steps: number): number {
  const h = (to - from) / steps;
  return h / 3 * sum(range(steps + 1).map((i) => f(from + i * h) * (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2)));
}

const phi = (x: number) => 0.5 + simpson((t) => Math.exp(-t * t / 2), 0, x, 400) / Math.sqrt(2 * Math.PI);

/** The inverse of a matrix and the log of its determinant, by Gauss and Jordan. */
function inverted(matrix: readonly (readonly number[])[]): { inverse: number[][]; logDeterminant: number } {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...range(n).map((j) => i === j ? 1 : 0)]);
  let logDeterminant = 0;
  for (let k = 0; k < n; k++) {
    const pivot = rows[k][k];
    logDeterminant += Math.log(pivot);
    rows[k] = rows[k].map((v) => v / pivot);
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = rows[i][k];
      rows[i] = rows[i].map((v, j) => v - factor * rows[k][j]);
    }
  }
  return { inverse: rows.map((row) => row.slice(n)), logDeterminant };
}

type Columns = Readonly<Record<string, number[]>>;
type Formula = (x: readonly number[], data: Columns, matrix: number[][]) => number;

export const formulas: Readonly<Record<string, Formula>> = {
  rats(x, { days }, weights) {
    const [alphaC, betaC, u, uAlpha, uBeta] = x.slice(60);
    const lines = range(30).map((i) =>
      normal(x[i], alphaC, Math.exp(uAlpha)) + normal(x[30 + i], betaC, Math.exp(uBeta)) +
      sum(days.map((day, j) => normal(weights[i][j], x[i] + x[30 + i] * day - 22 * x[30 + i], Math.exp(u))))
    );
    return sum(lines) + normal(alphaC, 0, 1e-6) + normal(betaC, 0, 1e-6) + sum([u, uAlpha, uBeta].map(vaguePrecision));
  },

  // With the Jacobians, θ^(α − 1 + x) dθ is θ^(α + x) d log θ.
  pumps(x, { hours, failures }) {
    const alpha = Math.exp(x[0]), beta = Math.exp(x[1]);
    const pumps = hours.map((t, i) => (alpha + failures[i]) * x[2 + i] - (beta + t) * Math.exp(x[2 + i]));
    return sum(pumps) + 10 * (alpha * x[1] - lgamma(alpha)) - alpha + x[0] + gamma(beta, 0.1, 1) + x[1];
  },

  seeds(x, { germinated, seeds, kind, extract }) {
    const sigma = 10 * invLogit(x[4]);
    const plates = germinated.map((r, i) => {
      const b = sigma * x[5 + i];
      // The density of b, and |db/dz| = σ.
      return binomial(
        r,
        seeds[i],
        invLogit(x[0] + x[1] * kind[i] + x[2] * extract[i] + x[3] * kind[i] * extract[i] + b),
      ) +
        normal(b, 0, sigma ** -2) + Math.log(sigma);
    });
    return sum(plates) + sum(range(4).map((k) => normal(x[k], 0, 1e-6))) + Math.log(sigma * (10 - sigma));
  },

  // On the covariates' own scales.
  stacks(x, { loss, air, temperature, acid }) {
    const columns = [air, temperature, acid], tau = Math.exp(x[4]);
    const scales = columns.map((c) => Math.sqrt(sum(c.map((v) => (v - mean(c)) ** 2)) / 20));
    const b = scales.map((scale, j) => x[1 + j] / scale), b0 = x[0] - sum(columns.map((c, j) => b[j] * mean(c)));
    const days = loss.map((y, i) => Math.log(tau) - tau * Math.abs(y - b0 - sum(columns.map((c, j) => b[j] * c[i]))));
    return sum(days) + sum(range(4).map((k) => normal(x[k], 0, 1e-5))) + vaguePrecision(x[4]);
  },

  blockers(x, data) {
    const [d, u] = x, tau = Math.exp(u), sigma = tau ** -0.5;
    const trials = range(22).map((i) => {
      const mu = x[2 + i], delta = d + sigma * x[24 + i];
      return binomial(data.controlDeaths[i], data.controls[i], invLogit(mu)) +
        binomial(data.treatedDeaths[i], data.treated[i], invLogit(mu + delta)) + normal(mu, 0, 1e-5) +
        normal(delta, d, tau) + Math.log(sigma);
    });
    return sum(trials) + normal(x[46], 0, 1) + normal(d, 0, 1e-6) + vaguePrecision(u);
  },

  dugongs(x, { age, length }) {
    const alpha = Math.exp(x[0]), beta = Math.exp(x[1]), gamma = 0.5 + 0.5 * invLogit(x[2]);
    return sum(age.map((a, i) => normal(length[i], alpha - beta * Math.exp(a * Math.log(gamma)), Math.exp(x[3])))) +
      x[0] + x[1] + Math.log((gamma - 0.5) * (1 - gamma)) + vaguePrecision(x[3]);
  },

  // As the book has it, by r and β; the Jacobian of β = −r m by its determinant.
  mice(x, { group, weeks, died }) {
    const r = 0.1 + 9.9 * invLogit(x[0]), beta = x.slice(1).map((m) => -r * m);
    const mice = weeks.map((t, i) => {
      const mu = Math.exp(beta[group[i] - 1]);
      return died[i] * Math.log(r * mu * t ** (r - 1)) - mu * t ** r;
    });
    return sum(mice) + sum(beta.map((b) => normal(b, 0, 0.001))) + 4 * Math.log(r) + Math.log((r - 0.1) * (10 - r));
  },

  // By the precision matrix Ω: its Wishart law, |dΩ/dΣ| = |Σ|^−5, and Σ = L Lᵀ with |dΣ/dL| = 16 Π L_jj^(5 − j), |dL/du| = Π L_jj.
  jaws(x, { ages }, heights) {
    const [middle, beta1, ...u] = x;
    const at = (i: number, j: number) => u[i * (i + 1) / 2 + j];
    const lower = range(4).map((i) => range(4).map((j) => j > i ? 0 : i === j ? Math.exp(at(i, j)) : at(i, j)));
    const sigma = range(4).map((i) => range(4).map((j) => sum(range(4).map((k) => lower[i][k] * lower[j][k]))));
    const { inverse: omega, logDeterminant } = inverted(sigma);
    const mu = ages.map((age) => middle + beta1 * (age - 8.75));
    const boys = heights.map((row) => {
      const residual = row.map((y, j) => y - mu[j]);
      return -0.5 * logDeterminant -
        0.5 * sum(residual.map((a, i) => a * sum(residual.map((b, j) => omega[i][j] * b))));
    });
    const wishart = (4 - 4 - 1) / 2 * -logDeterminant - 0.5 * sum(range(4).map((i) => omega[i][i]));
    const jacobian = -5 * logDeterminant + sum(range(4).map((i) => (4 - i) * at(i, i) + at(i, i)));
    return sum(boys) + wishart + jacobian + normal(middle - 8.75 * beta1, 0, 0.001) + normal(beta1, 0, 0.001);
  },

  eyes(x, { wavelengths }) {
    const [u, lambda1, v, w] = x, theta = Math.exp(v), tau = Math.exp(w);
    // One number makes a simplex of two: the logit of the first share, whichever way it is counted.
    const p = invLogit(u);
    const at = (y: number, lambda: number) => Math.sqrt(tau) * Math.exp(-0.5 * tau * (y - lambda) ** 2);
    const last = wavelengths.length - 1;
    const eyes = wavelengths.map((y, i) =>
      Math.log((i === last ? 0 : p * at(y, lambda1)) + (i === 0 ? 0 : (1 - p) * at(y, lambda1 + theta)))
    );
    return sum(eyes) + Math.log(p * (1 - p)) + normal(lambda1, 0, 1e-6) + v + vaguePrecision(w);
  },

  // Each pattern of answers by itself.
  lsat(x, { students, ...items }) {
    const alpha = x.slice(0, 5), beta = Math.exp(x[5]);
    const patterns = students.map((count, pattern) => {
      const right = Object.values(items).map((item) => item[pattern]);
      const given = (theta: number) =>
        alpha.reduce(
          (p, a, k) => p * invLogit(right[k] ? beta * theta - a : a - beta * theta),
          Math.exp(-theta * theta / 2),
        );
      return count === 0 ? 0 : count * Math.log(simpson(given, -9, 9, 600));
    });
    return sum(patterns) + sum(alpha.map((a) => normal(a, 0, 1e-4))) + x[5];
  },

  beetles(x, { dose, beetles, killed }) {
    const links = [invLogit, phi, (eta: number) => 1 - Math.exp(-Math.exp(eta))];
    return sum(links.map((link, k) => {
      const [star, beta] = x.slice(2 * k);
      return sum(dose.map((d, i) => binomial(killed[i], beetles[i], link(star + beta * (d - mean(dose)))))) +
        normal(star, 0, 0.001) + normal(beta, 0, 0.001);
    }));
  },

  // By θ, with |dθ/dη| = τ each.
  eight_schools(x, { effects, errors }) {
    const [mu, u] = x, tau = Math.exp(u);
    const schools = effects.map((y, j) => {
      const theta = mu + tau * x[2 + j];
      return normal(y, theta, errors[j] ** -2) + normal(theta, mu, tau ** -2) + u;
    });
    return sum(schools) + normal(mu, 0, 1 / 25) - Math.log(1 + tau * tau / 25) + u;
  },
};
