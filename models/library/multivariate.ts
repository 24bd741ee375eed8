/**
 * Laws of vectors: multivariate normal and Student's t by a Cholesky factor, Dirichlet, multinomial.
 *
 * x is a vector, or an array of them, whose log densities are summed; the mean too may be one or as many. Support: finite vectors;
 * for Dirichlet the simplex (entries from 0 on that sum to 1 within 1e-8); for multinomial whole numbers from 0. A Cholesky factor is
 * lower triangular (only that triangle is read) with a positive diagonal. Stan Functions Reference, "Distributions over unbounded
 * vectors", "Simplex distributions", "Multivariate discrete distributions".
 */
import { logFactorial } from "../../numerics/special/factorial.ts";
import { digamma, logGamma } from "../../numerics/special/gamma_function.ts";
import { digammaDifference, logGammaRatio } from "../../numerics/special/gamma_ratio.ts";
import { apply, type Argument, argument, type Value, type VectorOperation } from "../modules/tape/vector.ts";
import { expectCount, isCount, isPositive, places } from "./density.ts";
import { simplexGap, together, vectors } from "./vectors.ts";
import { dataOnly, type Given, type Numbers, refuse, shapeOf, single, squareOrder } from "./numbers.ts";

const LOG_2_PI = Math.log(2 * Math.PI);

/** log f(|z|²) with z = L⁻¹(x − mean), less log det L. */
interface Elliptical {
  value(squares: number, dim: number, nu: number): number;
  /** −2 d/d|z|². */
  pull(squares: number, dim: number, nu: number): number;
  nuSlope(squares: number, dim: number, nu: number): number;
}

const gaussian: Elliptical = {
  value: (squares, dim) => -0.5 * (dim * LOG_2_PI + squares),
  pull: () => 1,
  nuSlope: () => 0,
};

const student: Elliptical = {
  value: (squares, dim, nu) =>
    logGammaRatio(0.5 * nu, 0.5 * dim) - 0.5 * dim * Math.log(Math.PI * nu) -
    0.5 * (nu + dim) * Math.log1p(squares / nu),
  pull: (squares, dim, nu) => (nu + dim) / (nu + squares),
  nuSlope: (squares, dim, nu) =>
    0.5 * (digammaDifference(0.5 * nu, 0.5 * dim) - dim / nu - Math.log1p(squares / nu) +
      squares / nu * ((nu + dim) / (nu + squares))),
};

