/** A job's draws as images: fantasies, samples of a lattice. */
import { InputError } from "../../numerics/errors.ts";
import type { Variable } from "../../models/target.ts";
import type { DrawsReader } from "../store/draws.ts";
import { imageShape } from "./image_shape.ts";
import type { Picture } from "./picture.ts";
import { naturalRange } from "./range.ts";
import { imageSheet } from "./sheet.ts";

/** Of one sheet. */
export const MOST_IMAGES = 1000;

export interface DrawsSheetOptions {
  /** The variable that is the image; by default the first that has more than one value. */
  readonly variable?: string;
  /** Of the image, in pixels; by default `image`, the variable's shape where it has two axes, a square where that fits. */
  readonly height?: number;
  readonly width?: number;
  /** Chains; by default all, up to MOST_IMAGES images. */
  readonly count?: number;
  /** Of each chain: this many draws, evenly spaced, the last one at the end; 1 by default. */
  readonly draws?: number;
  /** Pixels of the sheet for a pixel of an image; by default as many as make it about 56 pixels large. */
  readonly zoom?: number;
  /** What the model was given of the image, null where nothing: shown first, where it has as many values as the image. */
  readonly given?: readonly (number | null)[];
  /** [height, width] where the model knows it. */
  readonly image?: readonly [number, number];
}

/**
 * The last draw of each chain, or a line of draws for each chain. Does not close the reader. Throws InputError, its path one of the
 * options.
 */
export async function drawsSheet(reader: DrawsReader, options: DrawsSheetOptions = {}): Promise<Picture> {
  const { first, size, shape, name } = findVariable(reader, options.variable);
  const [height, width] = imageShape(name, isOfSize(options.image, size) ? options.image : shape, size, options);
  const draws = Math.min(options.draws ?? 1, reader.draws);
  const chains = Math.min(options.count ?? Math.floor(MOST_IMAGES / draws), reader.chains);
  if (chains < 1 || chains * draws > MOST_IMAGES) {
    throw new InputError(
      "draws",
      `a sheet has at most ${MOST_IMAGES} images; ask for fewer than ${draws} draws a chain`,
    );
  }
  const images: Float64Array[] = [];
  const one = new Float64Array(1);
  for (let chain = 0; chain < chains; chain++) {
    for (let i = 0; i < draws; i++) {
      const draw = Math.floor(reader.draws * (i + 1) / draws) - 1;
      const image = new Float64Array(size);
      for (let value = 0; value < size; value++) {
        reader.readValue(chain, first + value, draw, one);
        image[value] = one[0];
      }
      images.push(image);
    }
    // The reads are small and synchronous: between two chains others have their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const range = naturalRange(images);
  const columns = draws > 1 ? draws : undefined;
  const cells = [...givenCells(options.given, size, draws, (range[0] + range[1]) / 2), ...images];
  return imageSheet(cells, [height, width], range, { zoom: options.zoom, columns });
}

/** What was given, the rest in middle grey; before lines of draws it has a line for itself. */
function givenCells(
  given: DrawsSheetOptions["given"],
  size: number,
  draws: number,
  middle: number,
): (number[] | null)[] {
  if (given?.length !== size) return [];
  return [given.map((value) => value ?? middle), ...Array.from({ length: draws - 1 }, () => null)];
}

interface Found extends Variable {
  /** The index of its first value. */
  readonly first: number;
  readonly size: number;
}

function findVariable({ variables }: DrawsReader, name: string | undefined): Found {
  let first = 0;
  for (const variable of variables) {
    const size = variable.shape.reduce((a, b) => a * b, 1);
    if (name === undefined ? size > 1 : variable.name === name) return { ...variable, first, size };
    first += size;
  }
  const found = variables.map((variable) => `${variable.name} [${variable.shape.join(" × ")}]`).join(", ");
  const wanted = name === undefined ? "one with more than one value" : JSON.stringify(name);
  throw new InputError("variable", `there is no such variable: ${wanted}. The job has ${found}.`);
}

/** The hidden units of a model of images are none. */
function isOfSize(image: DrawsSheetOptions["image"], size: number): image is readonly [number, number] {
  return image !== undefined && image[0] * image[1] === size;
}
