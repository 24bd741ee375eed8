/** `images`: the rows of a data set, what a trained model looks at, and what it completes, each as a sheet of images. */
import { InputError } from "../../numerics/errors.ts";
import type { Dataset } from "../../models/data/dataset.ts";
import { loadDataset } from "../datasets/load.ts";
import { DataSpec } from "../datasets/spec.ts";
import { modelFilters } from "../pictures/model_filters.ts";
import { naturalRange } from "../pictures/range.ts";
import { imagesOfRows, shapeOfRows } from "../pictures/rows.ts";
import { imageSheet } from "../pictures/sheet.ts";
import { faultsOf } from "../schema/faults.ts";
import { completions } from "./completions.ts";
import { parseJson, readText } from "./data.ts";
import { imageSize, pngPath, writeSheet } from "./sheet_file.ts";
import { readTrained } from "./trained_file.ts";
import { integerOption, parseWords, UsageError } from "./usage.ts";

const OPTIONS = {
  out: { type: "string" },
  count: { type: "string" },
  zoom: { type: "string" },
  "image-size": { type: "string" },
  "common-scale": { type: "boolean", default: false },
  data: { type: "string" },
  known: { type: "string", default: "top" },
  sweeps: { type: "string" },
  average: { type: "string" },
  seed: { type: "string" },
  workers: { type: "string" },
} as const;

const MOST_IMAGES = 10_000;
const MOST_ZOOM = 64;
const MOST_SWEEPS = 10_000_000;

export async function images(words: readonly string[]): Promise<number> {
  const { values, positionals: [what, source, ...rest] } = parseWords(words, OPTIONS);
  if (what === undefined || source === undefined || rest.length > 0) {
    throw new UsageError("images expects data KIND|SPEC.json, filters FILE.model or completions FILE.model");
  }
  if (values.out === undefined) throw new UsageError("images expects --out FILE.png");
  const path = pngPath("out", values.out);
  const size = imageSize(values["image-size"]);
  const zoom = integerOption("zoom", values.zoom, 1, MOST_ZOOM);
  const count = integerOption("count", values.count, 1, MOST_IMAGES);
  switch (what) {
    case "data": {
      const data = await readDataset(source);
      const rows = imagesOfRows(data, count ?? 100);
      await writeSheet(path, () => imageSheet(rows, shapeOfRows(data, size), naturalRange(rows), { zoom }));
      return 0;
    }
    case "filters": {
      const trained = await readTrained(source);
      const scale = values["common-scale"] ? "common" : "each";
      const [height, width] = size ?? [];
      await writeSheet(path, () => modelFilters(trained, { height, width, zoom, scale, count: count ?? 100 }));
      return 0;
    }
    case "completions": {
      const { data: dataSource } = values;
      if (dataSource === undefined) throw new UsageError("images completions expects --data KIND|SPEC.json");
      return await completions({
        path,
        zoom,
        size,
        trained: await readTrained(source),
        data: await readDataset(dataSource),
        count: count ?? 10,
        known: values.known,
        sweeps: integerOption("sweeps", values.sweeps, 0, MOST_SWEEPS) ?? 1000,
        average: integerOption("average", values.average, 1, MOST_SWEEPS) ?? 1,
        seed: integerOption("seed", values.seed, 0) ?? 0,
        workers: values.workers,
      });
    }
    default:
      throw new UsageError(`images expects data, filters or completions, found ${JSON.stringify(what)}`);
  }
}

/** A kind of data by its name, or a file that holds a data spec or a training with one. */
async function readDataset(source: string): Promise<Dataset> {
  const named = source.endsWith(".json") ? parseJson(source, await readText(source)) : { kind: source };
  const value = typeof named === "object" && named !== null && "data" in named ? named.data : named;
  const parsed = DataSpec.safeParse(value);
  if (!parsed.success) {
    const lines = faultsOf(parsed.error, value).map(({ path, message }) => `  ${path || "data"}: ${message}`);
    throw new UsageError([`${source} names no data:`, ...lines].join("\n"));
  }
  try {
    return await loadDataset(parsed.data);
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(error.message);
    throw error;
  }
}
