/** The logarithm of the gamma function and its derivative, for positive arguments. */

const EULER = 0.57721566490153286061;
const LOG_SQRT_2_PI = 0.91893853320467274178;

/** ζ(k) − 1 for k = 2, 3 … */
const ZETA_MINUS_1 = [
  0.64493406684822643647,
  0.2020569031595942854,
  0.082323233711138191516,
  0.036927755143369926331,
  0.017343061984449139715,
  0.0083492773819228268398,
  0.0040773561979443393787,
  0.0020083928260822144179,
  0.00099457512781808533715,
  0.0004941886041194645587,
  0.00024608655330804829864,
  0.00012271334757848914675,
  0.000061248135058704829259,
  0.000030588236307020493552,
  0.000015282259408651871733,
  7.6371976378997622736e-6,
  3.8172932649998398565e-6,
  1.9082127165539389257e-6,
  9.5396203387279611315e-7,
  4.7693298678780646312e-7,
  2.3845050272773299e-7,
  1.1921992596531107307e-7,
  5.9608189051259479612e-8,
  2.9803503514652280186e-8,
  1.4901554828365041235e-8,
  7.450711789835429492e-9,
  3.7253340247884570548e-9,
  1.8626597235130490064e-9,
  9.3132743241966818287e-10,
  4.656629065033784073e-10,
];

/**
 * log Γ(x) for x > 0, also relatively accurate near its zeros at 1 and 2: the Taylor series about 2 (Abramowitz & Stegun
 * 6.1.33), to which smaller and larger arguments are shifted by Γ(x + 1) = x Γ(x), and Stirling's series from 10 on.
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return x === 0 ? Infinity : NaN;
  if (x >= 10) return (x - 0.5) * Math.log(x) - x + LOG_SQRT_2_PI + stirlingCorrection(x);
  if (x < 0.5) return aboutTwo(x) - Math.log1p(x) - Math.log(x);
  if (x < 1.5) return aboutTwo(x - 1) - Math.log1p(x - 1);
  let product = 1;
  while (x > 2.5) product *= --x;
  return aboutTwo(x - 2) + Math.log(product);
}

/** log Γ(2 + z) for |z| ≤ 1/2. */
function aboutTwo(z: number): number {
  let sum = 0;
  for (let k = ZETA_MINUS_1.length + 1; k >= 2; k--) sum = ZETA_MINUS_1[k - 2] / k - z * sum;
  return z * (1 - EULER + z * sum);
}

/** Stirling's series Σ B_2k / (2k (2k − 1) x²ᵏ⁻¹); x ≥ 10. */
function stirlingCorrection(x: number): number {
  const y = 1 / (x * x);
  return (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y * (1 / 1188 - y * (691 / 360360 - y / 156)))))) / x;
}

/** log n! − log of Stirling's formula √(2πn) (n/e)ⁿ, for real n > 0. Loader (2000), "Fast and accurate computation of binomial probabilities". */
export function stirlingError(n: number): number {
  if (n >= 10) return stirlingCorrection(n);
  return logGamma(n + 1) - (n + 0.5) * Math.log(n) + n - LOG_SQRT_2_PI;
}

/** The digamma function ψ(x) = d/dx log Γ(x) for x > 0: the recurrence up to 10, then the asymptotic series (A&S 6.3.18). */
export function digamma(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  let shift = 0;
  for (; x < 10; x++) shift += 1 / x;
  const y = 1 / (x * x);
  const series = y *
    (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132 - y * (691 / 32760 - y / 12))))));
  return Math.log(x) - 0.5 / x - series - shift;
}
