/**
 * What flows compute with: rows of numbers and a fixed set of operations on them, in one of two precisions.
 *
 * `double` is plain TypeScript on Float64Array (class v8): tests differentiate it numerically, planar flows are inverted in it. `single`
 * is Wasm SIMD on Float32Array (class wasm, or wasm-relaxed): trainings and samplers run in it. A layer is written once, against
 * this interface, and works in either.
 *
 * What this module believes
 * - Arrays, those of doubles too, are row-major and belong to the arithmetic that made them; they never move and are never given back.
 *   Those of another one, or too short, are refused with a RangeError.
 * - No result of a row depends on which other rows are in the call; sums over rows run in index order. Sums along a row and over a whole
 *   array run in an order that depends on nothing but their length.
 * - `single` gives the bits of its twin in plain TypeScript (twin.ts), where every rounding is written down; only products of a relaxed
 *   build differ.
 * - Log-determinants and other sums along a row are doubles in either precision.
 */
import type { Blend, Gemm } from "../dense/kernels.ts";

/** Numbers of an arithmetic's precision. */
export type Reals = Float32Array | Float64Array;

export type Activation = "none" | "relu" | "leaky-relu" | "tanh";
/** The slope of leaky-relu below 0. */
export const LEAK = 0.01;

/** The same product as Gemm, in this arithmetic's precision. */
export type Product = { readonly [Key in keyof Gemm]: Gemm[Key] extends Float32Array ? Reals : Gemm[Key] };

/** Images of rows [rows × height × width × channels], and the square patches around each pixel; outside is 0. */
export interface Patches {
  readonly rows: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Side of a patch, odd. */
  readonly side: number;
}

/** One step of Adam (Kingma & Ba 2015) with decoupled decay (AdamW: Loshchilov & Hutter 2019). In place. */
export interface AdamStep {
  readonly parameters: Reals;
  readonly gradient: Reals;
  readonly first: Reals;
  readonly second: Reals;
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** parameters ← parameters − rate · decay · parameters, beside the step. */
  readonly decay: number;
  /** The number of this step, from 1: corrects the bias. */
  readonly step: number;
  /** The gradient counts times this: what clipping leaves of it. */
  readonly scale: number;
}

/** Transformed columns of an affine coupling, and what its conditioner says of them. */
export interface AffineStep {
  readonly rows: number;
  /** Transformed columns. */
  readonly m: number;
  readonly inverse: boolean;
  /** [rows × m], in place. */
  readonly x: Reals;
  /** [rows × 2m]: raw of every column, then t of every column. */
  readonly raw: Reals;
  /** [m] */
  readonly bound: Reals;
  /** [rows], added to. */
  readonly logDet: Float64Array;
  /** [rows × m] each, written for the way back: tanh(raw), and x · exp(s) or what the inverse gives. */
  readonly squashed: Reals;
  readonly moved: Reals;
}

export interface AffineBackStep extends Pick<AffineStep, "rows" | "m" | "inverse" | "bound" | "squashed" | "moved"> {
  /** [rows × m], in place: of what came out, then of what went in. */
  readonly dx: Reals;
  /** [rows] */
  readonly dLogDet: Float64Array;
  /** [rows × 2m], written. */
  readonly dRaw: Reals;
  /** [m], added to, r ascending. */
  readonly dBound: Reals;
}

export interface Arithmetic {
  readonly numericClass: "v8" | "wasm" | "wasm-relaxed";

  /** Arrays of zeros. Throw RangeError where the memory stated at the opening is used up. */
  reals(length: number): Reals;
  doubles(length: number): Float64Array;

  /** C ← alpha · op(A) op(B) + beta · C. */
  gemm(product: Product): void;
  /** C ← h(alpha · op(A) op(B) + beta · C + bias_j), what a dense layer does: gemm and then activate, in one pass over C. bias null: none. */
  dense(product: Product, bias: Reals | null, activation: Activation): void;

  /** x_rj ← h(x_rj + bias_j), x [rows × m]. bias null: none. In place. */
  activate(x: Reals, rows: number, m: number, bias: Reals | null, activation: Activation): void;
  /** dy ← dy · h′, told from y = h(…): the cotangent of what `activate` was given. In place on dy; `count` numbers. */
  activateBack(y: Reals, dy: Reals, count: number, activation: Activation): void;

  /** out_j ← alpha · Σ_r x_rj + beta · out_j, r ascending, added up in doubles. */
  columnSums(x: Reals, rows: number, m: number, out: Reals, blend?: Blend): void;
  /** out_r ← alpha · Σ_j x_rj + beta · out_r, in doubles. */
  rowSums(x: Reals, rows: number, m: number, out: Float64Array, blend?: Blend): void;
  /** out_j ← alpha · Σ_r x_rj y_rj + beta · out_j, r ascending: the gradient of a scale a column. */
  columnDots(x: Reals, y: Reals, rows: number, m: number, out: Reals, blend?: Blend): void;
  /** out_r ← alpha · Σ_j x_rj y_rj + beta · out_r, in doubles. */
  rowDots(x: Reals, y: Reals, rows: number, m: number, out: Float64Array, blend?: Blend): void;
  /** x_rj ← x_rj · scale_j + shift_j (either may be null). In place. */
  scaleColumns(x: Reals, rows: number, m: number, scale: Reals | null, shift: Reals | null): void;
  /** x_rj ← x_rj + alpha · weight_r: what a cotangent of a row's sum adds to each of its terms. In place. */
  addToRows(x: Reals, rows: number, m: number, weight: Float64Array, alpha: number): void;

  /** y ← alpha · x + beta · y, `count` numbers; beta 0: what y held does not count. */
  add(x: Reals, y: Reals, count: number, blend?: Blend): void;
  /** out ← x · y, `count` numbers; out may be x or y. */
  multiply(x: Reals, y: Reals, out: Reals, count: number): void;
  /**
   * Elementwise, `count` numbers; out may be x. In single precision within so many units in the last place: exp 1.5, log 3, tanh 2, and σ and
   * softplus 4 for x above −87, below which they end.
   */
  exp(x: Reals, out: Reals, count: number): void;
  log(x: Reals, out: Reals, count: number): void;
  tanh(x: Reals, out: Reals, count: number): void;
  sigmoid(x: Reals, out: Reals, count: number): void;
  softplus(x: Reals, out: Reals, count: number): void;

  /** out_rj = x[r · width + columns_j] of x [rows × width], out [rows × columns.length]. */
  gather(x: Reals, rows: number, width: number, columns: Int32Array, out: Reals): void;
  /** x[r · width + columns_j] ← y_rj, or with `adding` += y_rj. */
  scatter(y: Reals, rows: number, width: number, columns: Int32Array, x: Reals, adding?: boolean): void;

  /** out [rows · height · width × side² · channels]: the patch around each pixel, patch rows first, channels fastest. */
  patches(x: Reals, shape: Patches, out: Reals): void;
  /** The transpose: adds each entry of every patch to its pixel. x is written over. */
  patchesBack(patches: Reals, shape: Patches, x: Reals): void;

  /**
   * What an affine coupling does to its transformed columns: s = bound_j · tanh(raw_rj), x ← x · exp(s) + t and logDet_r += Σ_j s, or
   * with `inverse` x ← (x − t) · exp(−s) and logDet_r −= Σ_j s.
   */
  affine(step: AffineStep): void;
  /** Its way back. */
  affineBack(step: AffineBackStep): void;

  /** Σ x², in doubles. */
  sumOfSquares(x: Reals, count: number): number;
  adam(step: AdamStep): void;
}
