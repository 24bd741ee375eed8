/** Densities as users write them, each beside its value and gradient written by hand: the loops that a careful person would write. */
import { logisticData } from "./logistic_data.ts";
import { Purpose, Random } from "../numerics/random/random.ts";

export interface Model {
  readonly name: string;
  readonly source: string;
  readonly data: unknown;
  readonly dim: number;
  /** Writes the gradient. */
  byHand(x: Float64Array, gradient: Float64Array): number;
  /** At most this many times as long as by hand. */
  readonly promise: number;
}

const random = new Random(2).at(0, 0, Purpose.test);
const normals = (count: number) => Array.from({ length: count }, () => random.normal());
const LOG_ROOT_2PI = 0.5 * Math.log(2 * Math.PI);
const SCALAR = 8, VECTOR = 1.5; // promised

function regression(): Model {
  const t = normals(1000), y = t.map((u) => 1 + 2 * u + random.normal());
  const ts = Float64Array.from(t), ys = Float64Array.from(y);
  return {
    name: "regression, 1000 rows",
    promise: SCALAR,
    dim: 3,
    data: { t, y },
    source: `export const dim = 3;
export function logDensity([a, b, logSigma], data) {
  const sigma = Math.exp(logSigma);
  let lp = 0;
  for (let i = 0; i < data.y.length; i++) {
    const z = (data.y[i] - a - b * data.t[i]) / sigma;
    lp += -0.5 * z * z - logSigma;
  }
  return lp;
}`,
    byHand([a, b, logSigma], gradient) {
      const sigma = Math.exp(logSigma);
      let lp = 0, ga = 0, gb = 0, gs = 0;
      for (let i = 0; i < ys.length; i++) {
        const z = (ys[i] - a - b * ts[i]) / sigma;
        lp += -0.5 * z * z - logSigma;
        ga += z / sigma;
        gb += z / sigma * ts[i];
        gs += z * z - 1;
      }
      gradient[0] = ga;
      gradient[1] = gb;
      gradient[2] = gs;
      return lp;
    },
  };
}

function autoregression(): Model {
  const y = Float64Array.from(normals(500));
  const T = y.length;
  return {
    name: "state space AR(1), 500 states",
    promise: SCALAR,
    dim: T + 1,
    data: [...y],
    source: `export const dim = ${T + 1};
export function logDensity(x, y) {
  const phi = Math.tanh(x[0]);
  let lp = -0.5 * x[1] * x[1];
  for (let t = 1; t < y.length; t++) { const e = x[t + 1] - phi * x[t]; lp -= 0.5 * e * e; }
  for (let t = 0; t < y.length; t++) { const e = y[t] - x[t + 1]; lp -= 2 * e * e; }
  return lp;
}`,
    byHand(x, g) {
      const phi = Math.tanh(x[0]);
      let lp = -0.5 * x[1] * x[1], toPhi = 0;
      g.fill(0);
      g[1] = -x[1];
      for (let t = 1; t < T; t++) {
        const e = x[t + 1] - phi * x[t];
        lp -= 0.5 * e * e;
        g[t + 1] -= e;
        g[t] += e * phi;
        toPhi += e * x[t];
      }
      for (let t = 0; t < T; t++) {
        const e = y[t] - x[t + 1];
        lp -= 2 * e * e;
        g[t + 1] += 4 * e;
      }
      g[0] = toPhi / Math.cosh(x[0]) ** 2;
      return lp;
    },
  };
}

function mixture(): Model {
  const y = Float64Array.from(normals(500), (v, i) => v + (i % 2 ? 2 : -2));
  return {
    name: "mixture of two normals, 500 rows",
    promise: SCALAR,
    dim: 3,
    data: [...y],
    source: `export const dim = 3;
export function logDensity([m1, m2, logit], y) {
  const w = 1 / (1 + Math.exp(-logit)), l1 = Math.log(w), l2 = Math.log(1 - w);
  let lp = 0;
  for (const v of y) {
    const a = l1 - 0.5 * (v - m1) ** 2, b = l2 - 0.5 * (v - m2) ** 2;
    const m = Math.max(a, b);
    lp += m + Math.log(Math.exp(a - m) + Math.exp(b - m));
  }
  return lp;
}`,
    byHand([m1, m2, logit], g) {
      const w = 1 / (1 + Math.exp(-logit)), l1 = Math.log(w), l2 = Math.log(1 - w);
      let lp = 0, g1 = 0, g2 = 0, gl = 0;
      for (let i = 0; i < y.length; i++) {
        const a = l1 - 0.5 * (y[i] - m1) ** 2, b = l2 - 0.5 * (y[i] - m2) ** 2;
        const m = Math.max(a, b), ea = Math.exp(a - m), eb = Math.exp(b - m), p = ea / (ea + eb);
        lp += m + Math.log(ea + eb);
        g1 += p * (y[i] - m1);
        g2 += (1 - p) * (y[i] - m2);
        gl += p * (1 - w) - (1 - p) * w;
      }
      g[0] = g1;
      g[1] = g2;
      g[2] = gl;
      return lp;
    },
  };
}

