/**
 * The inverse of a distribution function that is only known as a function: x = inf{x : F(x) ≥ p}, to the last bit that F
 * itself decides. F may have jumps and flat stretches.
 */

const MOST_DOUBLINGS = 1100;
const MOST_STEPS = 10_000;

/**
 * The least double x of [lower, upper] with F(x) ≥ p, for a nondecreasing F and p in [0, 1].
 *
 * Brackets by doubling, then halves the bracket, every other time by a secant step, until no double is left inside.
 * Throws RangeError where F is NaN or does not reach p.
 */
export function numericQuantile(
  cdf: (x: number) => number,
  p: number,
  lower: number = -Infinity,
  upper: number = Infinity,
): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  const at = (x: number) => {
    const value = cdf(x);
    if (Number.isNaN(value)) throw new RangeError(`the distribution function is NaN at ${x}`);
    return value;
  };
  if (p === 0) return lower;

  let low = lower, high = upper;
  if (low === -Infinity) {
    low = Math.min(-1, high === Infinity ? -1 : high - 1);
    for (let k = 0, step = 1; at(low) >= p; k++, step *= 2) {
      if (k === MOST_DOUBLINGS || low === -Infinity) return -Infinity;
      high = low;
      low -= step;
    }
  } else if (at(low) >= p) return low;
  if (high === Infinity) {
    high = Math.max(1, low + 1);
    for (let k = 0, step = 1; at(high) < p; k++, step *= 2) {
      if (k === MOST_DOUBLINGS || high === Infinity) {
        if (p === 1) return Infinity; // approached, never reached
        throw new RangeError(`the distribution function does not reach ${p}`);
      }
      low = high;
      high += step;
    }
  } else if (at(high) < p) {
    throw new RangeError(`the distribution function does not reach ${p} in [${lower}, ${upper}]`);
  }

  // F(low) < p ≤ F(high) from here on.
  let below = at(low) - p, above = at(high) - p;
  for (let step = 0; step < MOST_STEPS; step++) {
    const middle = halfway(low, high);
    if (!(middle > low && middle < high)) return high;
    const secant = low - below * ((high - low) / (above - below));
    // Near an end the secant step would creep: it is moved a little to the far side, so that it closes the bracket.
    const nudge = 1e-15 * Math.abs(secant);
    let x = middle;
    if (step % 2 === 0) {
      const pushed = secant - low < high - secant ? secant + nudge : secant - nudge;
      if (pushed > low && pushed < high) x = pushed;
    }
    const value = at(x) - p;
    if (value < 0) {
      low = x;
      below = value;
    } else {
      high = x;
      above = value;
    }
  }
  return high;
}

/** A point between two doubles: their mean, or where their magnitudes are far apart, their geometric mean. */
function halfway(low: number, high: number): number {
  if (low < 0 && high > 0) {
    return Math.min(-low, high) < 1e-3 * Math.max(-low, high) ? skewed(low, high) : 0.5 * (low + high);
  }
  const small = Math.min(Math.abs(low), Math.abs(high)), large = Math.max(Math.abs(low), Math.abs(high));
  if (large > 4 * small) {
    const size = small === 0 ? (large > 1e-290 ? large * 1e-18 : 0.5 * large) : Math.sqrt(small) * Math.sqrt(large);
    return high > 0 ? size : -size;
  }
  return low + 0.5 * (high - low);
}

/** Across zero, with ends of very different size: zero decides which side it is. */
function skewed(low: number, high: number): number {
  return low < 0 && high > 0 ? 0 : low + 0.5 * (high - low);
}
