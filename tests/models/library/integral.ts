/** ∫ f from a to b, one of which may be infinite, and at which f may be infinite: the double exponential rule of Takahasi & Mori (1974). */
export function integral(f: (x: number) => number, a: number, b: number, steps = 600): number {
  if (a === -Infinity) return integral((x) => f(-x), -b, Infinity, steps);
  const REACH = 5.5, h = 2 * REACH / steps;
  let sum = 0;
  for (let k = 0; k <= steps; k++) {
    const t = -REACH + k * h, s = 0.5 * Math.PI * Math.sinh(t), slope = 0.5 * Math.PI * Math.cosh(t);
    const place = b === Infinity ? Math.exp(s) : (b - a) / (1 + Math.exp(-2 * s));
    const weight = b === Infinity ? slope * place : (b - a) * 0.5 * slope / Math.cosh(s) ** 2;
    // Where the weight is gone, an infinite f would make NaN.
    if (weight === 0 || !Number.isFinite(weight)) continue;
    const x = a + place;
    if (x > a && x < b) sum += weight * f(x);
  }
  return sum * h;
}
