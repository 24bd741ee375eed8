/**
 * Dense kernels in single precision: what energy models and flows spend their time in. Two implementations, WebAssembly
 * and plain TypeScript (the twin), give the same bits, because every rounding below is fixed.
 *
 * What this module believes
 * - Arrays are row-major and live in the memory of the kernels: they come from `float32`, `float64` and `int8`, never move
 *   and are never given back. An array from elsewhere is refused with a RangeError.
 * - No result of a row depends on which other rows are in the call (sums over rows excepted, which run in index order). So rows may be
 *   split between calls and workers in any way.
 * - `a + b · c` is two roundings, in the order that is written; only `gemm` of a relaxed build fuses them.
 * - A sum over bits is exact: it adds integers (see RowSum), so no order can change it.
 * - Bits are 0 and 1, and not checked.
 */
import type { RowsKey } from "../random/rows_key.ts";

/** C ← alpha · op(A) op(B) + beta · C, where op transposes or does nothing. */
export interface Gemm {
  /** Rows of C and of op(A). */
  readonly m: number;
  /** Columns of C and of op(B). */
  readonly n: number;
  /** Columns of op(A), rows of op(B). */
  readonly k: number;
  /** [m × k], or [k × m] where transposeA. */
  readonly a: Float32Array;
  readonly transposeA?: boolean;
  /** [k × n], or [n × k] where transposeB. */
  readonly b: Float32Array;
  readonly transposeB?: boolean;
  /** [m × n]. Not A or B. */
  readonly c: Float32Array;
  /** 1 where absent. */
  readonly alpha?: number;
  /** 0 where absent; then what C held, NaN even, does not count. */
  readonly beta?: number;
}

/** One number for all rows, or one each: an inverse temperature. Rounded to single precision. */
export type RowScale = number | Float64Array;

/** How a result joins what `out` holds: out ← alpha · result + beta · out. */
export interface Blend {
  /** 1 where absent. */
  readonly alpha?: number;
  /** 0 where absent; then what `out` held does not count. */
  readonly beta?: number;
}

/**
 * bias + bits · W for rows of bits: the rows of W whose bit is 1 are added up.
 *
 * Column j of W and its bias are taken in fixed point, as integers of 2^(e − 30), where 2^e is the least power of two above
 * |b_j| + Σ_i |W_ij|, and e at least −60. Such sums never overflow, are exact in any order, and are closer to the true ones than sums in
 * single precision are: an entry is off by at most 2^(e − 31), and the sum is rounded once. NaN or an infinity in a column makes its
 * results NaN. So how they are computed (sums of groups of rows looked up, or row by row, or with the help of an earlier result) is a
 * question of speed alone.
 */
export interface RowSum {
  /** Bits in a row, at most 2^17. */
  readonly n: number;
  /** Sums in a row. */
  readonly m: number;
  /** Takes W [n × m] (or its transpose [m × n]) and the bias [m] (zero where null) as they are now; again whenever they change. */
  load(weights: Float32Array, bias: Float32Array | null, transposed?: boolean): void;
  /** Writes bias + bits · W: bits [rows × n] into out [rows × m]. */
  apply(bits: Int8Array, rows: number, out: Float32Array): void;
}

/**
 * bitsᵀ · values, summed over the rows of both: what contrastive divergence learns from. In fixed point as RowSum, a column of the values
 * being what a column of W is there.
 */
export interface Correlation {
  /** The most rows in a call, at most 2^17. */
  readonly rows: number;
  readonly n: number;
  readonly m: number;
  /** out [n × m] ← alpha · Σ_r bits_ri values_rj + beta · out: bits [rows × n], values [rows × m]. */
  apply(bits: Int8Array, values: Float32Array, rows: number, out: Float32Array, blend?: Blend): void;
}

/** bits_rj = 1 with probability σ(scale_r · field_rj). */
export interface SampleBits {
  /** [rows × m]. NaN gives the bit 0. */
  readonly field: Float32Array;
  readonly rows: number;
  readonly m: number;
  /** 1 where absent. */
  readonly scale?: RowScale;
  readonly key: RowsKey;
  /**
   * Unit j takes half j mod 8, the lower halves of words first, of the generator's block firstBlock + ⌊j / 8⌋; where these 16 bits leave the
   * outcome open, word j mod 4 of block 2^30 + 2 firstBlock + ⌊j / 4⌋ besides. A layer uses ⌈m / 8⌉ blocks.
   */
  readonly firstBlock: number;
  /** [rows × m]. */
  readonly out: Int8Array;
  /** [rows × m], the probabilities σ(scale · field) on the side. */
  readonly probabilities?: Float32Array;
}

