/**
 * The period of an irreducible chain: the greatest common divisor of the lengths of its cycles. With levels d(i) = steps of the
 * shortest path from state 0, it is the greatest common divisor of d(i) + 1 − d(j) over all edges i → j.
 *
 * Denardo (1977), "Periods of connected networks and powers of nonnegative matrices".
 */
import type { FiniteChain } from "./chain.ts";

export function period({ size, matrix }: FiniteChain): number {
  const level = new Int32Array(size).fill(-1);
  level[0] = 0;
  const reached = [0];
  let divisor = 0;
  for (let next = 0; next < reached.length; next++) {
    const i = reached[next];
    for (let j = 0; j < size; j++) {
      if (!(matrix[i * size + j] > 0)) continue;
      if (level[j] < 0) {
        level[j] = level[i] + 1;
        reached.push(j);
      } else {
        divisor = greatestCommonDivisor(divisor, Math.abs(level[i] + 1 - level[j]));
      }
    }
  }
  return divisor;
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
