/** `export`: a trained model as ONNX files, beside a manifest that tells what they are. */
import { join } from "node:path";
import { InputError } from "../../numerics/errors.ts";
import { type ExportedFile, exportTrained } from "../../onnx/export/trained.ts";
import { readTrained } from "./trained_file.ts";
import { parseWords, UsageError } from "./usage.ts";

export async function exportModel(words: readonly string[]): Promise<number> {
  const { values: { out }, positionals: [path, ...rest] } = parseWords(words, { out: { type: "string" } });
  if (path === undefined || rest.length > 0) throw new UsageError("export expects one file, FILE.model");
  if (out === undefined) throw new UsageError("export expects --out FOLDER");
  const files = await filesOf(path);
  try {
    await Deno.mkdir(out, { recursive: true });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw new UsageError(`${out} is a file: --out expects a folder`);
    throw error;
  }
  for (const { name, bytes } of files) {
    await Deno.writeFile(join(out, name), bytes);
    console.log(`${join(out, name)}  ${bytes.byteLength} bytes`);
  }
  return 0;
}

async function filesOf(path: string): Promise<ExportedFile[]> {
  const trained = await readTrained(path);
  try {
    return exportTrained(trained);
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}
