/** Many small images of one size on one sheet. */
import { InputError } from "../../numerics/errors.ts";
import type { Picture } from "./picture.ts";
import { type Range, symmetricRange, UNIT_RANGE } from "./range.ts";

/** Of a sheet: more would not be looked at, and would take long to compress. */
export const MOST_PIXELS = 2 ** 26;

export interface SheetOptions {
  /** Images side by side; by default as many as make the sheet about square. */
  readonly columns?: number;
  /** Pixels of the sheet for a pixel of an image, each way; by default as many as make an image about 56 pixels large. */
  readonly zoom?: number;
  /** Between the images and around them, in pixels of the sheet; 2 by default. */
  readonly margin?: number;
}

const MARGIN = 2;
const SIDE = 56; // of an image on the sheet, where the zoom is not given: large enough to look at
const BETWEEN = 96; // a dark grey, told from black and from the middle grey of weights that are 0

/**
 * Images [height × width, row-major], row by row from the upper left; null leaves a place free. `range`: one for all, or one for
 * each. Throws InputError where the sheet would be larger than MOST_PIXELS.
 */
export function imageSheet(
  images: readonly (ArrayLike<number> | null)[],
  [height, width]: readonly [number, number],
  range: Range | readonly Range[],
  options: SheetOptions = {},
): Picture {
  const { zoom = Math.max(1, Math.floor(SIDE / Math.max(height, width))), margin = MARGIN } = options;
  const columns = Math.max(1, Math.min(options.columns ?? squareColumns(images.length, height, width), images.length));
  const rows = Math.ceil(images.length / columns);
  const sheetWidth = margin + columns * (width * zoom + margin);
  const sheetHeight = margin + rows * (height * zoom + margin);
  if (sheetWidth * sheetHeight > MOST_PIXELS) {
    throw new InputError(
      "zoom",
      `the sheet would have ${sheetWidth} × ${sheetHeight} pixels, above the ${MOST_PIXELS} that are drawn. ` +
        `Ask for fewer images, or for less zoom.`,
    );
  }
  const pixels = new Uint8Array(sheetWidth * sheetHeight).fill(BETWEEN);
  images.forEach((image, index) => {
    if (image === null) return;
    const [low, high] = isOne(range) ? range : range[index];
    const left = margin + (index % columns) * (width * zoom + margin);
    const top = margin + Math.floor(index / columns) * (height * zoom + margin);
    for (let y = 0; y < height; y++) {
      const start = (top + y * zoom) * sheetWidth + left;
      for (let x = 0; x < width; x++) {
        const shade = Math.round(255 * (image[y * width + x] - low) / (high - low));
        pixels.fill(Math.max(0, Math.min(255, shade)), start + x * zoom, start + (x + 1) * zoom);
      }
      for (let copy = 1; copy < zoom; copy++) {
        pixels.copyWithin(start + copy * sheetWidth, start, start + width * zoom);
      }
    }
  });
  return { width: sheetWidth, height: sheetHeight, pixels };
}

/**
 * What the hidden units look at: for each its column of weights [visible × hidden], 0 in the middle grey. `scale`: "common" for
 * one that lets them be compared, "each" for one that shows each as clearly as can be.
 */
export function filterSheet(
  weights: ArrayLike<number>,
  hidden: number,
  image: readonly [number, number],
  options: SheetOptions & { readonly scale?: "common" | "each"; readonly count?: number } = {},
): Picture {
  const visible = image[0] * image[1];
  const filters = Array.from(
    { length: Math.min(options.count ?? hidden, hidden) },
    (_, unit) => Float64Array.from({ length: visible }, (_, pixel) => weights[pixel * hidden + unit]),
  );
  const range = options.scale === "each" ? filters.map((filter) => visibleRange([filter])) : visibleRange(filters);
  return imageSheet(filters, image, range, options);
}

/** A completed image with what was given of it. */
export interface Completion {
  /** [height × width] What was given; where `known` is 0 it does not count. */
  readonly given: ArrayLike<number>;
  /** [height × width] 1 where the pixel was given. */
  readonly known: ArrayLike<number>;
  readonly completed: ArrayLike<number>;
  /** What it was taken from, where that is known: shown below. */
  readonly truth?: ArrayLike<number>;
}

/** Each completion in a column of its own: what was given (the rest in middle grey) above what was made of it, above the truth. */
export function completionSheet(
  completions: readonly Completion[],
  image: readonly [number, number],
  options: SheetOptions & { readonly range?: Range } = {},
): Picture {
  const [low, high] = options.range ?? UNIT_RANGE;
  const columns = options.columns ?? Math.min(completions.length, 10);
  const cells: (ArrayLike<number> | null)[] = [];
  for (let first = 0; first < completions.length; first += columns) {
    const group = completions.slice(first, first + columns);
    const row = (cell: (completion: Completion) => ArrayLike<number> | null) => {
      for (let i = 0; i < columns; i++) cells.push(i < group.length ? cell(group[i]) : null);
    };
    row(({ given, known }) => Array.from(given, (value, i) => (known[i] ? value : (low + high) / 2)));
    row(({ completed }) => completed);
    if (group.some(({ truth }) => truth)) row(({ truth }) => truth ?? null);
  }
  return imageSheet(cells, image, [low, high], { ...options, columns });
}

/** Where all weights are 0, any range shows them grey. */
function visibleRange(filters: readonly ArrayLike<number>[]): Range {
  const [low, high] = symmetricRange(filters);
  return high > low ? [low, high] : [-1, 1];
}

function isOne(range: Range | readonly Range[]): range is Range {
  return typeof range[0] === "number";
}

/** Columns that make the sheet about as wide as it is high. */
function squareColumns(count: number, height: number, width: number): number {
  return Math.ceil(Math.sqrt(count * height / width));
}
