/** The rows that an RBM learns from and is measured on, checked, and what is known of them beforehand. */
import { InputError } from "../../../numerics/errors.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { BaseRate } from "../../energy/rbm/base_rate.ts";

export interface RbmData {
  readonly columns: number;
  /** Rows to learn from: the first ones. */
  readonly trainRows: number;
  /** Rows kept back: those after them. */
  readonly validationRows: number;
  /** [(trainRows + validationRows) × columns] */
  readonly values: Uint8Array | Float32Array;
  /** Of the rows to learn from, [columns]. */
  readonly means: Float64Array;
  /** Where annealing begins: independent units with the data's rates, or means and variances. */
  readonly base: BaseRate;
  readonly image?: readonly [number, number];
}

/** Throws InputError at `data` where the rows are not of the machine's units. */
export function prepareData(data: Dataset, gaussian: boolean): RbmData {
  const { rows, columns, values, validationRows, image } = data;
  const trainRows = rows - validationRows;
  if (trainRows < 1) throw new InputError("data", "there are no rows to learn from: all are kept back for validation");
  const bad = values.findIndex((value) => gaussian ? !Number.isFinite(value) : value !== 0 && value !== 1);
  if (bad >= 0) {
    throw new InputError(
      "data",
      `row ${Math.floor(bad / columns) + 1}, column ${bad % columns + 1} is ${values[bad]}; ` +
        (gaussian ? "expected finite numbers" : "visible bits learn from zeros and ones: add `binarize` to the data"),
    );
  }
  const means = new Float64Array(columns), variances = new Float64Array(columns);
  for (let r = 0; r < trainRows; r++) for (let i = 0; i < columns; i++) means[i] += values[r * columns + i] / trainRows;
  for (let r = 0; r < trainRows; r++) {
    for (let i = 0; i < columns; i++) variances[i] += (values[r * columns + i] - means[i]) ** 2 / trainRows;
  }
  return {
    columns,
    trainRows,
    validationRows,
    values,
    means,
    base: gaussian
      ? { bias: Float32Array.from(means), variances: Float32Array.from(variances, (v) => Math.max(v, LEAST_VARIANCE)) }
      : { bias: Float32Array.from(means, (mean) => smoothedLogOdds(mean, trainRows)), variances: null },
    image,
  };
}

const LEAST_VARIANCE = 1e-2; // a column that never varies still has a base that can be drawn from

/** log p/(1 − p) with half a one and half a zero more than were seen: no unit is frozen, however rare. */
function smoothedLogOdds(mean: number, rows: number): number {
  const p = (mean * rows + 0.5) / (rows + 1);
  return Math.log(p / (1 - p));
}