function hierarchical(): Model {
  const groups = 20, group = Array.from({ length: 1000 }, () => random.integer(groups)), y = normals(1000);
  const ys = Float64Array.from(y), gs = Int32Array.from(group);
  return {
    name: "hierarchical, 1000 rows in 20 groups",
    promise: SCALAR,
    dim: groups + 2,
    data: { group, y },
    source: `export const variables = { mu: [], logTau: [], theta: [${groups}] };
export function logDensity({ mu, logTau, theta }, data) {
  const tau = Math.exp(logTau);
  let lp = -0.5 * mu * mu - 0.5 * logTau * logTau;
  for (const t of theta) lp += -0.5 * ((t - mu) / tau) ** 2 - logTau;
  for (let i = 0; i < data.y.length; i++) lp -= 0.5 * (data.y[i] - theta[data.group[i]]) ** 2;
  return lp;
}`,
    byHand(x, g) {
      const [mu, logTau] = x, tau = Math.exp(logTau);
      let lp = -0.5 * mu * mu - 0.5 * logTau * logTau, toMu = -mu, toTau = -logTau;
      for (let k = 0; k < groups; k++) {
        const z = (x[k + 2] - mu) / tau;
        lp += -0.5 * z * z - logTau;
        toMu += z / tau;
        toTau += z * z - 1;
        g[k + 2] = -z / tau;
      }
      for (let i = 0; i < ys.length; i++) {
        const e = ys[i] - x[gs[i] + 2];
        lp -= 0.5 * e * e;
        g[gs[i] + 2] += e;
      }
      g[0] = toMu;
      g[1] = toTau;
      return lp;
    },
  };
}

function eightSchools(): Model {
  const y = [28, 8, -3, 7, -1, 1, 18, 12], sigma = [15, 10, 16, 11, 9, 11, 10, 18];
  return {
    name: "eight schools",
    promise: SCALAR,
    dim: 10,
    data: { y, sigma },
    source: `import { normal, halfCauchy, positive } from "ergodic";
export const variables = { mu: [], logTau: [], z: [8] };
export function logDensity({ mu, logTau, z }, { y, sigma }) {
  const tau = positive(logTau);
  let lp = normal(mu, 0, 5) + halfCauchy(tau.value, 5) + tau.logJacobian;
  for (let j = 0; j < 8; j++) lp += normal(z[j], 0, 1) + normal(y[j], mu + tau.value * z[j], sigma[j]);
  return lp;
}`,
    byHand(x, g) {
      const [mu, logTau] = x, tau = Math.exp(logTau), u = tau / 5;
      let lp = -0.5 * (mu / 5) ** 2 - Math.log(5) - LOG_ROOT_2PI + Math.log(2 / (5 * Math.PI)) - Math.log1p(u * u) +
        logTau;
      let toMu = -mu / 25, toTau = 1 - 2 * u * u / (1 + u * u);
      for (let j = 0; j < 8; j++) {
        const z = x[j + 2], e = (y[j] - mu - tau * z) / sigma[j];
        lp += -0.5 * z * z - 0.5 * e * e - Math.log(sigma[j]) - 2 * LOG_ROOT_2PI;
        const d = e / sigma[j];
        toMu += d;
        toTau += d * tau * z;
        g[j + 2] = d * tau - z;
      }
      g[0] = toMu;
      g[1] = toTau;
      return lp;
    },
  };
}

