/**
 * Vectors and matrices: products, Cholesky factors, triangular systems. A matrix is an array of rows.
 *
 * Adjoints: Giles (2008), "Collected matrix derivative results"; of the Cholesky factor Smith (1995), "Differentiation of the Cholesky
 * algorithm". Of a symmetric matrix the lower triangle is read, of a triangular one its own.
 */
import { cholesky as factor } from "../../numerics/linear_algebra/cholesky.ts";
import { apply, argument, type Value, type Values, type VectorOperation } from "../modules/tape/vector.ts";
import { expectCount, places } from "./density.ts";
import { keptMatrix } from "./fixed_matrices.ts";
import {
  type Given,
  isArray,
  type Numbers,
  refuse,
  row,
  shapeOf,
  single,
  squareOrder,
  vectorLength,
} from "./numbers.ts";

type NumberRow = readonly number[];
type ValueRow = readonly Value[];

function matrixShape(what: string, shape: readonly number[], found: string): readonly [number, number] {
  if (shape.length !== 2) refuse(`${what}: expected a matrix, as an array of rows, found ${found}`);
  return [shape[0], shape[1]];
}

const LEAST_FOR_WASM = 64; // entries: below it the copies cost more than they save

/** The product with a matrix of data. */
function fixedProduct(values: Float64Array, rows: number, columns: number): VectorOperation {
  const matrix = keptMatrix(values, rows, columns);
  return {
    name: "matVec",
    outputs: rows,
    forward: (input, output) => matrix.product(input, 0, output),
    backward: (_input, _output, outputAdjoint, inputAdjoint) => matrix.addAdjoint(outputAdjoint, inputAdjoint, 0),
  };
}

/** A x. */
export function matVec(matrix: Numbers, vector: Numbers): NumberRow;
export function matVec(matrix: Given, vector: Given): ValueRow;
export function matVec(...given: readonly Given[]): ValueRow {
  expectCount("matVec", ["matrix", "vector"], given.length);
  const a = argument("matVec: matrix", given[0]), x = argument("matVec: vector", given[1]);
  const [rows, columns] = matrixShape("matVec: matrix", a.shape, shapeOf(a));
  vectorLength("matVec: vector", x, columns);
  if (!a.traced && x.traced && a.values.length >= LEAST_FOR_WASM) {
    return row(apply(fixedProduct(a.values, rows, columns), [x], [rows]));
  }
  const [p, q] = places([a, x]);
  const operation: VectorOperation = {
    name: "matVec",
    outputs: rows,
    forward(input, output) {
      const matrix = p.data ?? input, vector = q.data ?? input;
      for (let i = 0, at = p.offset; i < rows; i++) {
        let sum = 0;
        for (let j = 0; j < columns; j++, at++) sum += matrix[at] * vector[q.offset + j];
        output[i] = sum;
      }
    },
    backward(input, _output, outputAdjoint, inputAdjoint) {
      const matrix = p.data ?? input, vector = q.data ?? input;
      for (let i = 0; i < rows; i++) {
        const weight = outputAdjoint[i], at = p.offset + i * columns;
        if (weight === 0) continue;
        if (!p.data) { for (let j = 0; j < columns; j++) inputAdjoint[at + j] += weight * vector[q.offset + j]; }
        if (!q.data) { for (let j = 0; j < columns; j++) inputAdjoint[q.offset + j] += weight * matrix[at + j]; }
      }
    },
  };
  return row(apply(operation, [a, x].filter(({ traced }) => traced), [rows]));
}

