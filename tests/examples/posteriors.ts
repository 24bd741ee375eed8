/**
 * Runs every posterior of examples/models both ways, by the command line and over HTTP, and prints how far its estimates are from the published
 * ones: `deno task posteriors [NAME …]`. Exit status 1 where one does not agree, mix or converge, or where the two ways differ.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { ServiceProcess } from "../../bench/service_process.ts";
import { dataPath, FOLDER, JOBS, NAMES, readData, readSource, samplerOf } from "./posterior.ts";
import { compare, type Found } from "./published.ts";

const DRAWS = 4000, SEED = 20260405, MOST_RHAT = 1.01;
const main = new URL("../../main.ts", import.meta.url).pathname;

interface Summary {
  readonly variables: readonly (Found & { readonly name: string; readonly rhat: number | null })[];
  readonly divergences: number;
}

async function byCommandLine(name: string): Promise<Summary> {
  const what = JOBS.includes(name)
    ? [join(FOLDER, `${name}.json`)]
    : [join(FOLDER, `${name}.ts`), "--data", dataPath(name)];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", main, "run", ...what, "--draws", `${DRAWS}`, "--seed", `${SEED}`, "--json"],
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(decoder.decode(stderr));
  return JSON.parse(decoder.decode(stdout));
}

async function overHttp(service: ServiceProcess, name: string): Promise<Summary> {
  const { id } = await service.run({
    model: { kind: "module", source: readSource(name), data: readData(name) },
    sampler: samplerOf(name),
    draws: DRAWS,
    seed: SEED,
  });
  const response = await fetch(`${service.address}/v1/jobs/${id}/summary`);
  return await response.json();
}

const names = Deno.args.length > 0 ? Deno.args : NAMES;
const unknown = names.find((name) => !NAMES.includes(name));
if (unknown !== undefined) throw new Error(`${unknown} is no posterior: expected one of ${NAMES.join(", ")}`);

await using service = await ServiceProcess.start(2);
console.log(`4 chains × ${DRAWS} draws, seed ${SEED}\n`);
console.log("| posterior | quantities | furthest | standard errors | worst R-hat | divergences | both ways | |");
console.log("| --- | ---: | --- | ---: | ---: | ---: | --- | --- |");
for (const name of names) {
  const summary = await byCommandLine(name), other = await overHttp(service, name);
  const comparisons = compare(name, (quantity) => {
    const found = summary.variables.find((variable) => variable.name === quantity);
    assert(found, `${name} does not report ${quantity}`);
    return found;
  });
  const furthest = comparisons.reduce((far, one) => one.errors > far.errors ? one : far);
  const rhat = Math.max(...summary.variables.map((variable) => variable.rhat ?? 1)); // null of what never changes
  const isSame = JSON.stringify(summary.variables) === JSON.stringify(other.variables);
  const isRight = comparisons.every(({ agrees }) => agrees) && rhat <= MOST_RHAT && summary.divergences === 0 && isSame;
  if (!isRight) Deno.exitCode = 1;
  const { what, quantity, found, printed, errors } = furthest;
  console.log(
    `| ${name} | ${comparisons.length} | ${what} of ${quantity}: ${found.toPrecision(5)}, published ${printed} | ` +
      `${errors.toFixed(1)} | ${rhat.toFixed(4)} | ${summary.divergences} | ${isSame ? "equal" : "differ"} | ` +
      `${isRight ? "agrees" : "does not agree"} |`,
  );
}
