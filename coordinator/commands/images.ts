/** `images`: the rows of a data set, what a trained model looks at, completes or draws, as sheets of images and pictures of the plane. */
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
import { readMask } from "./mask_file.ts";
import { planePicture, samples, spectrum, svgPath } from "./flow_images.ts";
import { imageSize, pngPath, writeSheet } from "./sheet_file.ts";
import { parseJson, readText } from "./text_file.ts";
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
  class: { type: "string" },
  temperature: { type: "string" },
  beside: { type: "string" },
  langevin: { type: "boolean", default: false },
} as const;

const KINDS = "data, filters, completions, samples, density, grid or spectrum";
const OF_THE_PLANE = new Set(["density", "grid", "spectrum"]);

const MOST_IMAGES = 10_000;
const MOST_ZOOM = 64;
const MOST_SWEEPS = 10_000_000;

export async function images(words: readonly string[]): Promise<number> {
  const { values, positionals: [what, source, ...rest] } = parseWords(words, OPTIONS);
  if (what === undefined || source === undefined || rest.length > 0) {
    throw new UsageError(`images expects ${KINDS}, and then KIND|SPEC.json or FILE.model`);
  }
  const isSvg = OF_THE_PLANE.has(what);
  if (values.out === undefined) throw new UsageError(`images ${what} expects --out FILE.${isSvg ? "svg" : "png"}`);
  const path = isSvg ? svgPath("out", values.out) : pngPath("out", values.out);
  const size = imageSize(values["image-size"]);
  const zoom = integerOption("zoom", values.zoom, 1, MOST_ZOOM);
  const count = OF_THE_PLANE.has(what) ? undefined : integerOption("count", values.count, 1, MOST_IMAGES);
  const { class: chosen, temperature, seed, beside } = values;
  const of = { class: chosen, temperature, seed, beside };
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
        known: values.known.endsWith(".png") ? await readMask(values.known) : values.known,
        langevin: values.langevin,
        class: integerOption("class", chosen, 0),
        sweeps: integerOption("sweeps", values.sweeps, 0, MOST_SWEEPS) ?? 1000,
        average: integerOption("average", values.average, 1, MOST_SWEEPS) ?? 1,
        seed: integerOption("seed", values.seed, 0) ?? 0,
        workers: values.workers,
      });
    }
    case "samples":
      await samples(path, await readTrained(source), of, { count, size, zoom });
      return 0;
    case "density":
    case "grid":
      await planePicture(what, path, await readTrained(source), of, values.count);
      return 0;
    case "spectrum":
      await spectrum(path, await readTrained(source));
      return 0;
    default:
      throw new UsageError(`images expects ${KINDS}, found ${JSON.stringify(what)}`);
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
