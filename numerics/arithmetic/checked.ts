/** Checks what an arithmetic is given, once for both precisions: a wrong address in Wasm would be read without a word. */
import type { Arithmetic, Product, Reals } from "./arithmetic.ts";
import type { Loops } from "./loops.ts";

/** What the precisions have of their own, and the operations that check nothing. */
export interface Unchecked extends Pick<Arithmetic, "numericClass" | "reals" | "doubles" | "gemm" | "dense">, Loops {
  /** Whether `reals` or `doubles` made this array. */
  isOwn(array: Reals): boolean;
}

export function checked(unchecked: Unchecked): Arithmetic {
  const own = (name: string, array: Reals, length: number) => {
    if (!unchecked.isOwn(array)) {
      throw new RangeError(`${name} is not of this arithmetic: it must come from its own reals or doubles`);
    }
    if (array.length < length) throw new RangeError(`${name} has ${array.length} entries; ${length} are needed`);
  };
  const ownFactors = ({ m, n, k, a, b, c }: Product) => {
    own("a", a, m * k);
    own("b", b, k * n);
    own("c", c, m * n);
  };
  const inRow = (columns: Int32Array, width: number) => {
    for (const column of columns) {
      if (!(column >= 0 && column < width)) {
        throw new RangeError(`column ${column} is not in a row of ${width} numbers`);
      }
    }
  };
  return {
    numericClass: unchecked.numericClass,
    reals: unchecked.reals,
    doubles: unchecked.doubles,
    gemm(product) {
      ownFactors(product);
      unchecked.gemm(product);
    },
    dense(product, bias, activation) {
      ownFactors(product);
      if (bias) own("bias", bias, product.n);
      unchecked.dense(product, bias, activation);
    },
    activate(x, rows, m, bias, activation) {
      own("x", x, rows * m);
      if (bias) own("bias", bias, m);
      unchecked.activate(x, rows, m, bias, activation);
    },
    activateBack(y, dy, count, activation) {
      own("y", y, count);
      own("dy", dy, count);
      unchecked.activateBack(y, dy, count, activation);
    },
    columnSums(x, rows, m, out, blend) {
      own("x", x, rows * m);
      own("out", out, m);
      unchecked.columnSums(x, rows, m, out, blend);
    },
    rowSums(x, rows, m, out, blend) {
      own("x", x, rows * m);
      own("out", out, rows);
      unchecked.rowSums(x, rows, m, out, blend);
    },
    columnDots(x, y, rows, m, out, blend) {
      own("x", x, rows * m);
      own("y", y, rows * m);
      own("out", out, m);
      unchecked.columnDots(x, y, rows, m, out, blend);
    },
    rowDots(x, y, rows, m, out, blend) {
      own("x", x, rows * m);
      own("y", y, rows * m);
      own("out", out, rows);
      unchecked.rowDots(x, y, rows, m, out, blend);
    },
    scaleColumns(x, rows, m, scale, shift) {
      own("x", x, rows * m);
      if (scale) own("scale", scale, m);
      if (shift) own("shift", shift, m);
      unchecked.scaleColumns(x, rows, m, scale, shift);
    },
    addToRows(x, rows, m, weight, alpha) {
      own("x", x, rows * m);
      own("weight", weight, rows);
      unchecked.addToRows(x, rows, m, weight, alpha);
    },
    add(x, y, count, blend) {
      own("x", x, count);
      own("y", y, count);
      unchecked.add(x, y, count, blend);
    },
    multiply(x, y, out, count) {
      own("x", x, count);
      own("y", y, count);
      own("out", out, count);
      unchecked.multiply(x, y, out, count);
    },
    exp: (x, out, count) => elementwise("exp", x, out, count),
    log: (x, out, count) => elementwise("log", x, out, count),
    tanh: (x, out, count) => elementwise("tanh", x, out, count),
    sigmoid: (x, out, count) => elementwise("sigmoid", x, out, count),
    softplus: (x, out, count) => elementwise("softplus", x, out, count),
    gather(x, rows, width, columns, out) {
      own("x", x, rows * width);
      own("out", out, rows * columns.length);
      inRow(columns, width);
      unchecked.gather(x, rows, width, columns, out);
    },
    scatter(y, rows, width, columns, x, adding) {
      own("y", y, rows * columns.length);
      own("x", x, rows * width);
      inRow(columns, width);
      unchecked.scatter(y, rows, width, columns, x, adding);
    },
    patches(x, shape, out) {
      const pixels = shape.rows * shape.height * shape.width * shape.channels;
      own("x", x, pixels);
      own("out", out, pixels * shape.side ** 2);
      unchecked.patches(x, shape, out);
    },
    patchesBack(patches, shape, x) {
      const pixels = shape.rows * shape.height * shape.width * shape.channels;
      own("patches", patches, pixels * shape.side ** 2);
      own("x", x, pixels);
      unchecked.patchesBack(patches, shape, x);
    },
    affine(step) {
      const { rows, m, x, raw, bound, logDet, squashed, moved } = step;
      own("raw", raw, 2 * rows * m);
      own("bound", bound, m);
      own("logDet", logDet, rows);
      own("x", x, rows * m);
      own("squashed", squashed, rows * m);
      own("moved", moved, rows * m);
      unchecked.affine(step);
    },
    affineBack(step) {
      const { rows, m, bound, squashed, moved, dx, dLogDet, dRaw, dBound } = step;
      own("dRaw", dRaw, 2 * rows * m);
      own("bound", bound, m);
      own("dBound", dBound, m);
      own("dLogDet", dLogDet, rows);
      own("squashed", squashed, rows * m);
      own("moved", moved, rows * m);
      own("dx", dx, rows * m);
      unchecked.affineBack(step);
    },
    sumOfSquares(x, count) {
      own("x", x, count);
      return unchecked.sumOfSquares(x, count);
    },
    adam(step) {
      const { parameters, gradient, first, second } = step;
      own("parameters", parameters, 0);
      own("gradient", gradient, parameters.length);
      own("first", first, parameters.length);
      own("second", second, parameters.length);
      unchecked.adam(step);
    },
  };

  function elementwise(
    name: "exp" | "log" | "tanh" | "sigmoid" | "softplus",
    x: Reals,
    out: Reals,
    count: number,
  ): void {
    own("x", x, count);
    own("out", out, count);
    unchecked[name](x, out, count);
  }
}
