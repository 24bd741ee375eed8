/**
 * Exact draws from a log-concave density on the line, known up to a constant, by rejection from an envelope of three
 * tangents: at a point near the mode and at one on either side where the log density has fallen by about one. A tangent
 * lies above a concave function wherever it touches, so the draw is exact however roughly these points were found; the
 * search only sets the acceptance rate, which is 0.88 for a normal density.
 *
 * Gilks & Wild (1992), "Adaptive rejection sampling for Gibbs sampling", with Devroye's (1986, VII.2) choice of points.
 */
import type { Random } from "./random.ts";

/** A concave log density on (lower, upper), the whole line where these are absent. */
export interface LogConcave {
  readonly lower?: number;
  readonly upper?: number;
  /** Roughly the standard deviation, where that is known: it shortens the search. */
  readonly width?: number;
  /** log f(t) up to a constant, finite inside the domain; writes its derivative there into `slope`. */
  logDensity(t: number): number;
  slope: number;
}

const MOST_STEPS = 2100; // doublings or halvings that lead from any double to any other
const MOST_REJECTIONS = 100_000;
const ENOUGH = 0.1; // the log density at the middle point is within so much of its maximum
const LEAST_FALL = 0.3; // at the outer points, where they are inside the domain
const MOST_FALL = 3;
const TANGENT = Math.SQRT2; // standard deviations at which a normal log density has fallen by one

// Abscissa, log density and slope at the points of the search. One draw at a time, so they are shared by all.
let lowT = 0, lowF = 0, lowS = 0;
let highT = 0, highF = 0, highS = 0;

/**
 * One draw. The search begins at `hint`, any point of the domain; the nearer to the mode, the faster.
 * Throws RangeError where the function is not a finite log-concave density.
 */
export function sampleLogConcave(density: LogConcave, hint: number, random: Random): number {
  const lower = density.lower ?? -Infinity, upper = density.upper ?? Infinity;
  const mode = nearMode(density, hint, lower, upper);
  const top = density.logDensity(mode), slope = density.slope;

  const { width } = density;
  outerPoint(density, mode, top, lower, -1, width === undefined ? Math.abs(mode - lowT) : TANGENT * width);
  const leftT = lowT, leftF = lowF - top, leftS = lowS;
  outerPoint(density, mode, top, upper, 1, width === undefined ? Math.abs(highT - mode) : TANGENT * width);
  const rightT = highT, rightF = highF - top, rightS = highS;

  // Where the tangents cross. The three pieces: (lower, a) under the left one, (a, b) under the middle, (b, upper).
  const a = crossing(leftT, leftF, leftS, mode, 0, slope);
  const b = crossing(mode, 0, slope, rightT, rightF, rightS);
  const leftMass = a > lower ? massBelow(leftF + leftS * (a - leftT), leftS, a - lower) : 0;
  const middleMass = b > a ? massBelow(slope * (b - mode), slope, b - a) : 0;
  const rightMass = upper > b ? massBelow(rightF + rightS * (b - rightT), -rightS, upper - b) : 0;
  const mass = leftMass + middleMass + rightMass;
  if (!(mass > 0 && mass < Infinity)) {
    throw new RangeError(`the density is not log-concave with a finite integral near ${mode}`);
  }

  for (let rejections = 0; rejections < MOST_REJECTIONS; rejections++) {
    const u = random.uniform() * mass;
    let t: number, envelope: number;
    if (u < leftMass) {
      t = a - exponentialWithin(leftS, a - lower, random);
      envelope = leftF + leftS * (t - leftT);
    } else if (u < leftMass + middleMass) {
      t = b - exponentialWithin(slope, b - a, random);
      envelope = slope * (t - mode);
    } else {
      t = b + exponentialWithin(-rightS, upper - b, random);
      envelope = rightF + rightS * (t - rightT);
    }
    if (Math.log(random.uniform()) <= density.logDensity(t) - top - envelope) return t;
  }
  throw new RangeError(`the density is not log-concave near ${mode}: its tangents are no envelope of it`);
}

/**
 * A point whose log density is within ENOUGH of the maximum, or the nearest to it that doubles can tell. Leaves in
 * low and high the closest points known to lie on either side of the mode.
 */
