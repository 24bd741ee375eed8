/**
 * Correlation and covariance matrices of order K and their Cholesky factors L, from free numbers in the order of the lower triangle's rows.
 *
 * - choleskyCorrelation, K(K − 1)/2 numbers: z = tanh u are partial correlations; in row i, L_ij = z_ij √r_ij with r_i1 = 1,
 *   r_i,j+1 = r_ij (1 − z_ij²), and L_ii = √r_ii. log |J| = Σ_{j<i} log(1 − z_ij²) + ½ log r_ij, of the entries below the diagonal.
 * - choleskyCovariance, K(K + 1)/2 numbers: entries below the diagonal as they are, exp on it. log |J| = Σ u_ii.
 * - correlation and covariance: L Lᵀ of these; their Jacobian, of the free entries of the matrix, has the further terms
 *   Σ_j (K − j) log L_jj and K log 2 + Σ_j (K − j + 1) log L_jj.
 *
 * Stan Reference Manual, "Cholesky factors of correlation matrices", "Covariance matrices" …; Lewandowski, Kurowicka & Joe (2009).
 */
import { cholesky as factor } from "../../../numerics/linear_algebra/cholesky.ts";
import { type Argument, argument, type Value } from "../../modules/tape/vector.ts";
import { expectCount } from "../density.ts";
import { type Given, type Numbers, refuse, vectorLength } from "../numbers.ts";
import { constrain, type Constrained, type ConstrainedNumbers } from "./transform.ts";

type Matrix = readonly (readonly Value[])[];
type NumberMatrix = readonly (readonly number[])[];

function read(name: string, given: readonly unknown[], size: (order: number) => number): [Argument, number] {
  expectCount(name, ["u", "order"], given.length);
  const order = given[1];
  if (typeof order !== "number" || !Number.isInteger(order) || order < 1) {
    return refuse(`${name}: expected an order, a whole number from 1, found ${String(order)}`);
  }
  const u = argument(`${name}: u`, given[0]);
  vectorLength(`${name}: u`, u, size(order));
  return [u, order];
}

const belowDiagonal = (order: number) => order * (order - 1) / 2;
const triangle = (order: number) => order * (order + 1) / 2;

/** A lower triangle's entries in a row, as a matrix with zeros above, or as a symmetric one. */
function fromTriangle(entries: readonly Value[], order: number, symmetric: boolean): Matrix {
  return Array.from(
    { length: order },
    (_, i) =>
      Array.from(
        { length: order },
        (_, j) => j <= i ? entries[triangle(i) + j] : symmetric ? entries[triangle(j) + i] : 0,
      ),
  );
}

/** log(1 − tanh² u) = −2 log cosh u. */
function logOneMinusSquare(u: number): number {
  const size = Math.abs(u);
  return 2 * (Math.LN2 - size - Math.log1p(Math.exp(-2 * size)));
}

/** Writes L's lower triangle; returns log |J|. */
function correlationFactor(u: Float64Array, order: number, lower: Float64Array): number {
  let log = 0, next = 0;
  for (let i = 0, at = 0; i < order; i++) {
    let logRest = 0;
    for (let j = 0; j < i; j++, at++, next++) {
      const logFactor = logOneMinusSquare(u[next]);
      lower[at] = Math.tanh(u[next]) * Math.exp(0.5 * logRest);
      log += logFactor + 0.5 * logRest;
      logRest += logFactor;
    }
    lower[at++] = Math.exp(0.5 * logRest);
  }
  return log;
}