/** The row vector xᵀ A, as an array. */
export function vecMat(vector: Numbers, matrix: Numbers): NumberRow;
export function vecMat(vector: Given, matrix: Given): ValueRow;
export function vecMat(...given: readonly Given[]): ValueRow {
  expectCount("vecMat", ["vector", "matrix"], given.length);
  const x = argument("vecMat: vector", given[0]), a = argument("vecMat: matrix", given[1]);
  const [rows, columns] = matrixShape("vecMat: matrix", a.shape, shapeOf(a));
  vectorLength("vecMat: vector", x, rows);
  const [p, q] = places([x, a]);
  const operation: VectorOperation = {
    name: "vecMat",
    outputs: columns,
    forward(input, output) {
      const vector = p.data ?? input, matrix = q.data ?? input;
      output.fill(0);
      for (let i = 0, at = q.offset; i < rows; i++) {
        const weight = vector[p.offset + i];
        for (let j = 0; j < columns; j++, at++) output[j] += weight * matrix[at];
      }
    },
    backward(input, _output, outputAdjoint, inputAdjoint) {
      const vector = p.data ?? input, matrix = q.data ?? input;
      for (let i = 0; i < rows; i++) {
        const at = q.offset + i * columns;
        if (!p.data) {
          let sum = 0;
          for (let j = 0; j < columns; j++) sum += matrix[at + j] * outputAdjoint[j];
          inputAdjoint[p.offset + i] += sum;
        }
        if (!q.data) {
          for (let j = 0; j < columns; j++) inputAdjoint[at + j] += vector[p.offset + i] * outputAdjoint[j];
        }
      }
    },
  };
  return row(apply(operation, [x, a].filter(({ traced }) => traced), [columns]));
}

/** A B. */
export function matMul(a: Numbers, b: Numbers): readonly NumberRow[];
export function matMul(a: Given, b: Given): readonly ValueRow[];
export function matMul(...given: readonly Given[]): readonly ValueRow[] {
  expectCount("matMul", ["a", "b"], given.length);
  const a = argument("matMul: a", given[0]), b = argument("matMul: b", given[1]);
  const [rows, inner] = matrixShape("matMul: a", a.shape, shapeOf(a));
  const [innerOfB, columns] = matrixShape("matMul: b", b.shape, shapeOf(b));
  if (inner !== innerOfB) {
    refuse(`matMul: a has ${inner} columns and b ${innerOfB} rows. Give as many rows as columns, or transpose one.`);
  }
  const [p, q] = places([a, b]);
  const operation: VectorOperation = {
    name: "matMul",
    outputs: rows * columns,
    forward(input, output) {
      const left = p.data ?? input, right = q.data ?? input;
      output.fill(0);
      for (let i = 0; i < rows; i++) {
        for (let k = 0; k < inner; k++) {
          const weight = left[p.offset + i * inner + k], at = q.offset + k * columns;
          for (let j = 0; j < columns; j++) output[i * columns + j] += weight * right[at + j];
        }
      }
    },
    backward(input, _output, outputAdjoint, inputAdjoint) {
      const left = p.data ?? input, right = q.data ?? input;
      for (let i = 0; i < rows; i++) {
        for (let k = 0; k < inner; k++) {
          const one = p.offset + i * inner + k, at = q.offset + k * columns;
          if (!p.data) {
            let sum = 0;
            for (let j = 0; j < columns; j++) sum += outputAdjoint[i * columns + j] * right[at + j];
            inputAdjoint[one] += sum;
          }
          if (!q.data) {
            for (let j = 0; j < columns; j++) inputAdjoint[at + j] += left[one] * outputAdjoint[i * columns + j];
          }
        }
      }
    },
  };
  return rowsOf(apply(operation, [a, b].filter(({ traced }) => traced), [rows, columns]));
}

function rowsOf(values: Values): readonly ValueRow[] {
  if (!isArray(values)) throw new Error("a matrix was expected of an operation, and it gave a number");
  return values.map(row);
}

/** Aᵀ. */
export function transpose(matrix: Numbers): readonly NumberRow[];
export function transpose(matrix: Given): readonly ValueRow[];
export function transpose(...given: readonly Given[]): readonly ValueRow[] {
  expectCount("transpose", ["matrix"], given.length);
  const read = argument("transpose: matrix", given[0]);
  const [, columns] = matrixShape("transpose: matrix", read.shape, shapeOf(read));
  const rows = entries(given[0]).map((one) => entries(one).map(number));
  return Array.from({ length: columns }, (_, j) => rows.map((one) => one[j]));
}

