/**
 * Elementary functions in single precision, by polynomials whose every operation rounds: the same bits on every machine, and the
 * same as the SIMD loops of wasm/float32.as, which do the same to four lanes.
 *
 * exp: Cephes (Moshier) `expf`. tanh: Cephes `tanhf`. log1p and log: 2 artanh(s), s = x / (2 + x), its series fitted at Chebyshev nodes.
 * sin and cos: Cephes `sinf`, `cosf` on a quarter turn.
 */
const f = Math.fround;

/** The least argument of exp: below it the result would be subnormal. */
const LOWEST = -87;
const LOG2_E = f(1.44269504);
const LN2_HIGH = f(0.693359375); // few bits: n times it is exact
const LN2_LOW = f(-2.12194440e-4);
const EXP = [1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1].map(
  f,
);
/** 2^r for r in [−½, ½]: minimax, 1.7e−7 off with the roundings. */
const EXP2 = [0.0013254669, 0.00967199542, 0.0555077903, 0.24022232, 0.693146944, 1].map(f);
const LOG1P = [0.14087329, 0.13980709, 0.20012427, 0.33333158, 1].map(f);
const LOG = [0.14962792, 0.19987399, 0.33333408, 1].map(f);
const LN2 = f(0.693147181);
const TANH = [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1].map(f);
/** The least normal number. */
const TINY = 2 ** -126;
const SIN = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(f);
const COS = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(f);
const QUARTER = f(Math.PI / 2 / 2 ** 30); // a quarter turn is 2^30
const SQRT_2 = 0x3504f3; // mantissa bits of √2

const words = new Int32Array(1);
const floats = new Float32Array(words.buffer);

/** To the nearest integer, ties to even; |x| < 2^31. */
export function nearest(x: number): number {
  return x + 6755399441055744 - 6755399441055744; // 1.5 · 2^52: the sum's last bit is worth 1
}

function horner(x: number, coefficients: readonly number[]): number {
  return coefficients.reduce((sum, c) => f(f(sum * x) + c));
}

/** 2^n for a normal result. */
function powerOfTwo(n: number): number {
  words[0] = (n + 127) << 23;
  return floats[0];
}

/** e^x for x ≤ 0; what is below −87 counts as −87. */
export function exp(x: number): number {
  const t = x < LOWEST ? LOWEST : x;
  const n = nearest(f(t * LOG2_E));
  const r = f(f(t - f(n * LN2_HIGH)) - f(n * LN2_LOW));
  const y = f(f(f(horner(r, EXP) * f(r * r)) + r) + 1);
  return Number.isNaN(x) ? NaN : f(y * powerOfTwo(n));
}

/** e^−|x|, to seven digits where |x| is below 20 and six below 87, which is where it ends. */
export function odds(x: number): number {
  const t = Math.max(f(Math.abs(x) * -LOG2_E), -126);
  const n = nearest(t);
  return f(horner(f(t - n), EXP2) * powerOfTwo(n));
}

/** e^x for any x, within 1.5 units in the last place. */
export function exponential(x: number): number {
  const t = x < -104 ? -104 : x > 89 ? 89 : x; // beyond them the result is 0 or infinite
  const n = nearest(f(t * LOG2_E));
  const r = f(f(t - f(n * LN2_HIGH)) - f(n * LN2_LOW));
  const y = f(f(f(horner(r, EXP) * f(r * r)) + r) + 1);
  const half = nearest(n / 2);
  return Number.isNaN(x) ? NaN : f(f(y * powerOfTwo(half)) * powerOfTwo(n - half));
}

/** ln x for any x, within 3 units in the last place. */
export function logarithm(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : Math.sqrt(x);
  const raise = x < TINY ? 23 : 0;
  const { exponent, m } = split(x * 2 ** raise);
  const n = exponent - raise;
  const s = f(f(m - 1) / f(m + 1));
  return f(f(n * LN2_HIGH) + f(f(n * LN2_LOW) + f(f(s + s) * horner(f(s * s), LOG))));
}

/** Within 2 units in the last place. */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size < 0.625) {
    const z = f(x * x);
    return f(f(f(horner(z, TANH) * z) * x) + x);
  }
  const e = exp(f(size * -2));
  return f(Math.sign(x) * f(f(1 - e) / f(1 + e)));
}

/** log(1 + x) for x in [0, 1]. */
export function log1p(x: number): number {
  const s = f(x / f(2 + x));
  return f(f(s + s) * horner(f(s * s), LOG1P));
}

/** A normal number's mantissa in [√½, √2), and its exponent beside that. */
function split(x: number): { exponent: number; m: number } {
  floats[0] = x;
  const exponent = (words[0] + (0x800000 - SQRT_2) >> 23) - 127;
  words[0] -= exponent << 23;
  return { exponent, m: floats[0] };
}

/** log x for normal x in (0, 1]. */
export function log(x: number): number {
  const { exponent, m } = split(x);
  const s = f(f(m - 1) / f(m + 1));
  return f(f(exponent * LN2) + f(f(s + s) * horner(f(s * s), LOG)));
}

/** σ(x) = 1 / (1 + e^−x). */
export function sigmoid(x: number): number {
  const e = exp(-Math.abs(x));
  return f((x >= 0 ? 1 : e) / f(1 + e));
}

/** log(1 + e^x). */
export function softplus(x: number): number {
  return f((x > 0 ? x : 0) + log1p(exp(-Math.abs(x))));
}

/** (cos, sin) of the angle whose whole turn is 2^32, written into out. */
export function cosSin(angle: number, out: Float32Array): void {
  const quadrant = (angle + 0x20000000) >>> 30;
  const x = f(f((angle - (quadrant << 30)) | 0) * QUARTER);
  const z = f(x * x);
  const sine = f(f(f(horner(z, SIN) * z) * x) + x);
  const cosine = f(f(f(horner(z, COS) * z) * z) + f(1 - f(0.5 * z)));
  const [c, s] = quadrant & 1 ? [sine, cosine] : [cosine, sine];
  out[0] = quadrant === 1 || quadrant === 2 ? -c : c;
  out[1] = quadrant >= 2 ? -s : s;
}
