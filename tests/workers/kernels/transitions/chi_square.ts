/** Pearson's test of counts against a law. */
import { incompleteGammaComplement } from "../../../../numerics/special/incomplete_gamma.ts";

const LEAST_EXPECTED = 5; // cells of less are joined

/** The p-value. A count where the law has nothing gives 0. */
export function chiSquare(counts: ArrayLike<number>, law: ArrayLike<number>): number {
  const total = Array.from(counts).reduce((a, b) => a + b, 0);
  let statistic = 0, cells = 0;
  let restExpected = 0, restFound = 0;
  for (let k = 0; k < law.length; k++) {
    const expected = total * law[k];
    if (expected < LEAST_EXPECTED) {
      if (law[k] < 1e-14 && counts[k] > 0) return 0;
      restExpected += expected;
      restFound += counts[k];
      continue;
    }
    statistic += (counts[k] - expected) ** 2 / expected;
    cells++;
  }
  if (restExpected >= LEAST_EXPECTED) {
    statistic += (restFound - restExpected) ** 2 / restExpected;
    cells++;
  } else if (restFound > 10 * LEAST_EXPECTED) {
    return 0;
  }
  return cells < 2 ? 1 : incompleteGammaComplement((cells - 1) / 2, statistic / 2);
}