/** Adds to the adjoint of u that of L's lower triangle, `pull`, and of log |J|, `weight`. */
function correlationFactorAdjoint(
  u: Float64Array,
  order: number,
  lower: Float64Array,
  pull: Float64Array,
  weight: number,
  out: Float64Array,
): void {
  for (let i = 0; i < order; i++) {
    const start = triangle(i), first = belowDiagonal(i);
    // The adjoint of log r after the j-th partial correlation: every later entry is in proportion to √r.
    let rest = 0.5 * pull[start + i] * lower[start + i];
    for (let j = i - 1; j >= 0; j--) {
      const z = Math.tanh(u[first + j]), half = Math.exp(0.5 * logOneMinusSquare(u[first + j]));
      const own = pull[start + j] * lower[start + j];
      // d log(1 − z²)/du = −2z, and dL/du = (1 − z²) √r, which is L/z (1 − z²) but for z = 0
      const root = Math.exp(0.5 * logRestBefore(u, first, j));
      out[first + j] += pull[start + j] * half * half * root - 2 * z * (weight + rest);
      rest += 0.5 * (own + weight);
    }
  }
}

/** log r before the j-th partial correlation of a row. */
function logRestBefore(u: Float64Array, first: number, j: number): number {
  let log = 0;
  for (let k = 0; k < j; k++) log += logOneMinusSquare(u[first + k]);
  return log;
}

function covarianceFactor(u: Float64Array, order: number, lower: Float64Array): number {
  let log = 0;
  for (let i = 0, at = 0; i < order; i++) {
    for (let j = 0; j < i; j++, at++) lower[at] = u[at];
    log += u[at];
    lower[at] = Math.exp(u[at]);
    at++;
  }
  return log;
}

function covarianceFactorAdjoint(
  _u: Float64Array,
  order: number,
  lower: Float64Array,
  pull: Float64Array,
  weight: number,
  out: Float64Array,
): void {
  for (let i = 0, at = 0; i < order; i++) {
    for (let j = 0; j < i; j++, at++) out[at] += pull[at];
    out[at] += pull[at] * lower[at] + weight;
    at++;
  }
}

interface Factor {
  readonly size: (order: number) => number;
  readonly forward: typeof correlationFactor;
  readonly backward: typeof correlationFactorAdjoint;
}

const CORRELATION: Factor = { size: belowDiagonal, forward: correlationFactor, backward: correlationFactorAdjoint };
const COVARIANCE: Factor = { size: triangle, forward: covarianceFactor, backward: covarianceFactorAdjoint };

function choleskyOf(name: string, factor: Factor, given: readonly unknown[]): Constrained<Matrix> {
  const [u, order] = read(name, given, factor.size), entries = triangle(order);
  const { value, logJacobian } = constrain({
    name,
    entries,
    forward(input, output) {
      output[entries] = factor.forward(u.traced ? input : u.values, order, output);
    },
    backward(input, output, outputAdjoint, inputAdjoint) {
      factor.backward(input, order, output, outputAdjoint, outputAdjoint[entries], inputAdjoint);
    },
  }, [u]);
  return { value: fromTriangle(value, order, false), logJacobian };
}

/** L Lᵀ; log |J| of L ↦ L Lᵀ is constant + Σ_j (K − j + extra) log L_jj, j from 1. */
function symmetricOf(
  name: string,
  factor: Factor,
  extra: 0 | 1,
  given: readonly unknown[],
): Constrained<Matrix> {
  const [u, order] = read(name, given, factor.size), entries = triangle(order);
  const lower = new Float64Array(entries), pull = new Float64Array(entries);
  const constant = extra * order * Math.LN2;
  const { value, logJacobian } = constrain({
    name,
    entries,
    forward(input, output) {
      let log = constant + factor.forward(u.traced ? input : u.values, order, lower);
      for (let i = 0, at = 0; i < order; i++) {
        for (let j = 0; j <= i; j++, at++) {
          let sum = 0;
          for (let k = 0; k <= j; k++) sum += lower[triangle(i) + k] * lower[triangle(j) + k];
          output[at] = extra === 0 && i === j ? 1 : sum;
        }
        log += (order - i - 1 + extra) * Math.log(lower[triangle(i) + i]);
      }
      output[entries] = log;
    },
    backward(input, _output, outputAdjoint, inputAdjoint) {
      factor.forward(input, order, lower);
      pull.fill(0);
      for (let i = 0, at = 0; i < order; i++) {
        const diagonal = triangle(i) + i;
        pull[diagonal] += outputAdjoint[entries] * (order - i - 1 + extra) / lower[diagonal];
        for (let j = 0; j <= i; j++, at++) {
          // The diagonal of a correlation matrix is one whatever u is.
          if (extra === 0 && i === j) continue;
          for (let k = 0; k <= j; k++) {
            pull[triangle(i) + k] += outputAdjoint[at] * lower[triangle(j) + k];
            pull[triangle(j) + k] += outputAdjoint[at] * lower[triangle(i) + k];
          }
        }
      }
      factor.backward(input, order, lower, pull, outputAdjoint[entries], inputAdjoint);
    },
  }, [u]);
  return { value: fromTriangle(value, order, true), logJacobian };
}

