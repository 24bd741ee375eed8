/**
 * The modified Bessel functions I₀ and I₁ as the von Mises law needs them: log(e⁻ˣ I₀(x)), A(x) = I₁(x) / I₀(x) and 1 − A(x), for x ≥ 0.
 *
 * Up to 8 the power series, whose terms are all positive (Abramowitz & Stegun 9.6.10); beyond, Chebyshev series in 8/x of √x e⁻ˣ I₀(x) and
 * x (1 − A(x)), fitted with 50 digits by python's mpmath.
 */

const SMALL = 8;

const SCALED_I0 = [
  0.4022452055070544,
  0.0033691164782556943,
  6.889758346916825e-05,
  2.8913705208347567e-06,
  2.0489185894690638e-07,
  2.266668990498178e-08,
  3.3962320257083865e-09,
  4.94060238822497e-10,
  1.1889147107846439e-11,
  -3.1499165279632416e-11,
  -1.3215811840447713e-11,
  -1.7941785315068062e-12,
  7.180124451383666e-13,
  3.8527783827421426e-13,
  1.54008621752141e-14,
  -4.150569347287222e-14,
  -9.554846698828307e-15,
  3.8116806693526224e-15,
  1.7725601330565263e-15,
  -3.425485619677219e-16,
  -2.8276239805165836e-16,
  3.461222867697461e-17,
  4.46562142029676e-17,
];
const SCALED_COMPLEMENT = [
  0.5087044228290216,
  0.009033638646327165,
  0.0003509928487727511,
  2.4000438429103217e-05,
  2.5485427408775527e-06,
  3.815519410045759e-07,
  6.38753641011317e-08,
  6.605100183496212e-09,
  -1.899860583633942e-09,
  -1.3857621284106324e-09,
  -3.5482727891548447e-10,
  1.7935629684278219e-11,
  4.389320123144555e-11,
  9.909087325174729e-12,
  -2.9337562818469654e-12,
  -1.8685456734304527e-12,
  5.51212826673586e-14,
  2.664203181443918e-13,
  2.5122977643285875e-14,
  -3.709826521932087e-14,
  -6.6098880085054196e-15,
  5.532217387056378e-15,
  1.2354019527181981e-15,
  -9.160955030922758e-16,
  -2.0001924286572827e-16,
  1.6754365865030597e-16,
  2.7304605668530615e-17,
  -3.269410578567758e-17,
];

/** log(e⁻ˣ I₀(x)). */
export function logScaledBesselI0(x: number): number {
  if (x <= SMALL) return Math.log1p(seriesI0(x)) - x;
  return Math.log(clenshaw(SCALED_I0, 16 / x - 1)) - 0.5 * Math.log(x);
}

/** A(x) = I₁(x) / I₀(x), the mean length of the von Mises law. */
export function besselRatio(x: number): number {
  return x <= SMALL ? 0.5 * x * seriesI1(x) / (1 + seriesI0(x)) : 1 - besselRatioComplement(x);
}

/** 1 − A(x), which is near 1 / 2x for large x. */
export function besselRatioComplement(x: number): number {
  return x <= SMALL ? 1 - besselRatio(x) : clenshaw(SCALED_COMPLEMENT, 16 / x - 1) / x;
}

/** I₀(x) − 1 */
function seriesI0(x: number): number {
  const y = 0.25 * x * x;
  let sum = 0, term = 1;
  for (let k = 1; k < 60; k++) {
    term *= y / (k * k);
    sum += term;
    if (term <= 1e-17 * sum) break;
  }
  return sum;
}

/** I₁(x) / (x/2) */
function seriesI1(x: number): number {
  const y = 0.25 * x * x;
  let sum = 1, term = 1;
  for (let k = 1; k < 60; k++) {
    term *= y / (k * (k + 1));
    sum += term;
    if (term <= 1e-17 * sum) break;
  }
  return sum;
}

/** Σ c_k T_k(t). */
function clenshaw(c: readonly number[], t: number): number {
  let b1 = 0, b2 = 0;
  for (let k = c.length - 1; k > 0; k--) {
    const b = 2 * t * b1 - b2 + c[k];
    b2 = b1;
    b1 = b;
  }
  return t * b1 - b2 + c[0];
}
