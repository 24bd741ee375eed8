/**
 * The error function erf x = 2/√π ∫₀ˣ exp(−t²) dt and its complement erfc x = 1 − erf x, to about one unit in the last
 * place: the rational approximations of Sun's fdlibm (s_erf.c, 1993), by ranges of |x|.
 */

const ERX = 8.45062911510467529297e-1; // erf(1), rounded to 24 bits so that what is added to it stays exact
const EFX = 1.28379167095512586316e-1; // 2/√π − 1

// |x| < 0.84375: erf x = x + x P(x²)/Q(x²)
const P = [
  1.28379167095512558561e-1,
  -3.25042107247001499370e-1,
  -2.84817495755985104766e-2,
  -5.77027029648944159157e-3,
  -2.37630166566501626084e-5,
];
const Q = [
  1,
  3.97917223959155352819e-1,
  6.50222499887672944485e-2,
  5.08130628187576562776e-3,
  1.32494738004321644526e-4,
  -3.96022827877536812320e-6,
];
// 0.84375 ≤ |x| < 1.25: erf x = ERX + P(|x| − 1)/Q(|x| − 1)
const PA = [
  -2.36211856075265944077e-3,
  4.14856118683748331666e-1,
  -3.72207876035701323847e-1,
  3.18346619901161753674e-1,
  -1.10894694282396677476e-1,
  3.54783043256182359371e-2,
  -2.16637559486879084300e-3,
];
const QA = [
  1,
  1.06420880400844228286e-1,
  5.40397917702171048937e-1,
  7.18286544141962662868e-2,
  1.26171219808761642112e-1,
  1.36370839120290507362e-2,
  1.19844998467991074170e-2,
];
// |x| ≥ 1.25: x exp(x²) erfc x = exp(−0.5625 + R(1/x²)/S(1/x²)), below 1/0.35 and above it
const RA = [
  -9.86494403484714822705e-3,
  -6.93858572707181764372e-1,
  -1.05586262253232909814e1,
  -6.23753324503260060396e1,
  -1.62396669462573470355e2,
  -1.84605092906711035994e2,
  -8.12874355063065934246e1,
  -9.81432934416914548592,
];
const SA = [
  1,
  1.96512716674392571292e1,
  1.37657754143519042600e2,
  4.34565877475229228821e2,
  6.45387271733267880336e2,
  4.29008140027567833386e2,
  1.08635005541779435134e2,
  6.57024977031928170135,
  -6.04244152148580987438e-2,
];
const RB = [
  -9.86494292470009928597e-3,
  -7.99283237680523006574e-1,
  -1.77579549177547519889e1,
  -1.60636384855821916062e2,
  -6.37566443368389627722e2,
  -1.02509513161107724954e3,
  -4.83519191608651397019e2,
];
const SB = [
  1,
  3.03380607434824582924e1,
  3.25792512996573918826e2,
  1.53672958608443695994e3,
  3.19985821950859553908e3,
  2.55305040643316442583e3,
  4.74528541206955367215e2,
  -2.24409524465858183362e1,
];

export function erf(x: number): number {
  const size = Math.abs(x);
  if (size < 0.84375) return size < 1e-8 ? x + EFX * x : x + x * ratio(P, Q, x * x);
  if (size < 1.25) return Math.sign(x) * (ERX + ratio(PA, QA, size - 1));
  if (size >= 6) return Math.sign(x);
  return Math.sign(x) * (1 - tail(size) * Math.exp(-0.5625) / size);
}

export function erfc(x: number): number {
  const size = Math.abs(x);
  if (size < 0.84375) return x < 0.25 ? 1 - erf(x) : 0.5 - (x - 0.5 + x * ratio(P, Q, x * x));
  if (size < 1.25) return x > 0 ? 1 - ERX - ratio(PA, QA, size - 1) : 1 + ERX + ratio(PA, QA, size - 1);
  if (x <= -6) return 2;
  if (x > 28) return 0;
  const upper = tail(size) * Math.exp(-0.5625) / size;
  return x > 0 ? upper : 2 - upper;
}

/** exp(x²) erfc x, which does not underflow; x ≥ 1.25. */
export function scaledErfc(x: number): number {
  const inverse = 1 / (x * x);
  return Math.exp(-0.5625 + (x < 1 / 0.35 ? ratio(RA, SA, inverse) : ratio(RB, SB, inverse))) / x;
}

const halves = new Float64Array(1);
const words = new Uint32Array(halves.buffer);

/** x erfc(x) exp(0.5625) for 1.25 ≤ x. exp(−x²) is split so that the rounding of x² does not matter. */
function tail(x: number): number {
  halves[0] = x;
  words[0] = 0; // the low word, on every machine that Deno runs on
  const short = halves[0];
  const inverse = 1 / (x * x);
  const series = x < 1 / 0.35 ? ratio(RA, SA, inverse) : ratio(RB, SB, inverse);
  return Math.exp(-short * short) * Math.exp((short - x) * (short + x) + series);
}

function ratio(numerator: readonly number[], denominator: readonly number[], x: number): number {
  return horner(numerator, x) / horner(denominator, x);
}

/** Σ coefficients[k] xᵏ. */
function horner(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) sum = sum * x + coefficients[k];
  return sum;
}
