/** The arithmetic of flows in double precision: plain TypeScript. It says what the operations mean, and what tests differentiate. */
import type { Arithmetic, Product } from "./arithmetic.ts";
import { checked } from "./checked.ts";
import { loops } from "./loops.ts";

export function openDouble(): Arithmetic {
  return checked({
    ...loops,
    numericClass: "v8",
    reals: (length) => new Float64Array(length),
    doubles: (length) => new Float64Array(length),
    isOwn: (array) => array instanceof Float64Array,
    gemm: multiply,
    dense(product, bias, activation) {
      multiply(product);
      loops.activate(product.c, product.m, product.n, bias, activation);
    },
  });
}

/** Each entry is summed in index order. */
function multiply({ m, n, k, a, transposeA, b, transposeB, c, alpha = 1, beta = 0 }: Product): void {
  const [lineA, entryA] = transposeA ? [1, m] : [k, 1];
  const [lineB, entryB] = transposeB ? [1, k] : [n, 1];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += a[i * lineA + l * entryA] * b[l * lineB + j * entryB];
      const at = i * n + j;
      c[at] = alpha * sum + (beta === 0 ? 0 : beta * c[at]);
    }
  }
}
