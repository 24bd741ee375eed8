/** Reading the words of a command. */
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

/** The words were wrong: exit status 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** `parseArgs` whose complaints are UsageErrors. */
export function parseWords<Options extends ParseArgsOptionsConfig>(words: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The integer that an option holds, undefined where it is not given. */
export function integerOption(
  name: string,
  text: string | undefined,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least || value > most) {
    throw new UsageError(`--${name} expects an integer from ${least} to ${most}, found ${JSON.stringify(text)}`);
  }
  return value;
}

const MOST_WORKERS = 1024;

/** Of `--workers`: as many as there are processors where it is absent. */
export function workersOption(text: string | undefined): number {
  return integerOption("workers", text, 1, MOST_WORKERS) ?? navigator.hardwareConcurrency;
}
