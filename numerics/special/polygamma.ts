/**
 * log |Γ|, digamma ψ, trigamma ψ′ and ψ″ of real numbers: reflection below zero, and for ψ a series about its positive root, near which
 * the recurrence would leave few right digits. Abramowitz & Stegun, chapter 6.
 */
import { digamma, logGamma } from "./gamma_function.ts";

/** The remainder r of x beside its nearest integer, so that sin πx = ± sin πr and tan πx = tan πr keep their digits. */
function besideInteger(x: number): number {
  return x - Math.round(x);
}

/** log |Γ(x)|; ∞ at 0, −1, −2 … */
export function logGammaOfReal(x: number): number {
  if (!(x <= 0)) return logGamma(x);
  const r = Math.abs(besideInteger(x));
  if (r === 0) return Infinity;
  return Math.log(Math.PI / Math.sin(Math.PI * r)) - logGamma(1 - x);
}

const ROOT = 1.4616321449683622, ROOT_REST = 9.549995429965697e-17; // together the root to 32 digits
/** The Taylor coefficients of ψ there, from the first power on: python's mpmath, psi(k, root) / k!. */
const ABOUT_ROOT = [
  0.9676722454476212,
  -0.4427631689835921,
  0.258499760955651,
  -0.16394270544240652,
  0.10782405069126237,
  -0.07219956125645471,
  0.04880428816414311,
  -0.03316112647484736,
  0.022597648232218104,
  -0.01542476590494896,
  0.010538791616612175,
  -0.007204534386356869,
  0.004926781395729853,
  -0.003369801655439328,
  0.002305126326734928,
  -0.0015769367714301972,
  0.0010788252019162967,
  -0.0007380709389960052,
  0.000504953265834602,
  -0.0003454680251063077,
];

/** ψ(x); NaN at 0, −1, −2 … */
export function digammaOfReal(x: number): number {
  if (x <= 0) {
    const r = besideInteger(x);
    return r === 0 ? NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * r);
  }
  const d = x - ROOT - ROOT_REST;
  if (!(Math.abs(d) < 0.2)) return digamma(x);
  let sum = 0;
  for (let k = ABOUT_ROOT.length - 1; k >= 0; k--) sum = sum * d + ABOUT_ROOT[k];
  return sum * d;
}

const FROM = 12;

/** ψ′(x) = Σ 1 / (x + k)², positive; NaN at 0, −1, −2 … */
export function trigamma(x: number): number {
  if (x <= 0) {
    const r = besideInteger(x), ratio = Math.PI / Math.sin(Math.PI * r);
    return r === 0 ? NaN : ratio * ratio - trigamma(1 - x);
  }
  let shift = 0;
  for (; x < FROM; x++) shift += 1 / (x * x);
  const y = 1 / (x * x);
  const series = y *
    (1 / 6 - y * (1 / 30 - y * (1 / 42 - y * (1 / 30 - y * (5 / 66 - y * (691 / 2730 - y * (7 / 6)))))));
  return (1 + 0.5 / x + series) / x + shift;
}

/** ψ″(x), the derivative of trigamma; NaN at 0, −1, −2 … */
export function tetragamma(x: number): number {
  if (x <= 0) {
    const r = besideInteger(x), angle = Math.PI * r;
    if (r === 0) return NaN;
    // −d/dx of π² / sin² πx is 2 π³ cos πx / sin³ πx
    return tetragamma(1 - x) - 2 * Math.PI ** 3 * Math.cos(angle) / Math.sin(angle) ** 3;
  }
  let shift = 0;
  for (; x < FROM; x++) shift += 2 / (x * x * x);
  const y = 1 / (x * x);
  const series = y *
    (1 / 2 - y * (1 / 6 - y * (1 / 6 - y * (3 / 10 - y * (5 / 6 - y * (691 / 210 - y * (35 / 2)))))));
  return -(1 + 1 / x + series) / (x * x) - shift;
}