/** The diagonal of a square matrix. */
export function diagonal(matrix: Numbers): NumberRow;
export function diagonal(matrix: Given): ValueRow;
export function diagonal(...given: readonly Given[]): ValueRow {
  expectCount("diagonal", ["matrix"], given.length);
  squareOrder("diagonal: matrix", argument("diagonal: matrix", given[0]));
  return entries(given[0]).map((one, i) => number(entries(one)[i]));
}

function entries(given: Given): readonly Given[] {
  return isGivenArray(given) ? given : given instanceof Float64Array ? [...given] : [given];
}

function isGivenArray(given: Given): given is readonly Given[] {
  return Array.isArray(given);
}

function number(given: Given): Value {
  if (isGivenArray(given) || given instanceof Float64Array) throw new Error("a matrix has numbers in its rows");
  return given;
}

/** a bᵀ. */
export function outer(a: Numbers, b: Numbers): readonly NumberRow[];
export function outer(a: Given, b: Given): readonly ValueRow[];
export function outer(...given: readonly Given[]): readonly ValueRow[] {
  expectCount("outer", ["a", "b"], given.length);
  const a = argument("outer: a", given[0]), b = argument("outer: b", given[1]);
  const rows = vectorLength("outer: a", a), columns = vectorLength("outer: b", b);
  const [p, q] = places([a, b]);
  const operation: VectorOperation = {
    name: "outer",
    outputs: rows * columns,
    forward(input, output) {
      const left = p.data ?? input, right = q.data ?? input;
      for (let i = 0, at = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++, at++) output[at] = left[p.offset + i] * right[q.offset + j];
      }
    },
    backward(input, _output, outputAdjoint, inputAdjoint) {
      const left = p.data ?? input, right = q.data ?? input;
      for (let i = 0, at = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++, at++) {
          if (!p.data) inputAdjoint[p.offset + i] += outputAdjoint[at] * right[q.offset + j];
          if (!q.data) inputAdjoint[q.offset + j] += outputAdjoint[at] * left[p.offset + i];
        }
      }
    },
  };
  return rowsOf(apply(operation, [a, b].filter(({ traced }) => traced), [rows, columns]));
}

/** The lower triangular L with L Lᵀ = A and a positive diagonal; NaN where A is not positive definite. Reads the lower triangle of A. */
export function cholesky(matrix: Numbers): readonly NumberRow[];
export function cholesky(matrix: Given): readonly ValueRow[];
export function cholesky(...given: readonly Given[]): readonly ValueRow[] {
  expectCount("cholesky", ["matrix"], given.length);
  const a = argument("cholesky: matrix", given[0]);
  const n = squareOrder("cholesky: matrix", a), scratch = new Float64Array(n * n);
  const operation: VectorOperation = {
    name: "cholesky",
    outputs: n * n,
    forward(input, output) {
      if (factor(input, n, output) === null) return;
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) output[i * n + j] = j > i ? 0 : NaN;
    },
    backward(_input, lower, outputAdjoint, inputAdjoint) {
      const pull = scratch;
      pull.set(outputAdjoint);
      for (let i = n - 1; i >= 0; i--) {
        for (let j = i; j >= 0; j--) {
          const at = i * n + j, pivot = lower[j * n + j];
          let weight: number;
          if (i === j) {
            weight = 0.5 * pull[at] / pivot;
          } else {
            weight = pull[at] / pivot;
            pull[j * n + j] -= pull[at] * lower[at] / pivot;
          }
          inputAdjoint[at] += weight;
          for (let k = 0; k < j; k++) {
            pull[i * n + k] -= weight * lower[j * n + k];
            pull[j * n + k] -= weight * lower[i * n + k];
          }
        }
      }
    },
  };
  return rowsOf(apply(operation, [a], [n, n]));
}