/** The Cholesky factor of a correlation matrix. */
export function choleskyCorrelation(u: Numbers, order: number): ConstrainedNumbers<NumberMatrix>;
export function choleskyCorrelation(u: Given, order: number): Constrained<Matrix>;
export function choleskyCorrelation(...given: readonly [Given, number]): Constrained<Matrix> {
  return choleskyOf("choleskyCorrelation", CORRELATION, given);
}

choleskyCorrelation.inverse = (lower: NumberMatrix): number[] =>
  lower.flatMap((line, i) => {
    // What is left of the row's length 1, summed from its end so that it keeps its digits.
    const rests = new Float64Array(i + 2);
    for (let j = i; j >= 0; j--) rests[j] = rests[j + 1] + line[j] * line[j];
    // tanh⁻¹(L / √r) = sinh⁻¹(L / √(r − L²))
    return Array.from({ length: i }, (_, j) => Math.asinh(line[j] / Math.sqrt(rests[j + 1])));
  });

/** The Cholesky factor of a covariance matrix. */
export function choleskyCovariance(u: Numbers, order: number): ConstrainedNumbers<NumberMatrix>;
export function choleskyCovariance(u: Given, order: number): Constrained<Matrix>;
export function choleskyCovariance(...given: readonly [Given, number]): Constrained<Matrix> {
  return choleskyOf("choleskyCovariance", COVARIANCE, given);
}

choleskyCovariance.inverse = (lower: NumberMatrix): number[] =>
  lower.flatMap((line, i) => Array.from({ length: i + 1 }, (_, j) => i === j ? Math.log(line[j]) : line[j]));

/** A correlation matrix. */
export function correlation(u: Numbers, order: number): ConstrainedNumbers<NumberMatrix>;
export function correlation(u: Given, order: number): Constrained<Matrix>;
export function correlation(...given: readonly [Given, number]): Constrained<Matrix> {
  return symmetricOf("correlation", CORRELATION, 0, given);
}

correlation.inverse = (matrix: NumberMatrix): number[] => choleskyCorrelation.inverse(factorOf("correlation", matrix));

/** A covariance matrix. */
export function covariance(u: Numbers, order: number): ConstrainedNumbers<NumberMatrix>;
export function covariance(u: Given, order: number): Constrained<Matrix>;
export function covariance(...given: readonly [Given, number]): Constrained<Matrix> {
  return symmetricOf("covariance", COVARIANCE, 1, given);
}

covariance.inverse = (matrix: NumberMatrix): number[] => choleskyCovariance.inverse(factorOf("covariance", matrix));

function factorOf(name: string, matrix: NumberMatrix): number[][] {
  const n = matrix.length, lower = new Float64Array(n * n);
  const bad = factor(Float64Array.from(matrix.flat()), n, lower);
  if (bad) {
    refuse(`${name}.inverse: expected a positive definite matrix, found pivot ${bad.pivot} in row ${bad.row + 1}`);
  }
  return Array.from({ length: n }, (_, i) => [...lower.subarray(i * n, (i + 1) * n)]);
}
