/**
 * log Γ(a + h) − log Γ(a) and ψ(a + h) − ψ(a) for a > 0, a + h > 0, without the cancellation of the two logarithms where a is large
 * beside h: from Stirling's series (Abramowitz & Stegun 6.1.41, 6.3.18), the differences of its leading terms by log1p.
 */
import { digamma, logGamma, stirlingError } from "./gamma_function.ts";

const FROM = 10;

export function logGammaRatio(a: number, h: number): number {
  if (a < FROM || a + h < FROM) {
    if (Math.abs(h) >= 1) return logGamma(a + h) - logGamma(a);
    // Γ(a + h + 1) / Γ(a + 1) is (1 + h/a) times as large.
    let shift = 0;
    for (; a < FROM || a + h < FROM; a++) shift += Math.log1p(h / a);
    return logGammaRatio(a, h) - shift;
  }
  // (a + h − ½) log(a + h) − (a − ½) log a − h
  return (a - 0.5) * Math.log1p(h / a) + h * Math.log(a + h) - h + (stirlingError(a + h) - stirlingError(a));
}

/** ψ(a + h) − ψ(a). */
export function digammaDifference(a: number, h: number): number {
  if (h >= 0 && h <= 16 && Number.isInteger(h)) {
    let sum = 0;
    for (let k = 0; k < h; k++) sum += 1 / (a + k);
    return sum;
  }
  if (a < FROM || a + h < FROM) {
    if (Math.abs(h) >= 1) return digamma(a + h) - digamma(a);
    let shift = 0;
    for (; a < FROM || a + h < FROM; a++) shift += h / (a * (a + h));
    return shift + digammaDifference(a, h);
  }
  const b = a + h;
  return Math.log1p(h / a) + 0.5 * h / (a * b) + (tail(a) - tail(b));
}

/** ψ(a + h) − ψ(a) − log(1 + h/a), near h / 2a(a + h) for large a. */
export function digammaOverLog(a: number, h: number): number {
  if (a < FROM || a + h < FROM) return digammaDifference(a, h) - Math.log1p(h / a);
  return 0.5 * h / (a * (a + h)) + (tail(a) - tail(a + h));
}

/** ψ(a) − log a for a > 0. */
export function digammaMinusLog(a: number): number {
  return a < FROM ? digamma(a) - Math.log(a) : -0.5 / a - tail(a);
}

/** Σ B_2k / (2k x²ᵏ). */
function tail(x: number): number {
  const y = 1 / (x * x);
  return y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132 - y * (691 / 32760 - y / 12))))));
}

/** log B(a, b) = log Γ(a) + log Γ(b) − log Γ(a + b), for a, b > 0. */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b), large = Math.max(a, b);
  return logGamma(small) - logGammaRatio(large, small);
}
