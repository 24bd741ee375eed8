/** The Kolmogorov–Smirnov test of draws against a continuous distribution function. */

/** √n sup |F_n − F|, by its law under the hypothesis about 0.83 in the middle. */
export function kolmogorovSmirnov(draws: Float64Array, cdf: (x: number) => number): number {
  const sorted = draws.slice().sort();
  const n = sorted.length;
  let distance = 0;
  for (let i = 0; i < n; i++) {
    const expected = cdf(sorted[i]);
    if (Number.isNaN(expected)) return Infinity;
    distance = Math.max(distance, expected - i / n, (i + 1) / n - expected);
  }
  return Math.sqrt(n) * distance;
}

/** What the statistic exceeds with probability `falseAlarm` where the hypothesis holds. */
export function criticalValue(falseAlarm: number): number {
  return Math.sqrt(-0.5 * Math.log(0.5 * falseAlarm)); // the first term of the series, which is an upper bound
}
