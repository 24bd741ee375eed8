/**
 * The LKJ law of a correlation matrix by its Cholesky factor L: the density of R = L Lᵀ is proportional to det(R)^(eta − 1). It is a density
 * of the entries of L below the diagonal, the Jacobian of L ↦ L Lᵀ included:
 *
 *   log c_K(eta) + Σ_{k=2}^K (K − k + 2 eta − 2) log L_kk
 *
 * Support: lower triangular matrices (only that triangle is read) with positive diagonals and rows of length one within 1e-8. eta is
 * positive and finite. Lewandowski, Kurowicka & Joe (2009), with the constant of their equation 16; Stan's lkj_corr_cholesky.
 */
import { digamma, logGamma } from "../../numerics/special/gamma_function.ts";
import { apply, argument, type Value, type VectorOperation } from "../modules/tape/vector.ts";
import { expectCount, isPositive, places } from "./density.ts";
import { type Given, type Numbers, refuse, shapeOf, single, squareOrder } from "./numbers.ts";

const LOG_PI = Math.log(Math.PI);
const ROW_TOLERANCE = 1e-8;

/** log c_K(eta). */
function logConstant(order: number, eta: number): number {
  let sum = (order - 1) * logGamma(eta + 0.5 * (order - 1));
  for (let k = 1; k < order; k++) sum -= 0.5 * k * LOG_PI + logGamma(eta + 0.5 * (order - 1 - k));
  return sum;
}

function constantSlope(order: number, eta: number): number {
  let sum = (order - 1) * digamma(eta + 0.5 * (order - 1));
  for (let k = 1; k < order; k++) sum -= digamma(eta + 0.5 * (order - 1 - k));
  return sum;
}

export function lkjCholesky(lower: Numbers, eta: number): number;
export function lkjCholesky(lower: Given, eta: Value): Value;
export function lkjCholesky(...given: readonly Given[]): Value {
  const name = "lkjCholesky", takes = ["lower", "eta"];
  expectCount(name, takes, given.length);
  const [lower, eta] = takes.map((one, k) => argument(`${name}: ${one}`, given[k]));
  const n = squareOrder(`${name}: lower`, lower);
  if (eta.shape.length > 0) refuse(`${name}: eta: expected a number, found ${shapeOf(eta)}`);
  const [pl, pe] = places([lower, eta]);
  /** 0 in the support, NaN where an entry is, else −∞. */
  const gap = (l: Float64Array): number => {
    let found = 0;
    for (let i = 0; i < n; i++) {
      let squares = 0;
      for (let j = 0; j <= i; j++) squares += l[pl.offset + i * n + j] ** 2;
      if (squares !== squares) return NaN;
      if (!(l[pl.offset + i * n + i] > 0 && Math.abs(squares - 1) <= ROW_TOLERANCE)) found = -Infinity;
    }
    return found;
  };
  const operation: VectorOperation = {
    name,
    outputs: 1,
    forward(input, output) {
      const l = pl.data ?? input, shape = (pe.data ?? input)[pe.offset];
      let sum = isPositive(shape) ? gap(l) : NaN;
      if (sum === 0) {
        sum = logConstant(n, shape);
        for (let i = 1; i < n; i++) sum += (n - i - 1 + 2 * (shape - 1)) * Math.log(l[pl.offset + i * n + i]);
      }
      output[0] = sum;
    },
    backward(input, output, outputAdjoint, inputAdjoint) {
      if (output[0] === -Infinity) return;
      const l = pl.data ?? input, shape = (pe.data ?? input)[pe.offset], weight = outputAdjoint[0];
      let slope = 0;
      for (let i = 1; i < n; i++) {
        const diagonal = l[pl.offset + i * n + i];
        slope += 2 * Math.log(diagonal);
        if (!pl.data) inputAdjoint[pl.offset + i * n + i] += weight * (n - i - 1 + 2 * (shape - 1)) / diagonal;
      }
      if (!pe.data) inputAdjoint[pe.offset] += weight * (slope + constantSlope(n, shape));
    },
  };
  return single(apply(operation, [lower, eta].filter(({ traced }) => traced), []));
}
