// AssemblyScript, imported by kernels of this folder: vectors of which only some numbers count.

/** The first `lanes` numbers of a vector, all of them where there are four or more. */
// @ts-ignore: decorator
@inline
export function storePart(at: usize, v: v128, lanes: usize): void {
  if (lanes >= 4) {
    v128.store(at, v);
    return;
  }
  v128.store32_lane(at, v, 0);
  if (lanes > 1) v128.store32_lane(at, v, 1, 4);
  if (lanes > 2) v128.store32_lane(at, v, 2, 8);
}

/** Zero beyond the first `lanes` numbers. */
// @ts-ignore: decorator
@inline
export function part(v: v128, lanes: usize): v128 {
  return lanes >= 4 ? v : v128.and(v, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(i32(lanes))));
}

// @ts-ignore: decorator
@inline
export function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1));
}

// @ts-ignore: decorator
@inline
export function sumOf(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}
