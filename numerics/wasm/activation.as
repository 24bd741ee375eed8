// AssemblyScript, imported by kernels of this folder: what makes perceptrons bend, four numbers at a time.

import { tanh4 } from "./float32";

// The numbers of numerics/arithmetic/simd.ts for activations.
// @ts-ignore: decorator
@inline
export const NONE: i32 = 0;
// @ts-ignore: decorator
@inline
export const RELU: i32 = 1;
// @ts-ignore: decorator
@inline
export const LEAKY_RELU: i32 = 2;
// @ts-ignore: decorator
@inline
export const TANH: i32 = 3;
// @ts-ignore: decorator
@inline
export const LEAK: f32 = 0.01;

// @ts-ignore: decorator
@inline
export function activated(v: v128, activation: i32): v128 {
  if (activation == RELU) return v128.andnot(v, f32x4.lt(v, f32x4.splat(0)));
  if (activation == LEAKY_RELU) {
    return v128.bitselect(f32x4.mul(v, f32x4.splat(LEAK)), v, f32x4.lt(v, f32x4.splat(0)));
  }
  return activation == TANH ? tanh4(v) : v;
}
