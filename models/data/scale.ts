/** Data on a scale that a model with real units can learn from. */
import { InputError } from "../../numerics/errors.ts";
import type { Dataset } from "./dataset.ts";
import { fullIntensity } from "./intensity.ts";

/** Bytes 0 … 255 and bits as real numbers from 0 to 1; real numbers stay as they are. */
export function rescale(data: Dataset): Dataset {
  const { values } = data;
  if (values instanceof Float32Array) return data;
  const full = fullIntensity(values);
  const intensities = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) intensities[i] = values[i] / full;
  return { ...data, values: intensities };
}

/** What standardising did to each column: (x − mean) / scale. */
export interface Standardization {
  /** [columns] */
  readonly mean: Float64Array;
  /** [columns] The standard deviation, with n − 1; 1 for a column that does not vary, which so becomes 0. */
  readonly scale: Float64Array;
}

/** Of the rows that are learned from: those that are kept back for validation have no say. */
export function standardization({ rows, columns, values, validationRows }: Dataset): Standardization {
  const count = rows - validationRows;
  if (count < 2) throw new InputError("scale", `standardising needs at least 2 rows to learn from, found ${count}`);
  const mean = new Float64Array(columns);
  const scale = new Float64Array(columns);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < columns; column++) mean[column] += values[row * columns + column];
  }
  for (let column = 0; column < columns; column++) mean[column] /= count;
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < columns; column++) {
      scale[column] += (values[row * columns + column] - mean[column]) ** 2;
    }
  }
  for (let column = 0; column < columns; column++) scale[column] = Math.sqrt(scale[column] / (count - 1)) || 1;
  return { mean, scale };
}

/** Every row, those for validation too, by means and scales that may come from other data: of a test set, from the training set. */
export function standardize(data: Dataset, { mean, scale }: Standardization): Dataset {
  const { rows, columns, values } = data;
  const scaled = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    for (let column = 0; column < columns; column++) {
      scaled[start + column] = (values[start + column] - mean[column]) / scale[column];
    }
  }
  return { ...data, values: scaled };
}