/** out_rj = mean_rj + scale_r · sd_j · z, z standard normal by Box–Muller. */
export interface SampleNormals {
  /** [rows × m]; may be `out`. */
  readonly mean: Float32Array;
  readonly rows: number;
  readonly m: number;
  /** [m]. */
  readonly sd: Float32Array;
  /** 1 where absent: √temperature, say. */
  readonly scale?: RowScale;
  readonly key: RowsKey;
  /** Words 2i and 2i + 1 of a row, from block firstBlock on, make its normals 2i and 2i + 1. A layer uses ⌈m / 4⌉ blocks. */
  readonly firstBlock: number;
  /** [rows × m]. */
  readonly out: Float32Array;
}

/** velocity ← momentum · velocity + rate · (gradient − decay · parameters); parameters ← parameters + velocity. */
export interface MomentumStep {
  readonly parameters: Float32Array;
  readonly velocity: Float32Array;
  readonly gradient: Float32Array;
  readonly momentum: number;
  readonly rate: number;
  readonly decay: number;
}

/** The kernels and the memory that they work in. */
export interface DenseKernels {
  /** `wasm-relaxed`: `gemm` may fuse multiplication and addition, where the processor can. */
  readonly numericClass: "wasm" | "wasm-relaxed";

  /** Arrays of zeros. Throw RangeError where the memory stated at the opening is used up. */
  float32(length: number): Float32Array;
  float64(length: number): Float64Array;
  int8(length: number): Int8Array;

  /** C_ij ← beta · C_ij, then for each run of 256 along k: C_ij ← C_ij + alpha · (the run's products, added up in index order). */
  gemm(product: Gemm): void;
  /** Memory for `rowSumBytes(n, m)` is taken. */
  rowSum(n: number, m: number): RowSum;
  /** Memory for `correlationBytes(rows, m)` is taken. */
  correlation(rows: number, n: number, m: number): Correlation;

  /** The law is σ to 2⁻⁴⁷ absolutely, and to 2⁻¹⁹ relative to the rarer outcome; probabilities are as near. */
  sampleBits(sampling: SampleBits): void;
  /** Normals reach to 6.66 standard deviations. */
  sampleNormals(sampling: SampleNormals): void;
  /** out = σ(scale_r · field), [rows × m] both; out may be field. Within 4 units in the last place. */
  sigmoid(field: Float32Array, rows: number, m: number, scale: RowScale, out: Float32Array): void;
  /** out_r = Σ_j log(1 + exp(scale_r · field_rj)): terms in single precision, within 4 units in their last place, added up in double. */
  softplusSums(field: Float32Array, rows: number, m: number, scale: RowScale, out: Float64Array): void;

  /** out_j ← alpha · Σ_r x_rj + beta · out_j, r ascending. */
  columnSums(x: Float32Array | Int8Array, rows: number, m: number, out: Float32Array, blend?: Blend): void;
  /** In place. */
  momentumStep(step: MomentumStep): void;
}

/** How kernels are opened. */
export interface DenseOptions {
  /** Memory for arrays, row sums and correlations; the kernels' own scratch space comes on top. Each array takes a multiple of 64 bytes. */
  readonly bytes: number;
  /** Fused multiply-adds in `gemm`: faster, and other bits. */
  readonly relaxed?: boolean;
}

const ALIGNMENT = 64;
/** Columns that are added at once; a matrix in fixed point is kept in stripes of so many. */
export const STRIPE = 16;
/** The longest row of bits: its list fits the scratch space, and its sum cannot overflow though its bound was added up in single precision. */
export const MOST_BITS = 1 << 17;
/** The run of `gemm` along k. */
export const GEMM_RUN = 256;

/** What an array of so many bytes takes of the memory. */
export function arrayBytes(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** What a RowSum takes of the memory. */
export function rowSumBytes(n: number, m: number): number {
  return 4 * STRIPE * Math.ceil(m / STRIPE) * (n + 2); // the bias before the rows, the steps after them
}

/** What a Correlation takes of the memory. */
export function correlationBytes(rows: number, m: number): number {
  return rowSumBytes(rows, m);
}
