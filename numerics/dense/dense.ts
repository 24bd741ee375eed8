/** Dense kernels: GEMM, sums over bits, sampling of bits and normals. kernels.ts says what they compute; the twin is in plain TypeScript. */
import type { DenseKernels, DenseOptions } from "./kernels.ts";
import { twinDense } from "./twin.ts";

export type * from "./kernels.ts";
export { arrayBytes, correlationBytes, rowSumBytes } from "./kernels.ts";
export { twinDense };

/** The kernels in a memory of their own. */
export function openDense({ bytes }: DenseOptions): DenseKernels {
  return twinDense({ bytes });
}