function elliptical(
  name: string,
  law: Elliptical,
  given: { x: Argument; mean: Argument; lower: Argument; nu: Argument | null },
): Value {
  const { x, mean, lower, nu } = given;
  const { count: xCount, length: dim } = vectors(`${name}: x`, x);
  const { count: meanCount } = vectors(`${name}: mean`, mean, dim);
  squareOrder(`${name}: choleskyFactor`, lower, dim);
  const count = together(name, xCount, meanCount);
  const inputs = nu ? [x, mean, lower, nu] : [x, mean, lower];
  const [px, pm, pl, pn] = places(inputs);
  const xStep = xCount === null ? 0 : dim, meanStep = meanCount === null ? 0 : dim;
  const z = new Float64Array(dim), w = new Float64Array(dim);

  /** z = L⁻¹ (x − mean) of the i-th; returns |z|². */
  const whiten = (i: number, xs: Float64Array, means: Float64Array, l: Float64Array): number => {
    let squares = 0;
    for (let r = 0; r < dim; r++) {
      let sum = xs[px.offset + i * xStep + r] - means[pm.offset + i * meanStep + r];
      const at = pl.offset + r * dim;
      for (let c = 0; c < r; c++) sum -= l[at + c] * z[c];
      z[r] = sum / l[at + r];
      squares += z[r] * z[r];
    }
    return squares;
  };
  const isRight = (means: Float64Array, l: Float64Array, degrees: number): boolean => {
    if (nu && !isPositive(degrees)) return false;
    for (let r = 0; r < dim; r++) {
      if (!isPositive(l[pl.offset + r * dim + r])) return false;
      for (let c = 0; c < r; c++) if (!Number.isFinite(l[pl.offset + r * dim + c])) return false;
    }
    for (let k = 0; k < mean.values.length; k++) if (!Number.isFinite(means[pm.offset + k])) return false;
    return true;
  };
  /** NaN where an entry is, −∞ where one is infinite, else 0. */
  const outside = (xs: Float64Array): number => {
    let found = 0;
    for (let k = 0; k < x.values.length; k++) {
      const entry = xs[px.offset + k];
      if (entry !== entry) return NaN;
      if (!Number.isFinite(entry)) found = -Infinity;
    }
    return found;
  };

  const operation: VectorOperation = {
    name,
    outputs: 1,
    forward(input, output) {
      const xs = px.data ?? input, means = pm.data ?? input, l = pl.data ?? input;
      const degrees = nu ? (pn.data ?? input)[pn.offset] : 0;
      let sum = isRight(means, l, degrees) ? outside(xs) : NaN;
      if (sum === 0) {
        let logDet = 0;
        for (let r = 0; r < dim; r++) logDet += Math.log(l[pl.offset + r * dim + r]);
        for (let i = 0; i < count; i++) sum += law.value(whiten(i, xs, means, l), dim, degrees);
        sum -= count * logDet;
      }
      output[0] = sum;
    },
    backward(input, output, outputAdjoint, inputAdjoint) {
      const xs = px.data ?? input, means = pm.data ?? input, l = pl.data ?? input;
      const degrees = nu ? (pn.data ?? input)[pn.offset] : 0;
      if (output[0] === -Infinity && outside(xs) !== 0) return;
      const weight = outputAdjoint[0];
      for (let i = 0; i < count; i++) {
        const squares = whiten(i, xs, means, l), pull = weight * law.pull(squares, dim, degrees);
        if (!pn.data && nu) inputAdjoint[pn.offset] += weight * law.nuSlope(squares, dim, degrees);
        // w = L⁻ᵀ z
        for (let r = dim - 1; r >= 0; r--) {
          let sum = z[r];
          for (let c = r + 1; c < dim; c++) sum -= l[pl.offset + c * dim + r] * w[c];
          w[r] = sum / l[pl.offset + r * dim + r];
        }
        for (let r = 0; r < dim; r++) {
          if (!px.data) inputAdjoint[px.offset + i * xStep + r] -= pull * w[r];
          if (!pm.data) inputAdjoint[pm.offset + i * meanStep + r] += pull * w[r];
          if (pl.data) continue;
          for (let c = 0; c <= r; c++) inputAdjoint[pl.offset + r * dim + c] += pull * w[r] * z[c];
          inputAdjoint[pl.offset + r * dim + r] -= weight / l[pl.offset + r * dim + r];
        }
      }
    },
  };
  return single(apply(operation, inputs.filter(({ traced }) => traced), []));
}

/** N(mean, L Lᵀ). */
export function multivariateNormal(x: Numbers, mean: Numbers, choleskyFactor: Numbers): number;
export function multivariateNormal(x: Given, mean: Given, choleskyFactor: Given): Value;
export function multivariateNormal(...given: readonly Given[]): Value {
  const name = "multivariateNormal", takes = ["x", "mean", "choleskyFactor"];
  expectCount(name, takes, given.length);
  const [x, mean, lower] = takes.map((one, k) => argument(`${name}: ${one}`, given[k]));
  return elliptical(name, gaussian, { x, mean, lower, nu: null });
}

/** Student's t with nu degrees of freedom at mean, with scale matrix L Lᵀ. */
export function multivariateStudentT(x: Numbers, nu: number, mean: Numbers, choleskyFactor: Numbers): number;
export function multivariateStudentT(x: Given, nu: Value, mean: Given, choleskyFactor: Given): Value;
export function multivariateStudentT(...given: readonly Given[]): Value {
  const name = "multivariateStudentT", takes = ["x", "nu", "mean", "choleskyFactor"];
  expectCount(name, takes, given.length);
  const [x, nu, mean, lower] = takes.map((one, k) => argument(`${name}: ${one}`, given[k]));
  if (nu.shape.length > 0) refuse(`${name}: nu: expected a number, found ${shapeOf(nu)}`);
  return elliptical(name, student, { x, mean, lower, nu });
}

