/** The rows that a flow learns from, and what of them is fixed before it begins. */
import { InputError } from "../../../numerics/errors.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Dataset } from "../../data/dataset.ts";
import { isBinary } from "../../data/intensity.ts";
import { type Standardization, standardization } from "../../data/scale.ts";
import type { DataShape, Preprocess } from "../../flows/definition.ts";

const MOST_CLASSES = 256;
const LEVELS = 256;

export interface FlowData {
  readonly shape: DataShape;
  readonly trainRows: number;
  readonly validationRows: number;
  /** Of the training rows, where the flow begins with it. */
  readonly standardization: Standardization | null;
  /** Whether a row's log-density is one of pixels on [0, 1], and so has bits per dimension. */
  readonly hasBits: boolean;
  /**
   * Writes rows into x [rows × dim] and their one-hot classes into context [rows × classes]. What dequantising adds is a function of the seed,
   * the row and `at`: an update, or 0 for what is measured.
   */
  fill(rows: ArrayLike<number>, at: number, x: Reals, context: Reals | null): void;
}

/** `fallback`: what is done to bytes where the options say nothing. Throws InputError. */
export function flowData(
  data: Dataset,
  { preprocess, classConditional }: { preprocess?: Preprocess | undefined; classConditional: boolean },
  fallback: Preprocess,
  seed: number,
): FlowData {
  const { rows, columns, values, image, labels, validationRows } = data;
  const isBytes = values instanceof Uint8Array && !isBinary(values);
  const way = preprocess ?? (isBytes ? fallback : "standardize");
  const dequantizes = way === "dequantize" || way === "logit";
  if (dequantizes && !isBytes) {
    throw new InputError(
      "preprocess",
      `${way} is for images of bytes, 0 to 255; the rows of ${data.name} are not bytes. Use standardize or none.`,
    );
  }
  if (classConditional && !labels) {
    throw new InputError(
      "classConditional",
      `the data set ${data.name} has no labels: leave this out, or use one that has`,
    );
  }
  const trainRows = rows - validationRows;
  if (trainRows < 2) throw new InputError("data", `a flow learns from at least 2 rows, found ${trainRows}`);
  const classes = classConditional && labels ? labels.reduce((most, label) => Math.max(most, label), 0) + 1 : 0;
  if (classes > MOST_CLASSES) {
    throw new InputError("classConditional", `at most ${MOST_CLASSES} classes, found ${classes}`);
  }
  const channels = image ? columns / (image[0] * image[1]) : 0;
  const random = new Random(seed);
  return {
    shape: { dim: columns, classes, preprocess: way, ...(image ? { image: [image[0], image[1], channels] } : {}) },
    trainRows,
    validationRows,
    standardization: way === "standardize" ? standardization(data) : null,
    hasBits: dequantizes,
    fill(which, at, x, context) {
      context?.fill(0, 0, which.length * classes);
      for (let r = 0; r < which.length; r++) {
        const from = which[r] * columns, to = r * columns;
        if (dequantizes) {
          random.at(which[r], at, Purpose.data);
          for (let j = 0; j < columns; j++) x[to + j] = inside((values[from + j] + random.uniform()) / LEVELS);
        } else for (let j = 0; j < columns; j++) x[to + j] = values[from + j];
        if (context && labels) context[r * classes + labels[which[r]]] = 1;
      }
    },
  };
}

/** In single precision the largest uniforms would round to 1, which is no pixel. */
function inside(x: number): number {
  return Math.min(x, 1 - 2 ** -24);
}

/** Bits per dimension of log p(x), a density on [0, 1]^dim of pixels with 256 levels: a uniform density has exactly 8. */
export function bitsPerDimension(logDensity: number, dim: number): number {
  return (dim * Math.log(LEVELS) - logDensity) / (dim * Math.LN2);
}
