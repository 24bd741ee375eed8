/** The arithmetic of flows in single precision: products in Wasm SIMD, in a memory of its own. */
import { type GemmExports, multiply } from "../dense/gemm.ts";
import { createMemory } from "../dense/memory.ts";
import { module as gemm } from "../wasm/gemm.wasm.ts";
import { module as gemmRelaxed } from "../wasm/gemm_relaxed.wasm.ts";
import { instantiate } from "../wasm/instance.ts";
import type { Arithmetic, Reals } from "./arithmetic.ts";
import { checked } from "./checked.ts";
import { loops } from "./loops.ts";

export interface SingleOptions {
  /** Memory for arrays, each of which takes a multiple of 64 bytes. */
  readonly bytes: number;
  /** Fused multiply-adds: faster, and other bits. */
  readonly relaxed?: boolean;
}

/** Where the engine lacks relaxed SIMD, `relaxed` throws a CompileError. */
export function openSingle({ bytes, relaxed = false }: SingleOptions): Arithmetic {
  const { memory, arena } = createMemory(bytes);
  // The modules are this project's own and their exports are known; TypeScript cannot see into them.
  const products = instantiate(relaxed ? gemmRelaxed : gemm, { env: { memory } }) as unknown as GemmExports;
  return checked({
    ...loops,
    numericClass: relaxed ? "wasm-relaxed" : "wasm",
    reals: (length) => arena.float32(length),
    doubles: (length) => arena.float64(length),
    isOwn: (array) => array.buffer === arena.buffer,
    gemm: (product) =>
      multiply(products, { ...product, a: single(product.a), b: single(product.b), c: single(product.c) }),
  });
}

/** Checked before: it is of this memory. */
function single(array: Reals): Float32Array {
  if (array instanceof Float32Array) return array;
  throw new RangeError("single precision has no arrays of doubles");
}
