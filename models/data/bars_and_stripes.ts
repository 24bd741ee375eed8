/**
 * Bars and stripes: the size × size images of bits in which every column is of one value (bars) or every row is (stripes).
 *
 * Each image counts once; the blank and the full one are both bars and stripes, so there are 2^(size+1) − 2. Small enough to
 * be learned whole, so that a model's log-likelihood has a known ceiling: −ln(2^(size+1) − 2) a row. MacKay (2003), chapter 43.
 */
import type { Dataset } from "./dataset.ts";

/** The largest size whose images are few enough to list: 2046 of them. */
export const MOST_BARS = 10;

/** size: 1 … 10. Bars first (label 0), then stripes (label 1); each in the order of the binary numbers that they spell. */
export function barsAndStripes(size: number): Dataset {
  if (!Number.isInteger(size) || size < 1 || size > MOST_BARS) {
    throw new RangeError(`the size of bars and stripes is an integer from 1 to ${MOST_BARS}, found ${size}`);
  }
  const codes = 2 ** size;
  const rows = 2 * codes - 2;
  const columns = size * size;
  const values = new Uint8Array(rows * columns);
  const labels = new Uint8Array(rows);
  const isSet = (code: number, index: number) => (code >> (size - 1 - index)) & 1;
  let row = 0;
  for (let code = 0; code < codes; code++, row++) {
    for (let i = 0; i < columns; i++) values[row * columns + i] = isSet(code, i % size);
  }
  for (let code = 1; code < codes - 1; code++, row++) {
    for (let i = 0; i < columns; i++) values[row * columns + i] = isSet(code, Math.floor(i / size));
    labels[row] = 1;
  }
  return { name: "bars-and-stripes", rows, columns, values, image: [size, size], labels, validationRows: 0 };
}
