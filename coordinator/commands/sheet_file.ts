/** Sheets of images as the files that the command line writes. */
import { InputError } from "../../numerics/errors.ts";
import type { Coordinator } from "../coordinator.ts";
import { drawsSheet } from "../pictures/draws_sheet.ts";
import { jobImage } from "../pictures/job_image.ts";
import { encodePng, type Picture } from "../pictures/picture.ts";
import type { JobView } from "../schema/job.ts";
import { UsageError } from "./usage.ts";

export interface ImagesOptions {
  readonly path: string;
  /** [height, width]; undefined where it is for the draws to say. */
  readonly size: readonly [number, number] | undefined;
}

/** `--images FILE.png` and `--image-size HEIGHTxWIDTH`; null where there is none. */
export function imagesOptions(path: string | undefined, size: string | undefined): ImagesOptions | null {
  if (path === undefined) {
    if (size !== undefined) throw new UsageError("--image-size goes with --images FILE.png");
    return null;
  }
  return { path: pngPath("images", path), size: imageSize(size) };
}

export function pngPath(option: string, path: string): string {
  if (path.endsWith(".png")) return path;
  throw new UsageError(`--${option} expects a file that ends in .png, found ${path}`);
}

/** `28x28` as [height, width]. */
export function imageSize(text: string | undefined): readonly [number, number] | undefined {
  if (text === undefined) return undefined;
  const [, height, width] = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(text) ?? [];
  if (height === undefined) {
    throw new UsageError(`--image-size expects HEIGHTxWIDTH in pixels, 28x28, found ${JSON.stringify(text)}`);
  }
  return [Number(height), Number(width)];
}

/** The last draw of each chain, what was clamped before them. */
export async function drawSheet(coordinator: Coordinator, job: JobView, { path, size }: ImagesOptions): Promise<void> {
  const draws = await coordinator.draws(job.id);
  try {
    const options = { height: size?.[0], width: size?.[1], ...jobImage(job, coordinator.assets) };
    await writeSheet(path, () => drawsSheet(draws, options));
  } finally {
    draws.close();
  }
}

/** What cannot be drawn is a matter of the words. */
export async function writeSheet(path: string, draw: () => Picture | Promise<Picture>): Promise<void> {
  try {
    await Deno.writeFile(path, encodePng(await draw()));
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(error.message);
    throw error;
  }
  console.error(`images written to ${path}`);
}
