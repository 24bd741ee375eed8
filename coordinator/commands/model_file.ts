/**
 * Models that a job file names by their files, relative to its own folder: what `train --out` has written, `{ "kind": "trained", "file": "digits.model" }`,
 * and ONNX graphs, `{ "kind": "onnx", "file": "density.onnx" }`, with what a graph cannot tell beside it: direction, base, and roles.
 */
import { basename, join } from "node:path";
import { z } from "zod";
import { decodeTrained } from "../../models/training/trained.ts";
import { Hints } from "../../onnx/import/hints.ts";
import type { Coordinator } from "../coordinator.ts";
import { ValidationError } from "../schema/errors.ts";
import { faultsOf } from "../schema/faults.ts";
import { UsageError } from "./usage.ts";

const NAME = "file"; // in the registry, which is thrown away

const GraphFile = z.looseObject({ ...Hints.partial().shape, file: z.string() });

/** The model with the file's name in the registry in place of its path; other models as they are. Throws UsageError where the file is refused. */
export async function keepModelFile(coordinator: Coordinator, model: unknown, folder: string): Promise<unknown> {
  if (typeof model !== "object" || model === null || !("file" in model)) return model;
  const { file, ...options } = model;
  if (typeof file !== "string") {
    throw new UsageError("model.file names a file that train --out has written, or an .onnx file");
  }
  const isGraph = ("kind" in model && model.kind === "onnx") || file.endsWith(".onnx");
  try {
    if (isGraph) return await keepGraph(coordinator, model, folder);
    coordinator.keepModel(NAME, decodeTrained(await Deno.readFile(join(folder, file))));
    return { ...options, kind: "trained", name: NAME };
  } catch (error) {
    throw new UsageError(`cannot take the model ${basename(file)}: ${reasonOf(error)}`);
  }
}

async function keepGraph(coordinator: Coordinator, model: object, folder: string): Promise<object> {
  const parsed = GraphFile.safeParse(model);
  if (!parsed.success) throw new ValidationError(faultsOf(parsed.error, model));
  const { file, direction, base, roles = {}, ...options } = parsed.data;
  using source = await Deno.open(join(folder, file));
  await coordinator.putGraph(NAME, source.readable, {
    ...(direction === undefined ? {} : { direction }),
    ...(base === undefined ? {} : { base }),
    roles,
  });
  return { ...options, kind: "onnx", name: NAME };
}

function reasonOf(error: unknown): string {
  if (error instanceof ValidationError) {
    return error.faults.map(({ path, message }) => `${path}: ${message}`).join("\n");
  }
  if (error instanceof Deno.errors.NotFound) return "there is no such file beside the job file";
  return error instanceof Error ? error.message : String(error);
}
