/** A file of trained parameters, as `train --out` writes it. */
import { decodeTrained } from "../../models/training/trained.ts";
import type { TrainedParameters } from "../../models/training/training.ts";
import { UsageError } from "./usage.ts";

/** Throws UsageError where there is no such file, or it holds something else. */
export async function readTrained(path: string): Promise<TrainedParameters> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new UsageError(`there is no file ${path}`);
    throw error;
  }
  try {
    return decodeTrained(bytes);
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
