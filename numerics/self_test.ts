/**
 * Tries the Wasm kernels beside their twins in plain TypeScript, bit for bit, in some ten milliseconds: for processes whose V8 was told to do what it does
 * not do by itself. A few shapes of each kernel, so chosen that whole vectors and their remainders come about; the tests try many more.
 */
import type { Activation, Arithmetic, Reals } from "./arithmetic/arithmetic.ts";
import { openSingle } from "./arithmetic/single.ts";
import { openTwin } from "./arithmetic/twin.ts";
import { type DenseKernels, openDense, twinDense } from "./dense/dense.ts";
import { fillNormals } from "./random/normal_block.ts";
import { fillNormalsTwin } from "./random/normal_block_twin.ts";
import { Purpose, Random } from "./random/random.ts";

const BYTES = 1 << 19;
/** Rows, columns and depth of products: those of one column, to two, narrow, and in panels with remainders. */
const PRODUCTS = [[21, 40, 1], [21, 2, 13], [9, 3, 10], [9, 37, 20]];
const ROWS = 7, COLUMNS = 13;
const ACTIVATIONS: readonly Activation[] = ["none", "relu", "leaky-relu", "tanh"];
const key = { seed: 2 ** 40 + 1, purpose: Purpose.test, stream: 0, step: 1 };

/** What the kernels may be replaced by, for tests of this test. */
export interface Kernels {
  single(options: { bytes: number; relaxed?: boolean }): Arithmetic;
  dense(options: { bytes: number }): DenseKernels;
  normals: typeof fillNormals;
}

const KERNELS: Kernels = { single: openSingle, dense: openDense, normals: fillNormals };

/** The first kernels that give other bits than their twins, by name; null where none does. */
export function findFault(kernels: Kernels = KERNELS): string | null {
  const trials: readonly [string, () => readonly Results[]][] = [
    ["products", () => [products(kernels.single({ bytes: BYTES }), 0.3), products(openTwin(BYTES), 0.3)]],
    // Products of small integers are exact, fused or not.
    ["fused products", () => {
      const relaxed = kernels.single({ bytes: BYTES, relaxed: true });
      return [products(relaxed, null), products(openTwin(BYTES), null)];
    }],
    ["elementwise operations", () => [elementwise(kernels.single({ bytes: BYTES })), elementwise(openTwin(BYTES))]],
    ["couplings and patches", () => [layers(kernels.single({ bytes: BYTES })), layers(openTwin(BYTES))]],
    [
      "kernels of energy models",
      () => [energies(kernels.dense({ bytes: BYTES })), energies(twinDense({ bytes: BYTES }))],
    ],
    ["normals", () => [normals(kernels.normals), normals(fillNormalsTwin)]],
  ];
  const fault = trials.find(([, run]) => {
    const [found, expected] = run();
    return !found.every((array, i) => sameBits(array, expected[i]));
  });
  return fault ? fault[0] : null;
}

const ROUNDS = 9;

/**
 * Whether products are faster by the kernels for vectors of 256 bits: V8 makes none for processors that have none. The bits are the same, so that a clock
 * may decide it.
 */
export function isWideFaster(now: () => number): boolean {
  const runs = [true, false].map((wide) => {
    const arithmetic = openSingle({ bytes: BYTES, wide }), n = 96;
    const [a, b, c] = [0, 1, 2].map(() => arithmetic.reals(n * n));
    return () => arithmetic.gemm({ m: n, n, k: n, a, b, c });
  });
  const [wide, plain] = runs.map((run) => {
    run(); // compiles it
    return Math.min(...Array.from({ length: ROUNDS }, () => {
      const begin = now();
      run();
      return now() - begin;
    }));
  });
  return wide < plain;
}

type Results = readonly (Reals | Int8Array)[];

function sameBits(found: Reals | Int8Array, expected: Reals | Int8Array): boolean {
  return found.length === expected.length && found.every((value, k) => Object.is(value, expected[k]));
}

/** Fills with normal numbers of a scale, or with integers from −8 to 8 where that is null. */
function drawer(scale: number | null) {
  const random = new Random(5).at(0, 0, Purpose.test);
  return <Numbers extends Reals>(array: Numbers): Numbers => {
    for (let k = 0; k < array.length; k++) array[k] = scale === null ? random.integer(17) - 8 : scale * random.normal();
    return array;
  };
}

function products(arithmetic: Arithmetic, scale: number | null): Results {
  const filled = drawer(scale);
  return PRODUCTS.flatMap(([m, n, k]) => {
    const [a, b, bias] = [m * k, k * n, n].map((length) => filled(arithmetic.reals(length)));
    const dense = arithmetic.reals(m * n),
      [first, second, third] = [0, 1, 2].map(() => filled(arithmetic.reals(m * n)));
    arithmetic.dense({ m, n, k, a, b, c: dense }, bias, "relu");
    arithmetic.gemm({ m, n, k, a, b, c: first });
    arithmetic.gemm({ m, n, k, a, transposeA: true, b, c: second, alpha: -0.5, beta: 2 });
    arithmetic.gemm({ m, n, k, a, b, transposeB: true, c: third, beta: 1 });
    return [dense, first, second, third];
  });
}

