/** `images completions`: parts of images are given to a trained model, which makes the rest: a job for each image. */
import { binarize } from "../../models/data/binarize.ts";
import type { Dataset } from "../../models/data/dataset.ts";
import { isBinary } from "../../models/data/intensity.ts";
import type { TrainedParameters } from "../../models/training/training.ts";
import { InputError } from "../../numerics/errors.ts";
import type { Coordinator } from "../coordinator.ts";
import type { Range } from "../pictures/range.ts";
import { type Completion, completionSheet } from "../pictures/sheet.ts";
import { imagesOfRows, shapeOfRows } from "../pictures/rows.ts";
import { submitted, withCoordinator } from "./session.ts";
import { writeSheet } from "./sheet_file.ts";
import { UsageError } from "./usage.ts";

export interface CompletionOptions {
  readonly path: string;
  readonly zoom: number | undefined;
  readonly size: readonly [number, number] | undefined;
  readonly trained: TrainedParameters;
  readonly data: Dataset;
  /** The first so many rows of the data. */
  readonly count: number;
  /** Which half is given: top, bottom, left or right; or the pixels that are, as a mask of the images' size. */
  readonly known: string | Mask;
  /** Of each chain, before its draws; of a flow, of the ascent that is a draw. */
  readonly sweeps: number;
  /** Of a flow: draws from the law of what is hidden by MALA, in place of the ascent. */
  readonly langevin: boolean;
  /** Of a flow that is conditional on classes. */
  readonly class: number | undefined;
  /** Draws whose mean is shown; 1 for a draw as it is. */
  readonly average: number;
  readonly seed: number;
  readonly workers: string | undefined;
}

/** A picture in which bright pixels are known. */
export interface Mask {
  readonly path: string;
  readonly height: number;
  readonly width: number;
  /** [height × width] */
  readonly bright: readonly boolean[];
}

const NAME = "file";

type IsKnown = (y: number, x: number, height: number, width: number) => boolean;
const HALVES: ReadonlyMap<string, IsKnown> = new Map<string, IsKnown>([
  ["top", (y, _x, height) => 2 * y < height],
  ["bottom", (y, _x, height) => 2 * y >= height],
  ["left", (_y, x, _height, width) => 2 * x < width],
  ["right", (_y, x, _height, width) => 2 * x >= width],
]);

export async function completions(options: CompletionOptions): Promise<number> {
  const { trained, known, path, zoom } = options;
  const isFlow = trained.config.kind === "flow";
  if (options.langevin && !isFlow) throw new UsageError("--langevin is for flows: other models draw by Gibbs sweeps");
  const data = isFlow ? options.data : bitsFor(trained, options.data);
  const size = shapeOf(data, options.size);
  const given = givenPixels(known, size, data.columns);
  // Units of −1 and +1 get the bits of the data so; a flow's pixels are the middles of their 256 levels.
  const spins = !isFlow && trained.config.kind !== "rbm";
  const isBytes = data.values instanceof Uint8Array && !isBinary(data.values);
  const truths = imagesOfRows(data, options.count).map((row) =>
    Array.from(row, (value) => spins ? 2 * value - 1 : isFlow && isBytes ? (value + 0.5) / 256 : value)
  );
  return await withCoordinator(options.workers, async (coordinator) => {
    coordinator.keepModel(NAME, trained);
    const found: Completion[] = [];
    for (const [index, truth] of truths.entries()) {
      const completed = await complete(coordinator, truth.map((value, i) => (given[i] ? value : null)), options, index);
      if (completed === null) return 1;
      found.push({ given: truth, known: given, completed, truth });
    }
    const range: Range = spins ? [-1, 1] : [0, 1];
    await writeSheet(path, () => completionSheet(found, size, { zoom, range }));
    return 0;
  });
}

/** 1 for each pixel that is given. */
function givenPixels(known: string | Mask, [height, width]: readonly [number, number], columns: number): Uint8Array {
  if (typeof known !== "string") {
    if (known.height !== height || known.width !== width) {
      throw new UsageError(
        `${known.path} is ${known.height} × ${known.width}; the images are ${height} × ${width}, and so must the mask be`,
      );
    }
    return Uint8Array.from({ length: columns }, (_, pixel) => known.bright[pixel] ? 1 : 0);
  }
  const isKnown = HALVES.get(known);
  if (!isKnown) {
    throw new UsageError(
      `--known expects one of ${[...HALVES.keys()].join(", ")}, or a mask that ends in .png, found ${known}`,
    );
  }
  return Uint8Array.from(
    { length: columns },
    (_, pixel) => isKnown(Math.floor(pixel / width), pixel % width, height, width) ? 1 : 0,
  );
}

function shapeOf(data: Dataset, asked: readonly [number, number] | undefined): [number, number] {
  try {
    return shapeOfRows(data, asked);
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(error.message);
    throw error;
  }
}

/** Of a model of bits or spins: the data as bits, by a threshold of one half where they are none yet. */
function bitsFor({ arrays }: TrainedParameters, data: Dataset): Dataset {
  if (Object.hasOwn(arrays, "variances") || isBinary(data.values)) return data;
  console.error("the images are made bits: 1 where the intensity is above 0.5");
  return binarize(data, 0.5);
}

/** The mean of the chain's draws; null where the job failed, which is then said. */
async function complete(
  coordinator: Coordinator,
  clamp: (number | null)[],
  { trained, sweeps, average, seed, langevin, class: chosen }: CompletionOptions,
  index: number,
): Promise<Float64Array | null> {
  const model = { kind: "trained", name: NAME, clamp, ...(chosen === undefined ? {} : { class: chosen }) };
  const isAscent = trained.config.kind === "flow" && !langevin;
  const sampler = isAscent ? { kind: "inpaint", steps: sweeps } : { kind: langevin ? "mala" : "gibbs" };
  const spec = { model, sampler, chains: 1, warmup: isAscent ? 0 : sweeps, draws: average, seed: seed + index };
  const { id } = await submitted("completion", () => coordinator.submit(spec));
  for await (const _ of coordinator.events(id, 0, new AbortController().signal)) { /* until its last event */ }
  const { status, error } = coordinator.job(id);
  if (status !== "completed") {
    console.error(error?.message ?? `the job was ${status}`);
    return null;
  }
  const reader = await coordinator.draws(id);
  try {
    const draws = new Float64Array(average);
    return Float64Array.from(clamp, (_, value) => {
      reader.readValue(0, value, 0, draws);
      return draws.reduce((a, b) => a + b, 0) / average;
    });
  } finally {
    reader.close();
  }
}
