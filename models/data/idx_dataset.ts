/** Data sets from IDX arrays: the first axis counts the rows; where three axes are left, the others are an image. */
import { InputError } from "../../numerics/errors.ts";
import type { Dataset } from "./dataset.ts";
import { type IdxArray, parseIdx } from "./idx.ts";

/**
 * The data set of an IDX file and, where there is one, of its file of labels; both inflated. Throws InputError with the path
 * "images" or "labels".
 */
export function idxDataset(name: string, images: Uint8Array, labels?: Uint8Array): Dataset {
  const { shape, values } = at("images", () => parseIdx(images));
  const [rows, ...cell] = shape;
  const columns = cell.reduce((a, b) => a * b, 1);
  if (rows === 0 || columns === 0) {
    throw new InputError("images", `expected at least one row of numbers, found ${shape.join(" × ")}`);
  }
  const bad = values instanceof Float32Array ? values.findIndex((value) => !Number.isFinite(value)) : -1;
  if (bad >= 0) {
    throw new InputError("images", `row ${Math.floor(bad / columns)} holds ${values[bad]}; expected finite numbers`);
  }
  return {
    name,
    rows,
    columns,
    values,
    ...(cell.length === 2 ? { image: [cell[0], cell[1]] as const } : {}),
    ...(labels ? { labels: labelsOf(at("labels", () => parseIdx(labels)), rows) } : {}),
    validationRows: 0,
  };
}

function labelsOf({ shape, values }: IdxArray, rows: number): Uint8Array {
  if (shape.length !== 1 || shape[0] !== rows || !(values instanceof Uint8Array)) {
    throw new InputError(
      "labels",
      `expected one byte for each of the ${rows} images, found ${shape.join(" × ")} numbers`,
    );
  }
  return values;
}

function at<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(path, error.message);
    throw error;
  }
}
