/**
 * Small sets of handwritten digits that come in no order of train and test: which rows are which is settled here, by one
 * shuffle of a fixed seed, so that everyone's are the same.
 */
import type { Dataset } from "./dataset.ts";
import { firstRows, rowRange, shuffle } from "./rows.ts";
import { tableDataset } from "./table.ts";

const SPLIT_SEED = 0;
const OPTICAL_TEST_ROWS = 297;
const OPTICAL_LEVELS = 16; // a pixel counts the dark ones of 4 × 4

/** The 1797 digits of 8 × 8 pixels of scikit-learn's `digits.csv` (UCI's test set): 1500 to learn from, 297 to test on. */
export function opticalDigits(csv: string, split: "train" | "test"): Dataset {
  const { values, ...data } = tableDataset("digits", csv, { labels: -1, image: [8, 8] });
  const bytes = Uint8Array.from(values, (value) => Math.round(value / OPTICAL_LEVELS * 255));
  return splitDigits({ ...data, values: bytes }, OPTICAL_TEST_ROWS, split);
}

/** The rows of one part, where there is one file for both. */
export function splitDigits(data: Dataset, testRows: number, split: "train" | "test"): Dataset {
  const shuffled = shuffle(data, SPLIT_SEED);
  const train = data.rows - testRows;
  return split === "train" ? firstRows(shuffled, train) : rowRange(shuffled, train, data.rows);
}