function branches(): Model {
  const y = normals(600), kind = y.map(() => random.uniform() < 0.4 ? 1 : 0);
  const ys = Float64Array.from(y), kinds = Int32Array.from(kind);
  return {
    name: "two kinds of rows, by a branch on data, 600 rows",
    promise: SCALAR,
    dim: 4,
    data: { y, kind },
    source: `export const dim = 4;
export function logDensity([a, b, c, d], { y, kind }) {
  let lp = -0.5 * (a * a + b * b + c * c + d * d);
  for (let i = 0; i < y.length; i++) {
    if (kind[i] === 1) { const e = y[i] - a * b; lp -= 0.5 * e * e; }
    else { const e = y[i] - c; lp += -0.5 * e * e * d + 0.1 * c * d; }
  }
  return lp;
}`,
    byHand([a, b, c, d], g) {
      let lp = -0.5 * (a * a + b * b + c * c + d * d), ga = -a, gb = -b, gc = -c, gd = -d;
      for (let i = 0; i < ys.length; i++) {
        if (kinds[i] === 1) {
          const e = ys[i] - a * b;
          lp -= 0.5 * e * e;
          ga += e * b;
          gb += e * a;
        } else {
          const e = ys[i] - c;
          lp += -0.5 * e * e * d + 0.1 * c * d;
          gc += e * d + 0.1 * d;
          gd += -0.5 * e * e + 0.1 * c;
        }
      }
      g[0] = ga;
      g[1] = gb;
      g[2] = gc;
      g[3] = gd;
      return lp;
    },
  };
}

function smoothWalk(): Model {
  const y = Float64Array.from(normals(300)), T = y.length;
  return {
    name: "walk of the second order, 300 states",
    promise: SCALAR,
    dim: T + 1,
    data: [...y],
    source: `export const dim = ${T + 1};
export function logDensity(x, y) {
  const tau = Math.exp(x[${T}]);
  let lp = 0;
  for (let t = 2; t < y.length; t++) { const d = x[t] - 2 * x[t - 1] + x[t - 2]; lp -= 0.5 * tau * d * d; }
  for (let t = 0; t < y.length; t++) lp -= 0.5 * (x[t] - y[t]) ** 2;
  return lp + ${(T - 2) / 2} * x[${T}] - 0.5 * x[${T}] * x[${T}];
}`,
    byHand(x, g) {
      const logTau = x[T], tau = Math.exp(logTau);
      let lp = 0, toTau = (T - 2) / 2 - logTau;
      g.fill(0);
      for (let t = 2; t < T; t++) {
        const d = x[t] - 2 * x[t - 1] + x[t - 2], slope = tau * d, h = 0.5 * slope * d;
        lp -= h;
        toTau -= h;
        g[t] -= slope;
        g[t - 1] += 2 * slope;
        g[t - 2] -= slope;
      }
      for (let t = 0; t < T; t++) {
        const e = x[t] - y[t];
        lp -= 0.5 * e * e;
        g[t] -= e;
      }
      g[T] = toTau;
      return lp + (T - 2) / 2 * logTau - 0.5 * logTau * logTau;
    },
  };
}

/** 1000 × 25, with the vector functions of the library; also what rstan is given. */
export const regressionData = logisticData(1000, 25);

function logistic(): Model {
  const { x: rows, y } = regressionData, K = rows[0].length, N = rows.length;
  const X = Float64Array.from(rows.flat());
  return {
    name: "logistic regression 1000 × 25, vector functions",
    promise: VECTOR,
    dim: K,
    data: { X: rows, y },
    source: `import { bernoulliLogit, matVec, normal } from "ergodic";
export const variables = { beta: [${K}] };
export function logDensity({ beta }, { X, y }) {
  return normal(beta, 0, 2.5) + bernoulliLogit(y, matVec(X, beta));
}`,
    byHand(beta, g) {
      let lp = 0;
      for (let k = 0; k < K; k++) {
        lp += -0.5 * (beta[k] / 2.5) ** 2 - Math.log(2.5) - LOG_ROOT_2PI;
        g[k] = -beta[k] / 6.25;
      }
      for (let i = 0, at = 0; i < N; i++, at += K) {
        let eta = 0;
        for (let k = 0; k < K; k++) eta += X[at + k] * beta[k];
        const e = Math.exp(-Math.abs(eta));
        lp += (y[i] === 1 ? Math.min(eta, 0) : -Math.max(eta, 0)) - Math.log1p(e);
        const r = y[i] - (eta > 0 ? 1 / (1 + e) : e / (1 + e));
        for (let k = 0; k < K; k++) g[k] += r * X[at + k];
      }
      return lp;
    },
  };
}

export const derivativeModels: readonly Model[] = [
  regression(),
  autoregression(),
  smoothWalk(),
  branches(),
  mixture(),
  hierarchical(),
  eightSchools(),
  logistic(),
];
