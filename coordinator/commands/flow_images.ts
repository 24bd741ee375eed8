/** `images samples`, `density`, `grid` and `spectrum`: what a trained flow makes, as a sheet of images or a picture of the plane. */
import { InputError } from "../../numerics/errors.ts";
import type { ModelDefinition } from "../../models/model.ts";
import { ModelSpec } from "../../models/model_spec.ts";
import { models } from "../../models/registry.ts";
import type { TrainedParameters } from "../../models/training/training.ts";
import { densityAndDraws, type FlowPlaneOptions, warpedGrid } from "../pictures/flow_plane.ts";
import { flowSheet } from "../pictures/flow_sheet.ts";
import { spectrumPlot } from "../pictures/spectrum.ts";
import { faultsOf } from "../schema/faults.ts";
import { writeSheet } from "./sheet_file.ts";
import { parseJson, readText } from "./text_file.ts";
import { integerOption, UsageError } from "./usage.ts";

const IMAGES = 100;
const IMAGES_OF_A_LINE = 10;
const MOST_POINTS = 100_000;
const MOST_CLASSES = 256;

/** What was said on the command line. */
export interface FlowWords {
  readonly class: string | undefined;
  /** Numbers, with commas between them. */
  readonly temperature: string | undefined;
  readonly seed: string | undefined;
  /** A file with a model, or with a job or a training that has one. */
  readonly beside: string | undefined;
}

export async function samples(
  path: string,
  trained: TrainedParameters,
  words: FlowWords,
  { count, size, zoom }: {
    count: number | undefined;
    size: readonly [number, number] | undefined;
    zoom: number | undefined;
  },
): Promise<void> {
  const temperatures = temperaturesOf(words.temperature);
  const { class: chosen, seed } = chosenOf(words);
  const isSquare = temperatures.length === 1 && (chosen !== undefined || !isOfClasses(trained));
  await writeSheet(path, () =>
    flowSheet(trained, {
      count: count ?? (isSquare ? IMAGES : IMAGES_OF_A_LINE),
      class: chosen,
      temperatures,
      seed,
      height: size?.[0],
      width: size?.[1],
      zoom,
    }));
}

export async function planePicture(
  what: "density" | "grid",
  path: string,
  trained: TrainedParameters,
  words: FlowWords,
  count: string | undefined,
): Promise<void> {
  const [temperature, ...more] = temperaturesOf(words.temperature);
  if (more.length > 0) throw new UsageError(`images ${what} expects one --temperature`);
  const options: FlowPlaneOptions = {
    ...chosenOf(words),
    temperature,
    count: integerOption("count", count, 1, MOST_POINTS),
    beside: words.beside === undefined ? undefined : await besideOf(words.beside),
  };
  await writeSvg(path, () => (what === "density" ? densityAndDraws : warpedGrid)(trained, options));
}

export async function spectrum(path: string, trained: TrainedParameters): Promise<void> {
  await writeSvg(path, () => spectrumPlot(trained));
}

export function svgPath(option: string, path: string): string {
  if (path.endsWith(".svg")) return path;
  throw new UsageError(`--${option} expects a file that ends in .svg, found ${path}`);
}

function chosenOf(words: FlowWords) {
  return {
    class: integerOption("class", words.class, 0, MOST_CLASSES - 1),
    seed: integerOption("seed", words.seed, 0),
  };
}

function temperaturesOf(text = "1"): number[] {
  return text.split(",").map((part) => {
    const value = Number(part);
    if (part.trim() !== "" && value > 0 && value <= 100) return value;
    throw new UsageError(`--temperature expects positive numbers up to 100, 0.7 or 0.5,0.7,1; found ${text}`);
  });
}

function isOfClasses({ config: { shape } }: TrainedParameters): boolean {
  return typeof shape === "object" && shape !== null && "classes" in shape && shape.classes !== 0;
}

/** The model itself, a job's, or what a training by reverse-kl is fitted to. */
async function besideOf(path: string): Promise<FlowPlaneOptions["beside"]> {
  let value = parseJson(path, await readText(path));
  for (const key of ["train", "objective", "model"]) {
    if (typeof value === "object" && value !== null) value = Reflect.get(value, key) ?? value;
  }
  const parsed = ModelSpec.safeParse(value);
  if (!parsed.success) {
    const lines = faultsOf(parsed.error, value).map(({ path, message }) => `  ${path || "model"}: ${message}`);
    throw new UsageError([`${path} names no model:`, ...lines].join("\n"));
  }
  const definition: ModelDefinition = models[parsed.data.kind];
  try {
    return { name: parsed.data.kind, density: definition.build(parsed.data) };
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}

/** What cannot be drawn is a matter of the words. */
async function writeSvg(path: string, draw: () => string): Promise<void> {
  try {
    await Deno.writeTextFile(path, draw());
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(error.message);
    throw error;
  }
  console.error(`picture written to ${path}`);
}