function elementwise(arithmetic: Arithmetic): Results {
  const filled = drawer(3), count = ROWS * COLUMNS;
  const reals = (length: number) => filled(arithmetic.reals(length));
  const x = reals(count), y = reals(count), row = reals(COLUMNS), weight = filled(arithmetic.doubles(ROWS));
  const functions = (["exp", "log", "tanh", "sigmoid", "softplus"] as const).map((name) => {
    const out = arithmetic.reals(count);
    arithmetic[name](x, out, count);
    return Float32Array.from(out, (value) => Number.isNaN(value) ? NaN : value);
  });
  const activated = ACTIVATIONS.flatMap((activation) => {
    const h = reals(count), dh = reals(count);
    arithmetic.activate(h, ROWS, COLUMNS, row, activation);
    arithmetic.activateBack(h, dh, count, activation);
    return [h, dh];
  });
  const columns = reals(COLUMNS),
    dots = reals(COLUMNS),
    sums = arithmetic.doubles(ROWS),
    rowDots = arithmetic.doubles(ROWS);
  arithmetic.columnSums(x, ROWS, COLUMNS, columns, { alpha: 0.5, beta: 1 });
  arithmetic.columnDots(x, y, ROWS, COLUMNS, dots);
  arithmetic.rowSums(x, ROWS, COLUMNS, sums);
  arithmetic.rowDots(x, y, ROWS, COLUMNS, rowDots);
  const norm = Float64Array.of(arithmetic.sumOfSquares(x, count)), product = arithmetic.reals(count);
  arithmetic.multiply(x, y, product, count);
  arithmetic.add(x, y, count, { alpha: 0.3, beta: -0.7 });
  arithmetic.scaleColumns(x, ROWS, COLUMNS, row, row);
  arithmetic.addToRows(x, ROWS, COLUMNS, weight, 0.1);
  const parameters = reals(count), gradient = reals(count), first = reals(count), second = arithmetic.reals(count);
  const rates = { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01, scale: 0.3 };
  arithmetic.adam({ parameters, gradient, first, second, step: 1, ...rates });
  const moments = [parameters, first, second];
  return [...functions, ...activated, columns, dots, sums, rowDots, norm, product, x, y, ...moments];
}

function layers(arithmetic: Arithmetic): Results {
  const filled = drawer(1), reals = (length: number) => filled(arithmetic.reals(length));
  const couplings = [1, COLUMNS].flatMap((m) =>
    [false, true].flatMap((inverse) => {
      const count = ROWS * m,
        x = reals(count),
        raw = reals(2 * count),
        bound = reals(m),
        logDet = arithmetic.doubles(ROWS);
      const squashed = reals(count),
        moved = reals(count),
        dx = reals(count),
        dLogDet = filled(arithmetic.doubles(ROWS));
      const dRaw = reals(2 * count), dBound = reals(m);
      arithmetic.affine({ rows: ROWS, m, inverse, x, raw, bound, logDet, squashed, moved });
      arithmetic.affineBack({ rows: ROWS, m, inverse, bound, squashed, moved, dx, dLogDet, dRaw, dBound });
      return [x, logDet, squashed, moved, dx, dRaw, dBound];
    })
  );
  const shape = { rows: 2, height: 3, width: 5, channels: 5, side: 3 }, pixels = 2 * 3 * 5 * 5;
  const laid = arithmetic.reals(9 * pixels), back = arithmetic.reals(pixels), order = Int32Array.of(9, 1, 2, 3, 4, 0);
  arithmetic.patches(reals(pixels), shape, laid);
  arithmetic.patchesBack(reals(9 * pixels), shape, back);
  const gathered = arithmetic.reals(6 * ROWS), scattered = reals(10 * ROWS);
  arithmetic.gather(scattered, ROWS, 10, order, gathered);
  arithmetic.scatter(reals(6 * ROWS), ROWS, 10, order, scattered, true);
  return [...couplings, laid, back, gathered, scattered];
}

function energies(dense: DenseKernels): Results {
  const filled = drawer(1), rows = 5, n = 70, m = 37;
  const reals = (length: number) => filled(dense.float32(length));
  const bits = dense.int8(rows * n), random = new Random(6).at(0, 0, Purpose.test);
  for (let k = 0; k < bits.length; k++) bits[k] = random.integer(2);
  const field = dense.float32(rows * m), sums = dense.rowSum(n, m);
  sums.load(reals(n * m), reals(m));
  sums.apply(bits, rows, field);
  const values = reals(rows * m), correlation = dense.float32(n * m);
  dense.correlation(rows, n, m).apply(bits, values, rows, correlation);
  const out = dense.int8(rows * m), probabilities = dense.float32(rows * m), drawn = dense.float32(rows * m);
  const softplus = dense.float64(rows), sigmoid = dense.float32(rows * m), columns = dense.float32(m);
  const scale = dense.float64(rows);
  for (let r = 0; r < rows; r++) scale[r] = (r + 1) / rows;
  dense.sampleBits({ field, rows, m, scale, key, firstBlock: 0, out, probabilities });
  dense.sampleNormals({ mean: field, rows, m, sd: values, scale, key, firstBlock: 20, out: drawn });
  dense.sigmoid(field, rows, m, scale, sigmoid);
  dense.softplusSums(field, rows, m, scale, softplus);
  dense.columnSums(field, rows, m, columns);
  const parameters = reals(n), velocity = reals(n), gradient = reals(n);
  dense.momentumStep({ parameters, velocity, gradient, momentum: 0.5, rate: 0.1, decay: 0.01 });
  return [field, correlation, out, probabilities, drawn, softplus, sigmoid, columns, parameters, velocity];
}

function normals(fill: Kernels["normals"]): Results {
  const out = new Float64Array(300);
  fill(out, 20, 15, key);
  return [out];
}
