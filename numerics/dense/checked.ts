/** Checks what kernels are given, once for all implementations: a wrong address in Wasm would be read without a word. */
import type { Arena } from "./arena.ts";
import { type Correlation, type DenseKernels, MOST_BITS, type RowScale, type RowSum } from "./kernels.ts";

/** Beyond lie the blocks that refine what half words leave open. */
const MOST_BLOCKS = 2 ** 29;

type Arrays = "float32" | "float64" | "int8";

/** The kernels without the arrays, which the arena gives. */
export type Unchecked = Omit<DenseKernels, Arrays>;

/** The kernels, with every argument checked. */
export function checked(arena: Arena, kernels: Unchecked): DenseKernels {
  const check = arena.check.bind(arena);
  return {
    numericClass: kernels.numericClass,
    float32: (length) => arena.float32(length),
    float64: (length) => arena.float64(length),
    int8: (length) => arena.int8(length),
    gemm(product) {
      check("a", product.a, product.m * product.k);
      check("b", product.b, product.k * product.n);
      check("c", product.c, product.m * product.n);
      kernels.gemm(product);
    },
    rowSum(n, m) {
      if (n > MOST_BITS) throw new RangeError(`a row has at most ${MOST_BITS} bits, found ${n}`);
      return checkedRowSum(arena, kernels.rowSum(n, m));
    },
    correlation(rows, n, m) {
      if (rows > MOST_BITS) throw new RangeError(`a correlation has at most ${MOST_BITS} rows, found ${rows}`);
      return checkedCorrelation(arena, kernels.correlation(rows, n, m));
    },
    sampleBits(sampling) {
      const { rows, m, field, scale = 1, out, probabilities } = sampling;
      check("field", field, rows * m);
      check("out", out, rows * m);
      if (probabilities) check("probabilities", probabilities, rows * m);
      checkScale(scale, rows);
      checkBlocks(sampling.firstBlock, m);
      kernels.sampleBits(sampling);
    },
    sampleNormals(sampling) {
      const { rows, m, mean, sd, scale = 1, out } = sampling;
      check("mean", mean, rows * m);
      check("sd", sd, m);
      check("out", out, rows * m);
      checkScale(scale, rows);
      checkBlocks(sampling.firstBlock, m);
      kernels.sampleNormals(sampling);
    },
    sigmoid(field, rows, m, scale, out) {
      check("field", field, rows * m);
      check("out", out, rows * m);
      checkScale(scale, rows);
      kernels.sigmoid(field, rows, m, scale, out);
    },
    softplusSums(field, rows, m, scale, out) {
      check("field", field, rows * m);
      check("out", out, rows);
      checkScale(scale, rows);
      kernels.softplusSums(field, rows, m, scale, out);
    },
    columnSums(x, rows, m, out, blend) {
      check("x", x, rows * m);
      check("out", out, m);
      kernels.columnSums(x, rows, m, out, blend);
    },
    momentumStep(step) {
      check("parameters", step.parameters, 0);
      check("velocity", step.velocity, step.parameters.length);
      check("gradient", step.gradient, step.parameters.length);
      kernels.momentumStep(step);
    },
  };
}

function checkedRowSum(arena: Arena, rowSum: RowSum): RowSum {
  const { n, m } = rowSum;
  return {
    n,
    m,
    load(weights, bias, transposed) {
      arena.check("weights", weights, n * m);
      if (bias) arena.check("bias", bias, m);
      rowSum.load(weights, bias, transposed);
    },
    apply(bits, rows, out) {
      arena.check("bits", bits, rows * n);
      arena.check("out", out, rows * m);
      rowSum.apply(bits, rows, out);
    },
  };
}

function checkedCorrelation(arena: Arena, correlation: Correlation): Correlation {
  const { rows: most, n, m } = correlation;
  return {
    rows: most,
    n,
    m,
    apply(bits, values, rows, out, blend) {
      if (rows > most) throw new RangeError(`this correlation has at most ${most} rows, found ${rows}`);
      arena.check("bits", bits, rows * n);
      arena.check("values", values, rows * m);
      arena.check("out", out, n * m);
      correlation.apply(bits, values, rows, out, blend);
    },
  };
}

function checkScale(scale: RowScale, rows: number): void {
  if (typeof scale !== "number" && scale.length < rows) {
    throw new RangeError(`scale has ${scale.length} entries; ${rows} are needed, one a row`);
  }
}

function checkBlocks(firstBlock: number, m: number): void {
  if (!Number.isInteger(firstBlock) || firstBlock < 0 || firstBlock + m > MOST_BLOCKS) {
    throw new RangeError(
      `a layer's first block is an integer from 0 to ${MOST_BLOCKS} less its units, found ${firstBlock}`,
    );
  }
}
