/** The arithmetic of flows in single precision: Wasm SIMD in a memory of its own. twin.ts has it in plain TypeScript, with the same bits. */
import { type GemmExports, multiply } from "../dense/gemm.ts";
import type { Gemm } from "../dense/kernels.ts";
import { createMemory } from "../dense/memory.ts";
import { module as affine } from "../wasm/affine.wasm.ts";
import { module as arithmetic } from "../wasm/arithmetic.wasm.ts";
import { module as gemm } from "../wasm/gemm.wasm.ts";
import { module as gemmRelaxed } from "../wasm/gemm_relaxed.wasm.ts";
import { instantiate } from "../wasm/instance.ts";
import { module as patches } from "../wasm/patches.wasm.ts";
import { usesWideVectors } from "../wasm/wide.ts";
import type { Arithmetic, Product, Reals } from "./arithmetic.ts";
import { checked } from "./checked.ts";
import { ACTIVATIONS, type AffineExports, type ArithmeticExports, type PatchesExports, simd } from "./simd.ts";

export interface SingleOptions {
  /** Memory for arrays, each of which takes a multiple of 64 bytes. */
  readonly bytes: number;
  /** Fused multiply-adds: faster, and other bits. */
  readonly relaxed?: boolean;
  /** Products by kernels for vectors of 256 bits: twice as fast and with the same bits where V8 makes such, which is the default there; slower elsewhere. */
  readonly wide?: boolean;
}

/** Where the engine lacks relaxed SIMD, `relaxed` throws a CompileError. */
export function openSingle({ bytes, relaxed = false, wide = usesWideVectors() }: SingleOptions): Arithmetic {
  const { memory, arena } = createMemory(bytes);
  // The modules are this project's own and their exports are known; TypeScript cannot see into them.
  const imports = { env: { memory } };
  const products = instantiate(relaxed ? gemmRelaxed : gemm, imports) as unknown as GemmExports;
  const operations = simd(
    instantiate(arithmetic, imports) as unknown as ArithmeticExports,
    instantiate(affine, imports) as unknown as AffineExports,
    instantiate(patches, imports) as unknown as PatchesExports,
    memory,
  );
  return checked({
    ...operations,
    numericClass: relaxed ? "wasm-relaxed" : "wasm",
    reals: (length) => arena.float32(length),
    doubles: (length) => arena.float64(length),
    isOwn: (array) => array.buffer === arena.buffer,
    gemm: (product) => multiply(products, inSingle(product), wide),
    dense(product, bias, activation) {
      multiply(products, inSingle(product), wide, {
        bias: bias?.byteOffset ?? 0,
        activation: ACTIVATIONS[activation],
      });
    },
  });
}

function inSingle({ a, b, c, ...product }: Product): Gemm {
  return { ...product, a: single(a), b: single(b), c: single(c) };
}

/** Checked before: it is of this memory. */
export function single(array: Reals): Float32Array {
  if (array instanceof Float32Array) return array;
  throw new RangeError("single precision has no arrays of doubles");
}
