/** The Wasm arithmetic beside its twin in plain TypeScript: the same bits, whatever the sizes, the rows of a call and the numbers. */
import assert from "node:assert/strict";
import type { Activation, Arithmetic, Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { openSingle } from "../../../numerics/arithmetic/single.ts";
import { openTwin } from "../../../numerics/arithmetic/twin.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";

const BYTES = 1 << 22;
const SHAPES = [[0, 3], [1, 1], [3, 1], [4, 1], [9, 1], [1, 2], [5, 4], [7, 13], [2, 64], [33, 17]];
const EXTREMES = [
  0,
  -0,
  1e-45,
  -1e-40,
  1e-30,
  0.3,
  0.624,
  0.626,
  1,
  -1,
  20,
  -20,
  86.9,
  -87.1,
  88.7,
  88.8,
  -103,
  -104.5,
  3e38,
  -3e38,
  Infinity,
  -Infinity,
  NaN,
];

/** Compares what a run gives on either; any NaN is as good as another. */
function assertSameBits(run: (arithmetic: Arithmetic) => Reals[], wide = false): void {
  const found = run(openSingle({ bytes: BYTES, wide })), expected = run(openTwin(BYTES));
  assert.equal(found.length, expected.length);
  found.forEach((array, i) => {
    const at = array.findIndex((value, entry) => !Object.is(value, expected[i][entry]));
    assert.equal(at, -1, `result ${i}, entry ${at} of ${array.length}: ${array[at]} for ${expected[i][at]}`);
  });
}

/** Numbers of an arithmetic: normal draws, of a stream of their own. */
function drawer(arithmetic: Arithmetic) {
  let stream = 0;
  const filled = <Numbers extends Reals>(array: Numbers, scale: number): Numbers => {
    const random = new Random(5).at(stream++, 0, Purpose.test);
    for (let k = 0; k < array.length; k++) array[k] = scale * random.normal();
    return array;
  };
  return {
    reals: (length: number, scale = 1) => filled(arithmetic.reals(length), scale),
    doubles: (length: number, scale = 1) => filled(arithmetic.doubles(length), scale),
  };
}

Deno.test("functions and activations give the twin's bits, at extreme and broken numbers too", () => {
  assertSameBits((arithmetic) => {
    const results: Reals[] = [];
    const wide = drawer(arithmetic).reals(1001, 30), extreme = arithmetic.reals(EXTREMES.length);
    extreme.set(EXTREMES);
    for (const x of [wide, extreme]) {
      for (const name of ["exp", "log", "tanh", "sigmoid", "softplus"] as const) {
        const out = arithmetic.reals(x.length);
        arithmetic[name](x, out, x.length);
        results.push(out);
      }
      for (const activation of ["none", "relu", "leaky-relu", "tanh"] as const) {
        const y = arithmetic.reals(x.length), dy = drawer(arithmetic).reals(x.length);
        y.set(x);
        arithmetic.activate(y, 1, x.length, null, activation);
        arithmetic.activateBack(y, dy, x.length, activation);
        results.push(y, dy);
      }
    }
    return results;
  });
});

Deno.test("operations on rows and columns give the twin's bits at every shape, and write nothing beyond it", () => {
  assertSameBits((arithmetic) => {
    const results: Reals[] = [];
    for (const [rows, m] of SHAPES) {
      const draw = drawer(arithmetic), count = rows * m;
      // Five numbers more than are asked for: they must stay.
      const x = draw.reals(count + 5), y = draw.reals(count + 5), row = draw.reals(m), other = draw.reals(m);
      const weight = draw.doubles(rows + 5);
      for (const activation of ["relu", "tanh", "none"] satisfies Activation[]) {
        const given = draw.reals(count + 5);
        arithmetic.activate(given, rows, m, row, activation);
        arithmetic.activateBack(given, y, count, activation);
        results.push(given);
      }
      for (const blend of [undefined, { alpha: -0.3, beta: 0.7 }]) {
        const columns = draw.reals(m + 5),
          dots = draw.reals(m + 5),
          sums = draw.doubles(rows),
          products = draw.doubles(rows);
        arithmetic.columnSums(x, rows, m, columns, blend);
        arithmetic.columnDots(x, y, rows, m, dots, blend);
        arithmetic.rowSums(x, rows, m, sums, blend);
        arithmetic.rowDots(x, y, rows, m, products, blend);
        arithmetic.add(x, y, count, blend);
        results.push(columns, dots, sums, products);
      }
      arithmetic.scaleColumns(x, rows, m, row, other);
      arithmetic.scaleColumns(x, rows, m, null, other);
      arithmetic.scaleColumns(x, rows, m, row, null);
      arithmetic.addToRows(x, rows, m, weight, 0.1);
      const product = draw.reals(count + 5);
      arithmetic.multiply(x, y, product, count);
      results.push(x, y, product, Float64Array.of(arithmetic.sumOfSquares(x, count)));
    }
    return results;
  });
});

/** Of each kernel: narrow, shallow, in panels, in several runs along k, with none; wide where 16 columns are 8 deep. */
const PRODUCTS = [
  [0, 5, 3],
  [5, 9, 0],
  [1, 1, 1],
  [9, 2, 64],
  [37, 2, 67],
  [11, 3, 300],
  [7, 4, 1],
  [5, 64, 1],
  [3, 7, 2],
  [6, 9, 3],
  [2, 17, 4],
  [9, 21, 5],
  [13, 33, 40],
  [6, 40, 300],
  [3, 515, 9],
];

for (const wide of [false, true]) {
  Deno.test(`dense layers are products, biases and activations of the twin, ${wide ? "wide" : "not wide"}`, () => {
    assertSameBits((arithmetic) => {
      const results: Reals[] = [];
      for (const [m, n, k] of PRODUCTS) {
        const draw = drawer(arithmetic), a = draw.reals(m * k), b = draw.reals(k * n), bias = draw.reals(n);
        for (const activation of ["none", "relu", "leaky-relu", "tanh"] satisfies Activation[]) {
          for (const [alpha, beta] of [[1, 0], [1, 1], [-0.3, 0.7]]) {
            const c = draw.reals(m * n + 5), alone = draw.reals(m * n + 5); // five more, which must stay
            arithmetic.dense({ m, n, k, a, b, c, alpha, beta }, bias, activation);
            arithmetic.dense({ m, n, k, a, transposeA: true, b, c: alone, alpha, beta }, null, activation);
            results.push(c, alone);
          }
        }
      }
      return results;
    }, wide);
  });
}

Deno.test("a dense layer writes what a product and an activation write, in double precision too", () => {
  for (const arithmetic of [openDouble(), openSingle({ bytes: BYTES }), openSingle({ bytes: BYTES, relaxed: true })]) {
    for (const [m, n, k] of PRODUCTS) {
      const draw = drawer(arithmetic), a = draw.reals(m * k), b = draw.reals(k * n), bias = draw.reals(n);
      const c = draw.reals(m * n), apart = draw.reals(m * n);
      arithmetic.dense({ m, n, k, a, b, c }, bias, "tanh");
      arithmetic.gemm({ m, n, k, a, b, c: apart });
      arithmetic.activate(apart, m, n, bias, "tanh");
      assert.deepEqual(c, apart);
    }
  }
});

Deno.test("gathered and scattered columns are the twin's, neighbours or not", () => {
  assertSameBits((arithmetic) => {
    const results: Reals[] = [];
    const lists = [[], [2], [4, 5, 6, 7, 1], [0, 2, 4, 6, 8, 10], [9, 8, 7, 6], [1, 2, 3, 4, 6, 7, 8, 9, 10]];
    const ofMany = lists.map((columns) => ({ columns, width: 11 }));
    for (const { columns, width } of [...ofMany, { columns: [0], width: 2 }, { columns: [1], width: 2 }]) {
      const draw = drawer(arithmetic), rows = 7;
      const x = draw.reals(rows * width + 5), out = draw.reals(rows * columns.length + 5);
      arithmetic.gather(x, rows, width, Int32Array.from(columns), out);
      results.push(out.slice());
      arithmetic.scatter(draw.reals(rows * columns.length), rows, width, Int32Array.from(columns), x);
      arithmetic.scatter(draw.reals(rows * columns.length), rows, width, Int32Array.from(columns), x, true);
      results.push(x);
    }
    return results;
  });
});

Deno.test("patches and what they give back are the twin's, at images smaller than a patch too", () => {
  assertSameBits((arithmetic) => {
    const results: Reals[] = [];
    const shapes = [[2, 5, 6, 1, 3], [1, 4, 4, 4, 3], [3, 2, 3, 5, 5], [2, 1, 1, 3, 5], [0, 3, 3, 2, 3], [
      2,
      3,
      3,
      2,
      1,
    ]];
    for (const [rows, height, width, channels, side] of shapes) {
      const draw = drawer(arithmetic), pixels = rows * height * width * channels;
      const x = draw.reals(pixels + 5), out = draw.reals(pixels * side ** 2 + 5), back = draw.reals(pixels + 5);
      const shape = { rows, height, width, channels, side };
      arithmetic.patches(x, shape, out);
      arithmetic.patchesBack(draw.reals(pixels * side ** 2), shape, back);
      results.push(out, back);
    }
    return results;
  });
});

Deno.test("affine couplings give the twin's bits both ways, one column or many", () => {
  assertSameBits((arithmetic) => {
    const results: Reals[] = [];
    for (const [rows, m] of SHAPES) {
      for (const inverse of [false, true]) {
        results.push(...couple(arithmetic, rows, m, inverse));
      }
    }
    return results;
  });
});

/** An affine coupling and its way back. */
function couple(arithmetic: Arithmetic, rows: number, m: number, inverse: boolean): Reals[] {
  const draw = drawer(arithmetic), count = rows * m + 5;
  const x = draw.reals(count), raw = draw.reals(2 * rows * m), bound = draw.reals(m), logDet = draw.doubles(rows + 5);
  const squashed = draw.reals(count), moved = draw.reals(count), dx = draw.reals(count), dLogDet = draw.doubles(rows);
  const dRaw = draw.reals(2 * rows * m + 5), dBound = draw.reals(m + 5);
  arithmetic.affine({ rows, m, inverse, x, raw, bound, logDet, squashed, moved });
  arithmetic.affineBack({ rows, m, inverse, bound, squashed, moved, dx, dLogDet, dRaw, dBound });
  return [x, logDet, squashed, moved, dx, dRaw, dBound];
}

Deno.test("steps of Adam are the twin's", () => {
  assertSameBits((arithmetic) => {
    const results: Reals[] = [];
    for (const count of [1, 4, 1003]) {
      const draw = drawer(arithmetic);
      const parameters = draw.reals(count), gradient = draw.reals(count, 1e-3), first = draw.reals(count);
      const second = arithmetic.reals(count);
      for (let step = 1; step < 4; step++) {
        const rates = { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01, scale: 0.3 };
        arithmetic.adam({ parameters, gradient, first, second, step, ...rates });
      }
      results.push(parameters, first, second);
    }
    return results;
  });
});

Deno.test("rows give the same bits alone as among others", () => {
  const rows = 7;
  for (const m of [1, 2, 6]) {
    const all = openSingle({ bytes: BYTES }), one = openSingle({ bytes: BYTES });
    const [x, raw, bound] = [rows * m, 2 * rows * m, m].map((length) => drawer(all).reals(length));
    const logDet = all.doubles(rows), sums = all.doubles(rows);
    const scratch = { squashed: all.reals(rows * m), moved: all.reals(rows * m) };
    const before = x.slice();
    all.affine({ rows, m, inverse: false, x, raw, bound, logDet, ...scratch });
    all.rowDots(x, x, rows, m, sums);
    for (let r = 0; r < rows; r++) {
      const own = one.reals(m), ownRaw = one.reals(2 * m), ownBound = one.reals(m);
      own.set(before.subarray(r * m, (r + 1) * m));
      ownRaw.set(raw.subarray(2 * r * m, 2 * (r + 1) * m));
      ownBound.set(bound);
      const step = { rows: 1, m, inverse: false, x: own, raw: ownRaw, bound: ownBound, logDet: one.doubles(1) };
      one.affine({ ...step, squashed: one.reals(m), moved: one.reals(m) });
      const sum = one.doubles(1);
      one.rowDots(own, own, 1, m, sum);
      assert.deepEqual(own, x.slice(r * m, (r + 1) * m));
      assert.deepEqual([step.logDet[0], sum[0]], [logDet[r], sums[r]]);
    }
  }
});
