/**
 * D₀(x, m) = x log(x/m) + m − x, the deviance of a Poisson count, without the cancellation of the plain formula near x = m.
 * The densities of the gamma, beta, Poisson and binomial families keep full accuracy when they are written with it.
 *
 * Loader (2000), "Fast and accurate computation of binomial probabilities".
 */
export function deviance(x: number, m: number): number {
  if (x === 0) return m;
  const v = (x - m) / (x + m);
  if (Math.abs(v) > 0.4) return x * Math.log(x / m) + m - x;
  // x log(x/m) = 2x (v + v³/3 + v⁵/5 …) and m − x = −v (x + m)
  let sum = (x - m) * v, power = 2 * x * v;
  for (let k = 1; k < 100; k++) {
    power *= v * v;
    const next = sum + power / (2 * k + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}
