/** The arithmetic in single precision in plain TypeScript, one number after the other: what the Wasm kernels are held against. */
import { Arena } from "../dense/arena.ts";
import { exponential, logarithm, sigmoid, softplus, tanh } from "../dense/float32.ts";
import { gemm } from "../dense/twin.ts";
import { type Activation, type Arithmetic, LEAK, type Product, type Reals } from "./arithmetic.ts";
import { checked } from "./checked.ts";
import { type Loops, loops } from "./loops.ts";
import { single } from "./single.ts";

const f = Math.fround;
const leak = f(LEAK);

/** The twin's arithmetic, of class `wasm`. */
export function openTwin(bytes: number): Arithmetic {
  const arena = new Arena(new ArrayBuffer(bytes), 0, bytes);
  const operations = { ...loops, ...rounded };
  return checked({
    ...operations,
    numericClass: "wasm",
    reals: (length) => arena.float32(length),
    doubles: (length) => arena.float64(length),
    isOwn: (array) => array.buffer === arena.buffer,
    gemm: multiply,
    dense(product, bias, activation) {
      multiply(product);
      operations.activate(product.c, product.m, product.n, bias, activation);
    },
  });
}

function multiply({ a, b, c, ...product }: Product): void {
  gemm({ ...product, a: single(a), b: single(b), c: single(c) });
}

function activated(v: number, activation: Activation): number {
  switch (activation) {
    case "none":
      return v;
    case "relu":
      return v < 0 ? 0 : v;
    case "leaky-relu":
      return v < 0 ? f(v * leak) : v;
    case "tanh":
      return tanh(v);
  }
}

/** The sum of terms in `count` lanes, which pairs of pairs join. */
function inLanes(lanes: 4 | 8, count: number, term: (k: number) => number): number {
  const sums = new Float64Array(8);
  for (let k = 0; k < count; k++) sums[k % lanes] += term(k);
  return sums[0] + sums[1] + (sums[2] + sums[3]) + (sums[4] + sums[5] + (sums[6] + sums[7]));
}

function blendedRows(
  rows: number,
  out: Float64Array,
  sum: (r: number) => number,
  { alpha = 1, beta = 0 } = {},
): void {
  for (let r = 0; r < rows; r++) out[r] = beta === 0 ? alpha * sum(r) : alpha * sum(r) + beta * out[r];
}

function mapped(of: (x: number) => number) {
  return (x: Reals, out: Reals, count: number) => {
    for (let k = 0; k < count; k++) out[k] = of(x[k]);
  };
}

/** What rounds otherwise than the loops, which take sums and functions in double precision. */
const rounded: Partial<Loops> = {
  activate(x, rows, m, bias, activation) {
    for (let k = 0; k < rows * m; k++) x[k] = activated(bias ? f(x[k] + bias[k % m]) : x[k], activation);
  },
  activateBack(y, dy, count, activation) {
    if (activation === "tanh") { for (let k = 0; k < count; k++) dy[k] *= f(1 - f(y[k] * y[k])); }
    else if (activation === "leaky-relu") { for (let k = 0; k < count; k++) dy[k] *= y[k] > 0 ? 1 : leak; }
    else loops.activateBack(y, dy, count, activation);
  },
  rowSums(x, rows, m, out, blend) {
    blendedRows(rows, out, (r) => inLanes(4, m, (j) => x[r * m + j]), blend);
  },
  rowDots(x, y, rows, m, out, blend) {
    blendedRows(rows, out, (r) => inLanes(4, m, (j) => x[r * m + j] * y[r * m + j]), blend);
  },
  scaleColumns(x, rows, m, scale, shift) {
    for (let k = 0; k < rows * m; k++) {
      const v = scale ? f(x[k] * scale[k % m]) : x[k];
      x[k] = shift ? v + shift[k % m] : v;
    }
  },
  addToRows(x, rows, m, weight, alpha) {
    for (let k = 0; k < rows * m; k++) x[k] += f(alpha * weight[Math.floor(k / m)]);
  },
  add(x, y, count, { alpha = 1, beta = 0 } = {}) {
    for (let k = 0; k < count; k++) {
      const v = f(f(alpha) * x[k]);
      y[k] = f(beta) === 0 ? v : v + f(f(beta) * y[k]);
    }
  },
  exp: mapped(exponential),
  log: mapped(logarithm),
  tanh: mapped(tanh),
  sigmoid: mapped(sigmoid),
  softplus: mapped(softplus),
  affine({ rows, m, inverse, x, raw, bound, logDet, squashed, moved }) {
    for (let r = 0; r < rows; r++) {
      const s = (j: number) => f(bound[j] * squashed[r * m + j]);
      for (let j = 0, k = r * m, at = 2 * r * m; j < m; j++, k++, at++) {
        squashed[k] = tanh(raw[at]);
        const t = raw[at + m];
        moved[k] = inverse ? f(x[k] - t) * exponential(-s(j)) : x[k] * exponential(s(j));
        x[k] = inverse ? moved[k] : moved[k] + t;
      }
      const sum = inLanes(4, m, s);
      logDet[r] += inverse ? -sum : sum;
    }
  },
  affineBack({ rows, m, inverse, bound, squashed, moved, dx, dLogDet, dRaw, dBound }) {
    const sign = inverse ? -1 : 1;
    for (let r = 0, k = 0; r < rows; r++) {
      for (let j = 0, at = 2 * r * m; j < m; j++, k++, at++) {
        const t = squashed[k], scaled = f(dx[k] * exponential(f(sign * bound[j] * t)));
        const ds = sign * f(f(dx[k] * moved[k]) + f(dLogDet[r]));
        dRaw[at] = f(ds * bound[j]) * f(1 - f(t * t));
        dRaw[at + m] = inverse ? -scaled : dx[k];
        dBound[j] += f(ds * t);
        dx[k] = scaled;
      }
    }
  },
  sumOfSquares: (x, count) => inLanes(8, count, (k) => x[k] * x[k]),
  adam({ parameters, gradient, first, second, rate, beta1, beta2, epsilon, decay, step, scale }) {
    const [over, root, b1, rest1, b2, rest2, least, shrink, share] = [
      rate / (1 - beta1 ** step),
      1 / Math.sqrt(1 - beta2 ** step),
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      epsilon,
      rate * decay,
      scale,
    ].map(f);
    for (let k = 0; k < parameters.length; k++) {
      const g = f(share * gradient[k]);
      const m = first[k] = f(f(b1 * first[k]) + f(rest1 * g));
      const v = second[k] = f(f(b2 * second[k]) + f(rest2 * f(g * g)));
      const size = f(f(f(Math.sqrt(v)) * root) + least);
      parameters[k] -= f(f(f(over * m) / size) + f(shrink * parameters[k]));
    }
  },
};
