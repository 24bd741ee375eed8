/** The quantile of type 7 (R's default): linear between the order statistics about (n − 1) p. Hyndman & Fan (1996). */
export function quantile(sorted: Float64Array, count: number, probability: number): number {
  const index = (count - 1) * probability;
  const low = sorted[Math.floor(index)], high = sorted[Math.ceil(index)];
  const weight = index - Math.floor(index);
  // Equal neighbours, also infinite ones, are their own quantile.
  return low === high ? low : (1 - weight) * low + weight * high;
}

export function median(sorted: Float64Array, count: number): number {
  const half = count >>> 1;
  return count % 2 === 1 ? sorted[half] : midpoint(sorted[half - 1], sorted[half]);
}

function midpoint(a: number, b: number): number {
  const sum = a + b;
  return Number.isFinite(sum) ? sum / 2 : a / 2 + b / 2; // beyond 1e308 the sum would overflow
}
