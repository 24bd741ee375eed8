/** Between which sizes of x = 2βz a unit's turning against its field depends on more than the first bits of its random word. */

const BINS = 1024;
/** Far above the rounding of a logarithm, far below what would cost time; within it the decision is computed. */
const MARGIN = 1e-9;

/**
 * [1024 × 2]: for words whose first ten bits are k, a unit turns against its field where |x| is below the first number, and does not
 * where it is at least the second. U < σ(−|x|) is |x| < ln((1 − U)/U), and U lies between k/1024 and (k + 1)/1024.
 */
export function decisionTable(): Float64Array {
  const table = new Float64Array(2 * BINS);
  const logOdds = (u: number) => Math.log((1 - u) / u);
  for (let k = 0; k < BINS; k++) {
    if (k >= BINS / 2) {
      table.set([-1, -1], 2 * k); // U ≥ ½: never
      continue;
    }
    const below = logOdds((k + 1) / BINS) - MARGIN;
    const from = k === 0 ? Infinity : logOdds(k / BINS) + MARGIN;
    table.set([below, from], 2 * k);
  }
  return table;
}