function nearMode(density: LogConcave, hint: number, lower: number, upper: number): number {
  let t = hint > lower && hint < upper ? hint : inside(lower, upper);
  let f = finite(density.logDensity(t), t);
  setLow(t, f, density.slope);
  setHigh(t, f, density.slope);
  // Walk uphill with doubling steps until the slope turns or the domain ends.
  const direction = Math.sign(density.slope);
  if (direction !== 0) {
    let step = density.width ?? 1;
    for (let steps = 0; Math.sign(density.slope) === direction; steps++, step *= 2) {
      if (steps === MOST_STEPS) throw new RangeError(`the log density does not stop rising at ${t}`);
      const edge = direction > 0 ? upper : lower;
      let next = t + direction * step;
      if (direction > 0 ? next >= edge : next <= edge) {
        next = t + 0.5 * (edge - t);
        // At the edge of the domain still uphill: what is left to gain is at most slope × distance.
        if (next === t || next === edge || Math.abs(density.slope * (edge - t)) < ENOUGH) return t;
      }
      if (direction > 0) setLow(t, f, density.slope);
      else setHigh(t, f, density.slope);
      t = next;
      f = density.logDensity(t);
      if (!(f > -Infinity) || Number.isNaN(density.slope)) {
        // Beyond what doubles can hold: that is downhill.
        f = -Infinity;
        density.slope = -direction * Infinity;
      }
    }
    if (direction > 0) setHigh(t, f, density.slope);
    else setLow(t, f, density.slope);
  }
  if (density.slope === 0) return t;
  // The mode is between low and high, and no higher than where their tangents cross.
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const best = lowF >= highF ? lowT : highT;
    const cross = crossing(lowT, lowF, lowS, highT, highF, highS);
    const bound = lowF + lowS * (cross - lowT);
    if (bound - Math.max(lowF, highF) <= ENOUGH) return best;
    const middle = lowT + 0.5 * (highT - lowT);
    t = steps % 3 === 2 || !(cross > lowT && cross < highT) ? middle : cross;
    if (!(t > lowT && t < highT)) return best;
    f = density.logDensity(t);
    if (density.slope === 0) return t;
    if (!(f > -Infinity) || Number.isNaN(density.slope)) {
      if (lowF === -Infinity) setLow(t, -Infinity, Infinity);
      else setHigh(t, -Infinity, -Infinity);
    } else if (density.slope > 0) setLow(t, f, density.slope);
    else setHigh(t, f, density.slope);
  }
  return lowF >= highF ? lowT : highT;
}

/** Finds, on one side of the mode, a point where the log density has fallen by about one, and leaves it in low or high. */
function outerPoint(
  density: LogConcave,
  mode: number,
  top: number,
  edge: number,
  side: -1 | 1,
  first: number,
): void {
  let near = 0, far = Infinity; // distances from the mode: fell too little, fell too much
  let distance = first > 0 && first < Infinity ? first : 1;
  let t = mode, f = top;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    if (distance >= Math.abs(edge - mode)) {
      distance = near + 0.5 * (Math.abs(edge - mode) - near);
      far = Math.min(far, Math.abs(edge - mode));
    }
    t = mode + side * distance;
    if (t === mode || t === edge) break;
    f = density.logDensity(t);
    const fall = top - f;
    if (!(fall <= MOST_FALL && Number.isFinite(density.slope))) far = distance;
    else if (fall < LEAST_FALL) near = distance;
    else break;
    // Near the edge of the domain, where hardly anything is left to fall, the tangent is as good as it gets.
    if (far - near <= 1e-3 * far && fall <= MOST_FALL) break;
    distance = far === Infinity ? 2 * distance : near === 0 ? 0.5 * far : 0.5 * (near + far);
  }
  f = density.logDensity(t);
  if (side < 0) setLow(t, f, density.slope);
  else setHigh(t, f, density.slope);
}

function setLow(t: number, f: number, slope: number): void {
  lowT = t;
  lowF = f;
  lowS = slope;
}

function setHigh(t: number, f: number, slope: number): void {
  highT = t;
  highF = f;
  highS = slope;
}

/** Where the tangents at t1 < t2 cross; the middle where they are parallel or rounding puts it outside. */
function crossing(t1: number, f1: number, s1: number, t2: number, f2: number, s2: number): number {
  const width = t2 - t1;
  const offset = (f2 - f1 - s2 * width) / (s1 - s2);
  return offset >= 0 && offset <= width ? t1 + offset : t1 + 0.5 * width;
}

/** ∫ exp(height − rate d) over d in (0, width): below a line that falls with `rate` away from its high end. */
function massBelow(height: number, rate: number, width: number): number {
  if (width === Infinity) return rate > 0 ? Math.exp(height) / rate : Infinity;
  const fall = rate * width;
  return Math.exp(height) * (Math.abs(fall) < 1e-8 ? width * (1 - 0.5 * fall) : -Math.expm1(-fall) / rate);
}

/** A draw from the density ∝ exp(−rate d) on (0, width); a negative rate leans to the far end. */
function exponentialWithin(rate: number, width: number, random: Random): number {
  const u = random.uniform();
  if (width === Infinity) return -Math.log(u) / rate;
  const fall = rate * width;
  if (Math.abs(fall) < 1e-8) return u * width;
  return -Math.log1p(u * Math.expm1(-fall)) / rate;
}

/** Some point of a domain. */
function inside(lower: number, upper: number): number {
  if (lower === -Infinity) return upper === Infinity ? 0 : upper - 1;
  return upper === Infinity ? lower + 1 : lower + 0.5 * (upper - lower);
}

function finite(f: number, t: number): number {
  if (Number.isFinite(f)) return f;
  throw new RangeError(`the log density at ${t} must be finite, found ${f}`);
}