/** Dirichlet: log Γ(Σα) − Σ log Γ(αₖ) + Σ (αₖ − 1) log xₖ. A number for alpha is that for every entry. */
export function dirichlet(x: Numbers, alpha: Numbers): number;
export function dirichlet(x: Given, alpha: Given): Value;
export function dirichlet(...given: readonly Given[]): Value {
  const takes = ["x", "alpha"];
  expectCount("dirichlet", takes, given.length);
  const [x, alpha] = takes.map((one, k) => argument(`dirichlet: ${one}`, given[k]));
  const { count: xCount, length } = vectors("dirichlet: x", x);
  const isNumber = alpha.shape.length === 0;
  const alphaCount = isNumber ? null : vectors("dirichlet: alpha", alpha, length).count;
  const count = together("dirichlet", xCount, alphaCount);
  const [px, pa] = places([x, alpha]);
  const xStep = xCount === null ? 0 : length, alphaStep = alphaCount === null ? 0 : length;
  const stride = isNumber ? 0 : 1;

  const isRight = (alphas: Float64Array): boolean => {
    for (let k = 0; k < alpha.values.length; k++) if (!isPositive(alphas[pa.offset + k])) return false;
    return true;
  };
  const operation: VectorOperation = {
    name: "dirichlet",
    outputs: 1,
    forward(input, output) {
      const xs = px.data ?? input, alphas = pa.data ?? input;
      let sum = isRight(alphas) ? 0 : NaN;
      for (let i = 0; i < count; i++) {
        const at = px.offset + i * xStep, from = pa.offset + i * alphaStep;
        let total = 0;
        sum += simplexGap(xs, at, length);
        for (let k = 0; k < length; k++) {
          const a = alphas[from + k * stride];
          total += a;
          sum += (a === 1 ? 0 : (a - 1) * Math.log(xs[at + k])) - logGamma(a);
        }
        sum += logGamma(total);
      }
      output[0] = sum;
    },
    backward(input, output, outputAdjoint, inputAdjoint) {
      const xs = px.data ?? input, alphas = pa.data ?? input, weight = outputAdjoint[0];
      if (output[0] === -Infinity) return;
      for (let i = 0; i < count; i++) {
        const at = px.offset + i * xStep, from = pa.offset + i * alphaStep;
        let total = 0;
        for (let k = 0; k < length; k++) total += alphas[from + k * stride];
        const common = pa.data ? 0 : digamma(total);
        for (let k = 0; k < length; k++) {
          const a = alphas[from + k * stride];
          if (!px.data && a !== 1) inputAdjoint[at + k] += weight * (a - 1) / xs[at + k];
          if (!pa.data) inputAdjoint[from + k * stride] += weight * (common - digamma(a) + Math.log(xs[at + k]));
        }
      }
    },
  };
  return single(apply(operation, [x, alpha].filter(({ traced }) => traced), []));
}

/** Σ over vectors y of log (Σ y)! / Π yₖ!; adds the vectors to `counts`. */
function logWays(y: Float64Array, length: number, counts: Float64Array): number {
  let log = 0;
  for (let start = 0; start < y.length; start += length) {
    let total = 0;
    for (let k = 0; k < length; k++) {
      total += y[start + k];
      counts[k] += y[start + k];
      log -= logFactorial(y[start + k]);
    }
    log += logFactorial(total);
  }
  return log;
}

/** Counts y of Σ y draws with probabilities p. */
export function multinomial(y: Numbers, p: Numbers): number;
export function multinomial(y: Given, p: Given): Value;
export function multinomial(...given: readonly Given[]): Value {
  const takes = ["y", "p"];
  expectCount("multinomial", takes, given.length);
  const [y, p] = takes.map((one, k) => argument(`multinomial: ${one}`, given[k]));
  dataOnly("multinomial: y", y);
  const { length } = vectors("multinomial: y", y);
  vectors("multinomial: p", p, length);
  if (p.shape.length !== 1) refuse(`multinomial: p: expected an array of ${length} numbers, found ${shapeOf(p)}`);
  const counts = new Float64Array(length);
  const constant = y.values.some(Number.isNaN)
    ? NaN
    : y.values.every(isCount)
    ? logWays(y.values, length, counts)
    : -Infinity;
  const operation: VectorOperation = {
    name: "multinomial",
    outputs: 1,
    forward(input, output) {
      const ps = p.traced ? input : p.values;
      let sum = simplexGap(ps, 0, length) === 0 ? constant : NaN;
      for (let k = 0; k < length; k++) if (counts[k] > 0) sum += counts[k] * Math.log(ps[k]);
      output[0] = sum;
    },
    backward(input, output, outputAdjoint, inputAdjoint) {
      if (output[0] === -Infinity) return;
      for (let k = 0; k < length; k++) {
        if (counts[k] > 0) inputAdjoint[k] += outputAdjoint[0] * counts[k] / input[k];
      }
    },
  };
  return single(apply(operation, p.traced ? [p] : [], []));
}
