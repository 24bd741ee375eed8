// AssemblyScript. Sums and slopes of softplus over an array; logistic.ts says what they compute.
//
// Memory: t, `count` f64, a multiple of 4; the slopes, as many.

import { expit, expOfSize, positivePart } from "./exponentials";

export function heapBase(): usize {
  return __heap_base;
}

const FLUSH = 256; // factors of at most 2 a lane and turn: the product stays below 2⁵¹²

/** Σ softplus(t); NaN where a t is not finite. */
export function softplusSum(count: i32, t: usize): f64 {
  const one = f64x2.splat(1), zero = f64x2.splat(0);
  const end = t + <usize>count * 8;
  let total = zero, product = one, gap = zero;
  let logs = 0.0;
  for (let at = t, turn = 1; at < end; at += 32, turn++) {
    const t0 = v128.load(at), t1 = v128.load(at, 16);
    total = f64x2.add(total, f64x2.add(positivePart(t0), positivePart(t1)));
    gap = f64x2.add(gap, f64x2.add(f64x2.mul(t0, zero), f64x2.mul(t1, zero)));
    const f0 = f64x2.add(one, expOfSize(t0)), f1 = f64x2.add(one, expOfSize(t1));
    product = f64x2.mul(product, f64x2.mul(f0, f1));
    if (turn % FLUSH === 0) {
      logs += Math.log(f64x2.extract_lane(product, 0)) + Math.log(f64x2.extract_lane(product, 1));
      product = one;
    }
  }
  logs += Math.log(f64x2.extract_lane(product, 0)) + Math.log(f64x2.extract_lane(product, 1));
  total = f64x2.add(total, gap);
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1) + logs;
}

/** Writes expit(t) after t. */
export function expits(count: i32, t: usize): void {
  const one = f64x2.splat(1);
  const size = <usize>count * 8;
  for (let at = t, end = t + size; at < end; at += 16) {
    const v = v128.load(at), e = expOfSize(v);
    v128.store(at + size, expit(v, e, f64x2.add(one, e)));
  }
}
