/** A PNG that says which pixels of images are known: the bright ones. */
import { decode } from "fast-png";
import type { Mask } from "./completions.ts";
import { UsageError } from "./usage.ts";

export async function readMask(path: string): Promise<Mask> {
  try {
    const { width, height, data, channels, depth } = decode(await Deno.readFile(path));
    const half = 2 ** (depth - 1);
    // The first channel: grey, or the red of a grey picture.
    const bright = Array.from({ length: width * height }, (_, pixel) => data[pixel * channels] >= half);
    return { path, height, width, bright };
  } catch (error) {
    throw new UsageError(`cannot read the mask ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
