/** The format of a file of draws, by how its name ends. */
import type { OutputFormat } from "../output/format.ts";
import { outputFormats } from "../output/formats.ts";
import { UsageError } from "./usage.ts";

/** `option`: the one that names the file. */
export function formatOf(option: string, path: string): OutputFormat {
  const found = Object.values(outputFormats).find(({ extension }) => path.endsWith(extension));
  if (found) return found;
  const extensions = Object.values(outputFormats).map(({ extension }) => extension).join(", ");
  throw new UsageError(`--${option} expects a file that ends in ${extensions}, found ${path}`);
}
