/** The heat bath of a spin with four neighbours, as thresholds for random integers of 64 bits. */
import { InputError } from "../errors.ts";
import { expOfMinus } from "../special/exp_of_minus.ts";

/** Values that the number of neighbours that are up can have: 0 … 4. */
export const COUNTS = 5;

/**
 * thresholds[k]: with k neighbours up, a spin is drawn up where a uniform integer of 0 … 2⁶⁴−1 is less. It is σ(2βz) 2⁶⁴,
 * z = coupling (2k − 4) + field, within 2⁻⁶⁴ of σ as computed in double precision, from its smaller side; at most 2⁶⁴−1.
 */
export function heatBathThresholds(coupling: number, field: number, beta: number): BigUint64Array {
  return BigUint64Array.from({ length: COUNTS }, (_, up) => {
    const x = 2 * beta * (coupling * (2 * up - 4) + field);
    if (Number.isNaN(x)) {
      throw new InputError("", `coupling, field and beta must be finite, found ${coupling}, ${field}, ${beta}`);
    }
    const e = expOfMinus(Math.abs(x));
    const smaller = BigInt(Math.round(e / (1 + e) * 2 ** 64));
    const threshold = x < 0 ? smaller : 2n ** 64n - smaller;
    return threshold < 2n ** 64n ? threshold : 2n ** 64n - 1n;
  });
}
