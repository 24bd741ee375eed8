/**
 * Dense kernels: GEMM, sums over bits, sampling of bits and normals. kernels.ts says what they compute; the Wasm kernels are in
 * numerics/wasm (gemm.as, row_sum.as, elementwise.as), and twin.ts has them in plain TypeScript.
 */
import { module as elementwise } from "../wasm/elementwise.wasm.ts";
import { module as gemm } from "../wasm/gemm.wasm.ts";
import { module as gemmRelaxed } from "../wasm/gemm_relaxed.wasm.ts";
import { instantiate } from "../wasm/instance.ts";
import { module as rowSum } from "../wasm/row_sum.wasm.ts";
import { usesWideVectors } from "../wasm/wide.ts";
import { checked } from "./checked.ts";
import { Elementwise, type ElementwiseExports } from "./elementwise.ts";
import { type GemmExports, multiply } from "./gemm.ts";
import type { DenseKernels, DenseOptions } from "./kernels.ts";
import { createMemory } from "./memory.ts";
import { type RowSumExports, WasmCorrelation, WasmRowSum } from "./row_sum.ts";

export type * from "./kernels.ts";
export { arrayBytes, correlationBytes, rowSumBytes } from "./kernels.ts";
export { twinDense } from "./twin.ts";

/** The kernels in a memory of their own. Where the engine lacks relaxed SIMD, `relaxed` throws a CompileError. */
export function openDense({ bytes, relaxed = false }: DenseOptions): DenseKernels {
  const { memory, arena } = createMemory(bytes), wide = usesWideVectors();
  const imports = { env: { memory } };
  // The modules are this project's own and their exports are known; TypeScript cannot see into them.
  const products = instantiate(relaxed ? gemmRelaxed : gemm, imports) as unknown as GemmExports;
  const sums = instantiate(rowSum, imports) as unknown as RowSumExports;
  const entries = new Elementwise(instantiate(elementwise, imports) as unknown as ElementwiseExports, memory);
  return checked(arena, {
    numericClass: relaxed ? "wasm-relaxed" : "wasm",
    gemm: (product) => multiply(products, product, wide),
    rowSum: (n, m) => new WasmRowSum(sums, arena, n, m),
    correlation: (rows, n, m) => new WasmCorrelation(sums, arena, rows, n, m),
    sampleBits: (sampling) => entries.sampleBits(sampling),
    sampleNormals: (sampling) => entries.sampleNormals(sampling),
    sigmoid: (field, rows, m, scale, out) => entries.sigmoid(field, rows, m, scale, out),
    softplusSums: (field, rows, m, scale, out) => entries.softplusSums(field, rows, m, scale, out),
    columnSums: (x, rows, m, out, blend) => entries.columnSums(x, rows, m, out, blend),
    momentumStep: (step) => entries.momentumStep(step),
  });
}
