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
  /** Which half is given: top, bottom, left or right. */
  readonly known: string;
  /** Of each chain, before its draws. */
  readonly sweeps: number;
  /** Draws whose mean is shown; 1 for a draw as it is. */
  readonly average: number;
  readonly seed: number;
  readonly workers: string | undefined;
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
  const data = bitsFor(trained, options.data);
  const size = shapeOf(data, options.size);
  const isKnown = HALVES.get(known);
  if (!isKnown) throw new UsageError(`--known expects one of ${[...HALVES.keys()].join(", ")}, found ${known}`);
  const [height, width] = size;
  const given = Uint8Array.from(
    { length: data.columns },
    (_, pixel) => isKnown(Math.floor(pixel / width), pixel % width, height, width) ? 1 : 0,
  );
  // Units of −1 and +1 get the bits of the data so.
  const spins = trained.config.kind !== "rbm";
  const truths = imagesOfRows(data, options.count)
    .map((row) => Array.from(row, (value) => (spins ? 2 * value - 1 : value)));
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
  { sweeps, average, seed }: CompletionOptions,
  index: number,
): Promise<Float64Array | null> {
  const model = { kind: "trained", name: NAME, clamp };
  const spec = { model, sampler: { kind: "gibbs" }, chains: 1, warmup: sweeps, draws: average, seed: seed + index };
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