/**
 * Solves L y = b, or Lᵀ y = b where `transposed`, for a lower triangular L; b and y are vectors or matrices (of columns). NaN or infinite
 * where the diagonal of L has a zero.
 */
export function solveTriangular(lower: Numbers, b: readonly number[] | Float64Array, transposed?: boolean): NumberRow;
export function solveTriangular(lower: Given, b: Given, transposed?: boolean): Values;
export function solveTriangular(...given: readonly [Given, Given, boolean?]): Values {
  if (given.length !== 3) expectCount("solveTriangular", ["lower", "b"], given.length);
  const transposed = given[2] ?? false;
  const l = argument("solveTriangular: lower", given[0]), b = argument("solveTriangular: b", given[1]);
  const n = squareOrder("solveTriangular: lower", l);
  if (b.shape.length < 1 || b.shape.length > 2 || b.shape[0] !== n) {
    refuse(`solveTriangular: expected b with ${n} entries or rows, found ${shapeOf(b)}`);
  }
  const columns = b.values.length / n, scratch = new Float64Array(n * columns);
  const [p, q] = places([l, b]);
  const operation: VectorOperation = {
    name: "solveTriangular",
    outputs: n * columns,
    forward(input, output) {
      const right = q.data ?? input;
      for (let k = 0; k < output.length; k++) output[k] = right[q.offset + k];
      solve(p.data ?? input, p.offset, n, columns, output, transposed);
    },
    backward(input, output, outputAdjoint, inputAdjoint) {
      const lower = p.data ?? input, pull = scratch;
      pull.set(outputAdjoint);
      solve(lower, p.offset, n, columns, pull, !transposed);
      if (!q.data) { for (let k = 0; k < pull.length; k++) inputAdjoint[q.offset + k] += pull[k]; }
      if (p.data) return;
      // The adjoint of L is −pull yᵀ, of Lᵀ the same: −y pullᵀ for L.
      const left = transposed ? output : pull, right = transposed ? pull : output;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = 0;
          for (let c = 0; c < columns; c++) sum += left[i * columns + c] * right[j * columns + c];
          inputAdjoint[p.offset + i * n + j] -= sum;
        }
      }
    },
  };
  return apply(operation, [l, b].filter(({ traced }) => traced), b.shape);
}

/** Solves for every column of x, in place; L begins at `start`. */
function solve(
  lower: Float64Array,
  start: number,
  n: number,
  columns: number,
  x: Float64Array,
  transposed: boolean,
): void {
  for (let step = 0; step < n; step++) {
    const i = transposed ? n - 1 - step : step;
    const pivot = lower[start + i * n + i];
    for (let c = 0; c < columns; c++) {
      let sum = x[i * columns + c];
      if (transposed) { for (let j = i + 1; j < n; j++) sum -= lower[start + j * n + i] * x[j * columns + c]; }
      else for (let j = 0; j < i; j++) sum -= lower[start + i * n + j] * x[j * columns + c];
      x[i * columns + c] = sum / pivot;
    }
  }
}

/** log det(L Lᵀ) = 2 Σ log Lᵢᵢ of a lower triangular L with a positive diagonal. */
export function logDeterminantOfCholesky(lower: Numbers): number;
export function logDeterminantOfCholesky(lower: Given): Value;
export function logDeterminantOfCholesky(...given: readonly Given[]): Value {
  expectCount("logDeterminantOfCholesky", ["lower"], given.length);
  const l = argument("logDeterminantOfCholesky: lower", given[0]);
  const n = squareOrder("logDeterminantOfCholesky: lower", l);
  const operation: VectorOperation = {
    name: "logDeterminantOfCholesky",
    outputs: 1,
    forward(input, output) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += Math.log(input[i * n + i]);
      output[0] = 2 * sum;
    },
    backward(input, _output, outputAdjoint, inputAdjoint) {
      for (let i = 0; i < n; i++) inputAdjoint[i * n + i] += 2 * outputAdjoint[0] / input[i * n + i];
    },
  };
  return single(apply(operation, [l], []));
}
