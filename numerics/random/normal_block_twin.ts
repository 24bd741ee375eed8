/** The plain TypeScript twin of `fillNormals`: the same bits, one at a time. */
import { expOfMinus } from "../special/exp_of_minus.ts";
import { naturalLog } from "../special/natural_log.ts";
import { philox4x32 } from "./philox.ts";
import { philoxWords, type RowsKey } from "./rows_key.ts";
import { TAIL_START, ziggurat } from "./ziggurat.ts";

const { edges, heights } = ziggurat();

export function fillNormalsTwin(out: Float64Array, rows: number, columns: number, key: RowsKey): void {
  const { stepLow, stepHigh, key0, key1 } = philoxWords(key);
  const words = new Uint32Array(4);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const stream = key.stream + row;
      philox4x32(column >> 1, stepLow, stepHigh, stream, key0, key1, words);
      const pair = column % 2 === 0 ? [words[0], words[1]] : [words[2], words[3]];
      out[row * columns + column] = normalOf(pair[0], pair[1], (attempt) => {
        philox4x32(column, stepLow, (stepHigh | (attempt << 21)) >>> 0, stream, key0, key1, words);
        return words;
      });
    }
  }
}

/** From 64 bits, and as many further blocks, from number 1 on, as it takes. */
function normalOf(high: number, low: number, further: (attempt: number) => Uint32Array): number {
  for (let attempt = 1;; attempt++) {
    // 52 bits, signed, and a half: symmetric about 0.
    const layer = low & 255;
    const t = (high | 0) * 1048576 + (low >>> 12) + 0.5;
    const x = t * (edges[layer] * 2 ** -51);
    if (Math.abs(t) < edges[layer + 1] / edges[layer] * 2 ** 51) return x;
    const [a, b, c, d] = further(attempt);
    if (layer === 0) return tail(t < 0, a, b, c, d, attempt, further);
    if (heights[layer] + uniform(a, b) * (heights[layer + 1] - heights[layer]) < expOfMinus(0.5 * x * x)) return x;
    [high, low] = [c, d];
  }
}

/** A normal beyond the lowest layer: Marsaglia (1964). */
function tail(
  negative: boolean,
  a: number,
  b: number,
  c: number,
  d: number,
  attempt: number,
  further: (attempt: number) => Uint32Array,
): number {
  for (;;) {
    const x = -naturalLog(uniform(a, b)) / TAIL_START, y = -naturalLog(uniform(c, d));
    if (y + y > x * x) return negative ? -(TAIL_START + x) : TAIL_START + x;
    [a, b, c, d] = further(++attempt);
  }
}

/** As `Random.uniform`. */
function uniform(a: number, b: number): number {
  return ((a >>> 6) * 67108864 + (b >>> 6) + 0.5) * 2.220446049250313e-16;
}
