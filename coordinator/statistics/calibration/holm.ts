/**
 * p-values of several tests adjusted so that a false alarm in any of them is at most as likely as the level they are compared with,
 * whatever the tests' dependence. Holm (1979), "A simple sequentially rejective multiple test procedure".
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a] - pValues[b]);
  const adjusted = new Array<number>(pValues.length);
  let least = 0;
  order.forEach((index, place) => {
    least = Math.max(least, Math.min(1, (pValues.length - place) * pValues[index]));
    adjusted[index] = least;
  });
  return adjusted;
}
