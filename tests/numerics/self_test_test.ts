/** The self-test finds nothing wrong with the kernels, and what is wrong with broken ones. */
import assert from "node:assert/strict";
import type { Arithmetic, Reals } from "../../numerics/arithmetic/arithmetic.ts";
import { openSingle } from "../../numerics/arithmetic/single.ts";
import { openDense } from "../../numerics/dense/dense.ts";
import { fillNormals } from "../../numerics/random/normal_block.ts";
import { findFault, type Kernels } from "../../numerics/self_test.ts";

const right: Kernels = { single: openSingle, dense: openDense, normals: fillNormals };

/** The next number of single precision. */
function nudge(array: Reals | Int8Array, k: number): void {
  if (array instanceof Float32Array) new Int32Array(array.buffer, array.byteOffset, array.length)[k]++;
  else array[k] += 2 ** -30;
}

/** An arithmetic one of whose operations is off by a last place in one number. */
const broken = (change: (arithmetic: Arithmetic, relaxed: boolean) => Partial<Arithmetic>): Kernels => ({
  ...right,
  single(options) {
    const arithmetic = openSingle(options);
    return { ...arithmetic, ...change(arithmetic, options.relaxed ?? false) };
  },
});

const BROKEN: readonly [string, Kernels][] = [
  [
    "products",
    broken((arithmetic) => ({
      gemm(product) {
        arithmetic.gemm(product);
        if (product.n > 32) nudge(product.c, product.m * product.n - 1);
      },
    })),
  ],
  [
    "products",
    broken((arithmetic) => ({ dense: (product, bias) => arithmetic.dense(product, bias, "none") })),
  ],
  [
    "fused products",
    broken((arithmetic, relaxed) => ({
      gemm(product) {
        arithmetic.gemm(product);
        if (relaxed && product.k > 1) nudge(product.c, 0);
      },
    })),
  ],
  [
    "elementwise operations",
    broken((arithmetic) => ({
      tanh(x, out, count) {
        arithmetic.tanh(x, out, count);
        nudge(out, count - 1);
      },
    })),
  ],
  [
    "couplings and patches",
    broken((arithmetic) => ({
      affineBack(step) {
        arithmetic.affineBack(step);
        nudge(step.dBound, 0);
      },
    })),
  ],
  ["kernels of energy models", {
    ...right,
    dense(options) {
      const dense = openDense(options);
      return {
        ...dense,
        sampleBits(sampling) {
          dense.sampleBits(sampling);
          sampling.out[0] ^= 1;
        },
      };
    },
  }],
  ["normals", {
    ...right,
    normals(out, ...rest) {
      fillNormals(out, ...rest);
      nudge(out, 7);
    },
  }],
];

Deno.test("kernels as they are pass the self-test", () => assert.equal(findFault(), null));

for (const [name, kernels] of BROKEN) {
  Deno.test(`the self-test finds a fault in ${name}`, () => assert.equal(findFault(kernels), name));
}
