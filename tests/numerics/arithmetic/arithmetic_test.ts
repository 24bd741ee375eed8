/** Every operation in both precisions against its definition, at sizes that no vector divides. */
import assert from "node:assert/strict";
import { type Arithmetic, LEAK, type Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { openSingle } from "../../../numerics/arithmetic/single.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";

const PRECISIONS: [string, () => Arithmetic, number][] = [
  ["double", openDouble, 1e-13],
  ["single", () => openSingle({ bytes: 2 ** 20 }), 2e-6],
];
const ROWS = 7, M = 13;

function filled(arithmetic: Arithmetic, length: number, stream: number): Reals {
  const random = new Random(1).at(stream, 0, Purpose.test);
  const array = arithmetic.reals(length);
  for (let k = 0; k < length; k++) array[k] = random.normal();
  return array;
}

function near(found: ArrayLike<number>, expected: (k: number) => number, count: number, tolerance: number): void {
  for (let k = 0; k < count; k++) {
    const value = expected(k);
    assert.ok(Math.abs(found[k] - value) <= tolerance * (1 + Math.abs(value)), `${k}: ${found[k]}, expected ${value}`);
  }
}

for (const [name, open, tolerance] of PRECISIONS) {
  Deno.test(`${name}: products are sums of products, either factor transposed`, () => {
    const arithmetic = open();
    const [m, n, k] = [5, 9, 11];
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const a = filled(arithmetic, m * k, 1), b = filled(arithmetic, k * n, 2), c = filled(arithmetic, m * n, 3);
        const old = c.slice();
        arithmetic.gemm({ m, n, k, a, transposeA, b, transposeB, c, alpha: 2, beta: 0.5 });
        near(
          c,
          (at) => {
            const i = Math.floor(at / n), j = at % n;
            let sum = 0;
            for (let l = 0; l < k; l++) {
              sum += a[transposeA ? l * m + i : i * k + l] * b[transposeB ? j * k + l : l * n + j];
            }
            return 2 * sum + 0.5 * old[at];
          },
          m * n,
          10 * tolerance,
        );
      }
    }
  });

  Deno.test(`${name}: activations and their derivatives`, () => {
    const arithmetic = open();
    const x = filled(arithmetic, ROWS * M, 1), bias = filled(arithmetic, M, 2);
    const values = { "none": (t: number) => t, "relu": (t: number) => Math.max(0, t), "tanh": Math.tanh } as const;
    const slopes = {
      "none": () => 1,
      "relu": (t: number) => t > 0 ? 1 : 0,
      "tanh": (t: number) => 1 - Math.tanh(t) ** 2,
    };
    for (const activation of ["none", "relu", "tanh", "leaky-relu"] as const) {
      const y = arithmetic.reals(ROWS * M), dy = arithmetic.reals(ROWS * M).fill(1);
      y.set(x);
      arithmetic.activate(y, ROWS, M, bias, activation);
      arithmetic.activateBack(y, dy, ROWS * M, activation);
      const at = (k: number) => x[k] + bias[k % M];
      const leaky = activation === "leaky-relu";
      near(y, (k) => leaky ? (at(k) < 0 ? LEAK : 1) * at(k) : values[activation](at(k)), ROWS * M, tolerance);
      near(dy, (k) => leaky ? (at(k) < 0 ? LEAK : 1) : slopes[activation](at(k)), ROWS * M, 4 * tolerance);
    }
  });

  Deno.test(`${name}: sums and dot products of rows and columns`, () => {
    const arithmetic = open();
    const x = filled(arithmetic, ROWS * M, 1), y = filled(arithmetic, ROWS * M, 2);
    const column = (j: number, of: (k: number) => number) => sum(ROWS, (r) => of(r * M + j));
    const row = (r: number, of: (k: number) => number) => sum(M, (j) => of(r * M + j));
    const columns = arithmetic.reals(M), rows = arithmetic.doubles(ROWS);
    arithmetic.columnSums(x, ROWS, M, columns);
    near(columns, (j) => column(j, (k) => x[k]), M, 10 * tolerance);
    arithmetic.columnDots(x, y, ROWS, M, columns, { alpha: -1, beta: 1 });
    near(columns, (j) => column(j, (k) => x[k] - x[k] * y[k]), M, 10 * tolerance);
    arithmetic.rowSums(x, ROWS, M, rows);
    near(rows, (r) => row(r, (k) => x[k]), ROWS, 10 * tolerance);
    arithmetic.rowDots(x, y, ROWS, M, rows, { beta: 1, alpha: 2 });
    near(rows, (r) => row(r, (k) => x[k] + 2 * x[k] * y[k]), ROWS, 10 * tolerance);
    assert.ok(Math.abs(arithmetic.sumOfSquares(x, ROWS * M) - sum(ROWS * M, (k) => x[k] ** 2)) < 100 * tolerance);
  });

  Deno.test(`${name}: gathering and scattering undo each other, patches and their transpose are adjoint`, () => {
    const arithmetic = open();
    const x = filled(arithmetic, ROWS * M, 1);
    const columns = Int32Array.of(3, 0, 12, 7), part = arithmetic.reals(ROWS * 4), back = arithmetic.reals(ROWS * M);
    arithmetic.gather(x, ROWS, M, columns, part);
    near(part, (k) => x[Math.floor(k / 4) * M + columns[k % 4]], ROWS * 4, 0);
    arithmetic.scatter(part, ROWS, M, columns, back);
    arithmetic.scatter(part, ROWS, M, columns, back, true);
    near(back, (k) => columns.includes(k % M) ? 2 * x[k] : 0, ROWS * M, 0);

    const shape = { rows: 2, height: 3, width: 4, channels: 5, side: 3 };
    const image = filled(arithmetic, 120, 3), out = arithmetic.reals(120 * 9), weights = filled(arithmetic, 120 * 9, 4);
    arithmetic.patches(image, shape, out);
    near(
      out,
      (k) => {
        const c = k % 5, cell = Math.floor(k / 5) % 9, pixel = Math.floor(k / 45);
        const i = Math.floor(pixel / 4) % 3 + Math.floor(cell / 3) - 1, j = pixel % 4 + cell % 3 - 1;
        const inside = i >= 0 && i < 3 && j >= 0 && j < 4;
        return inside ? image[((Math.floor(pixel / 12) * 3 + i) * 4 + j) * 5 + c] : 0;
      },
      120 * 9,
      0,
    );
    const transposed = arithmetic.reals(120);
    arithmetic.patchesBack(weights, shape, transposed);
    const left = sum(120 * 9, (k) => out[k] * weights[k]), right = sum(120, (k) => image[k] * transposed[k]);
    assert.ok(Math.abs(left - right) < 1000 * tolerance);
  });

  Deno.test(`${name}: elementwise functions`, () => {
    const arithmetic = open();
    const x = filled(arithmetic, M, 1), out = arithmetic.reals(M);
    const functions = {
      exp: Math.exp,
      tanh: Math.tanh,
      sigmoid: (t: number) => 1 / (1 + Math.exp(-t)),
      softplus: (t: number) => Math.log1p(Math.exp(t)),
    };
    for (const [operation, value] of Object.entries(functions)) {
      arithmetic[operation as keyof typeof functions](x, out, M);
      near(out, (k) => value(x[k]), M, 4 * tolerance);
    }
  });

  Deno.test(`${name}: a step of Adam as Kingma and Ba have it, with the decay beside it`, () => {
    const arithmetic = open();
    const parameters = filled(arithmetic, M, 1), gradient = filled(arithmetic, M, 2);
    const old = parameters.slice();
    const [first, second] = [arithmetic.reals(M), arithmetic.reals(M)];
    const step = { parameters, gradient, first, second, rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    arithmetic.adam({ ...step, decay: 0.01, step: 1, scale: 0.5 });
    // The first step is the sign of the gradient, but for epsilon.
    const sign = (k: number) => gradient[k] / (Math.abs(gradient[k]) + 2e-8);
    near(parameters, (k) => old[k] - 0.1 * (sign(k) + 0.01 * old[k]), M, 10 * tolerance);
  });

  Deno.test(`${name}: arrays of another arithmetic, or too short, are refused`, () => {
    const arithmetic = open(), other = name === "double" ? openSingle({ bytes: 4096 }) : openDouble();
    const own = arithmetic.reals(8);
    assert.throws(() => arithmetic.exp(other.reals(8), own, 8), RangeError);
    assert.throws(() => arithmetic.exp(own, own, 17), RangeError);
    assert.throws(() => arithmetic.gather(own, 2, 4, Int32Array.of(4), own), RangeError);
    assert.throws(() => arithmetic.rowSums(own, 2, 4, arithmetic.doubles(1)), RangeError);
    if (name === "single") assert.throws(() => arithmetic.rowSums(own, 2, 4, new Float64Array(2)), RangeError);
  });
}

function sum(count: number, term: (k: number) => number): number {
  let total = 0;
  for (let k = 0; k < count; k++) total += term(k);
  return total;
}
