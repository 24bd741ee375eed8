// AssemblyScript. The likelihood loops of the generalized linear models; generalized_linear.ts says what they compute.
//
// X lies in panels of 16 rows, column-major within the panel: 16 numbers of column 0, 16 of column 1 … A panel is read
// twice while it is in the first cache: for its 16 linear predictors z = X b, then for its share of the gradient,
// Xᵀ f'(z). The predictors of a panel and their f' stay in eight registers.
// Memory: b, `count` f64; gradient, `count` f64; accumulators, `count` v128; panels.

import { exp, expit, expOfSize, positivePart } from "./exponentials";

// @ts-ignore: decorator
@inline
const PANEL_BYTES: usize = 16 * 8; // of one column

export function heapBase(): usize {
  return __heap_base;
}

/** eᶻ; +∞ above 709. */
// @ts-ignore: decorator
@inline
function exponential(z: v128): v128 {
  const bounded = f64x2.pmin(f64x2.pmax(z, f64x2.splat(-708)), f64x2.splat(709));
  return v128.bitselect(f64x2.splat(Infinity), exp(bounded), f64x2.gt(z, f64x2.splat(709)));
}

const FLUSH = 60; // panels, each 8 factors of at most 2 a lane: the product stays below 2⁴⁸⁰

/** Σ over rows of softplus(z), and its gradient. */
export function softplusSum(panels: i32, count: usize, b: usize): f64 {
  return sum<bool>(panels, count, b);
}

/** Σ over rows of exp(z), and its gradient. */
export function expSum(panels: i32, count: usize, b: usize): f64 {
  return sum<f64>(panels, count, b);
}

/** T chooses the link, so that each export is compiled on its own: bool for softplus, f64 for exp. */
// @ts-ignore: decorator
@inline
function sum<T>(panels: i32, count: usize, b: usize): f64 {
  const gradient = b + count * 8;
  const accumulators = gradient + count * 8;
  const end = accumulators + count * 16;
  memory.fill(accumulators, 0, count * 16);
  let total = f64x2.splat(0);
  let product = f64x2.splat(1);
  let logs = 0.0;
  let x = end;
  const size = count * PANEL_BYTES;
  for (let panel = 0; panel < panels; panel++) {
    let z0 = f64x2.splat(0), z1 = z0, z2 = z0, z3 = z0, z4 = z0, z5 = z0, z6 = z0, z7 = z0;
    let coefficient = b;
    const next = x + size;
    for (let at = x; at < next; at += PANEL_BYTES, coefficient += 8) {
      const bj = v128.load64_splat(coefficient);
      z0 = f64x2.add(z0, f64x2.mul(bj, v128.load(at)));
      z1 = f64x2.add(z1, f64x2.mul(bj, v128.load(at, 16)));
      z2 = f64x2.add(z2, f64x2.mul(bj, v128.load(at, 32)));
      z3 = f64x2.add(z3, f64x2.mul(bj, v128.load(at, 48)));
      z4 = f64x2.add(z4, f64x2.mul(bj, v128.load(at, 64)));
      z5 = f64x2.add(z5, f64x2.mul(bj, v128.load(at, 80)));
      z6 = f64x2.add(z6, f64x2.mul(bj, v128.load(at, 96)));
      z7 = f64x2.add(z7, f64x2.mul(bj, v128.load(at, 112)));
    }
    if (isBoolean<T>()) {
      const one = f64x2.splat(1);
      let e0: v128, e1: v128, f0: v128, f1: v128;
      total = f64x2.add(total, f64x2.add(positivePart(z0), positivePart(z1)));
      e0 = expOfSize(z0);
      e1 = expOfSize(z1);
      f0 = f64x2.add(one, e0);
      f1 = f64x2.add(one, e1);
      product = f64x2.mul(product, f64x2.mul(f0, f1));
      z0 = expit(z0, e0, f0);
      z1 = expit(z1, e1, f1);
      total = f64x2.add(total, f64x2.add(positivePart(z2), positivePart(z3)));
      e0 = expOfSize(z2);
      e1 = expOfSize(z3);
      f0 = f64x2.add(one, e0);
      f1 = f64x2.add(one, e1);
      product = f64x2.mul(product, f64x2.mul(f0, f1));
      z2 = expit(z2, e0, f0);
      z3 = expit(z3, e1, f1);
      total = f64x2.add(total, f64x2.add(positivePart(z4), positivePart(z5)));
      e0 = expOfSize(z4);
      e1 = expOfSize(z5);
      f0 = f64x2.add(one, e0);
      f1 = f64x2.add(one, e1);
      product = f64x2.mul(product, f64x2.mul(f0, f1));
      z4 = expit(z4, e0, f0);
      z5 = expit(z5, e1, f1);
      total = f64x2.add(total, f64x2.add(positivePart(z6), positivePart(z7)));
      e0 = expOfSize(z6);
      e1 = expOfSize(z7);
      f0 = f64x2.add(one, e0);
      f1 = f64x2.add(one, e1);
      product = f64x2.mul(product, f64x2.mul(f0, f1));
      z6 = expit(z6, e0, f0);
      z7 = expit(z7, e1, f1);
      if (panel % FLUSH === FLUSH - 1) {
        logs += Math.log(f64x2.extract_lane(product, 0)) + Math.log(f64x2.extract_lane(product, 1));
        product = f64x2.splat(1);
      }
    } else {
      z0 = exponential(z0);
      z1 = exponential(z1);
      z2 = exponential(z2);
      z3 = exponential(z3);
      z4 = exponential(z4);
      z5 = exponential(z5);
      z6 = exponential(z6);
      z7 = exponential(z7);
      total = f64x2.add(
        total,
        f64x2.add(
          f64x2.add(f64x2.add(z0, z1), f64x2.add(z2, z3)),
          f64x2.add(f64x2.add(z4, z5), f64x2.add(z6, z7)),
        ),
      );
    }
    let accumulator = accumulators;
    for (let at = x; at < next; at += PANEL_BYTES, accumulator += 16) {
      const g0 = f64x2.add(f64x2.mul(z0, v128.load(at)), f64x2.mul(z1, v128.load(at, 16)));
      const g1 = f64x2.add(f64x2.mul(z2, v128.load(at, 32)), f64x2.mul(z3, v128.load(at, 48)));
      const g2 = f64x2.add(f64x2.mul(z4, v128.load(at, 64)), f64x2.mul(z5, v128.load(at, 80)));
      const g3 = f64x2.add(f64x2.mul(z6, v128.load(at, 96)), f64x2.mul(z7, v128.load(at, 112)));
      const g = f64x2.add(f64x2.add(g0, g1), f64x2.add(g2, g3));
      v128.store(accumulator, f64x2.add(v128.load(accumulator), g));
    }
    x = next;
  }
  for (let j: usize = 0; j < count; j++) {
    const g = v128.load(accumulators + j * 16);
    f64.store(gradient + j * 8, f64x2.extract_lane(g, 0) + f64x2.extract_lane(g, 1));
  }
  if (isBoolean<T>()) logs += Math.log(f64x2.extract_lane(product, 0)) + Math.log(f64x2.extract_lane(product, 1));
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1) + logs;
}
