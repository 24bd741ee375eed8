/** `models list`: what jobs can name. */
import { models } from "../../models/registry.ts";
import { trainings } from "../../models/training/registry.ts";
import { kernels } from "../../workers/kernels/registry.ts";
import { parseWords, UsageError } from "./usage.ts";

export function listModels(words: readonly string[]): number {
  const { positionals } = parseWords(words, {});
  if (positionals.length !== 1 || positionals[0] !== "list") {
    throw new UsageError(`models expects "list", found ${JSON.stringify(positionals.join(" "))}`);
  }
  print("models", Object.values(models));
  console.log();
  print("samplers", Object.values(kernels));
  console.log();
  print("trainings", Object.values(trainings));
  return 0;
}

function print(title: string, entries: readonly { kind: string; summary: string }[]): void {
  const width = Math.max(...entries.map(({ kind }) => kind.length));
  console.log(title);
  for (const { kind, summary } of entries) console.log(`  ${kind.padEnd(width)}  ${summary}`);
}
