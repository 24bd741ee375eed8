/** The posteriors of examples/models: their files, and chains of them in this process. */
import { join } from "node:path";
import { parseColumns } from "../../coordinator/commands/data.ts";
import { diagnose, type Diagnostics } from "../../coordinator/statistics/diagnose.ts";
import { Workspace } from "../../coordinator/statistics/workspace.ts";
import { libraryNames } from "../../models/library/library.ts";
import { compile } from "../../models/modules/compile/compile.ts";
import { type ModuleTarget, openModule } from "../../models/modules/module.ts";
import { countValues, valueNames } from "../../models/target.ts";
import { Random } from "../../numerics/random/random.ts";
import type { NutsInfo } from "../../workers/kernels/hamiltonian/no_u_turn.ts";
import { nuts } from "../../workers/kernels/nuts.ts";
import { startOf } from "../../workers/starts.ts";

export const FOLDER = join(import.meta.dirname!, "../../examples/models");

/** The posteriors whose data are a table, NAME.csv; those of the others are NAME.data.json. */
const TABLES = ["beetles", "blockers", "dugongs", "lsat", "mice", "seeds", "stacks"];

/** Those with a job file, NAME.json: they need shorter steps than the default's. */
export const JOBS = ["blockers", "eight_schools"];

export const NAMES = [...TABLES, "eight_schools", "eyes", "jaws", "pumps", "rats"].sort();

export function dataPath(name: string): string {
  return join(FOLDER, TABLES.includes(name) ? `${name}.csv` : `${name}.data.json`);
}

export function readData(name: string): unknown {
  const path = dataPath(name), text = Deno.readTextFileSync(path);
  return TABLES.includes(name) ? Object.fromEntries(parseColumns(path, text)) : JSON.parse(text);
}

/** What a posterior asks of the sampler, by its job file where it has one. */
export function samplerOf(name: string): { readonly kind: "nuts"; readonly targetAccept?: number } {
  return JOBS.includes(name)
    ? JSON.parse(Deno.readTextFileSync(join(FOLDER, `${name}.json`))).sampler
    : { kind: "nuts" };
}

export function readSource(name: string): string {
  return Deno.readTextFileSync(join(FOLDER, `${name}.ts`));
}

export function openPosterior(name: string, source = readSource(name)): ModuleTarget {
  return openModule(compile(source, libraryNames), readData(name)).target();
}

export interface Run {
  readonly chains: number;
  readonly warmup: number;
  readonly draws: number;
  readonly seed: number;
}

export interface Ran {
  readonly found: ReadonlyMap<string, Diagnostics>;
  readonly divergences: number;
}

/** NUTS, chain after chain, as a job has them. */
export function runPosterior(name: string, target: ModuleTarget, { chains, warmup, draws, seed }: Run): Ran {
  const kernel = nuts.build(target, nuts.config.parse(samplerOf(name)), { warmup });
  const random = new Random(seed), count = countValues(target.variables), row = new Float64Array(count);
  const values = Array.from({ length: count }, () => new Float64Array(chains * draws));
  let divergences = 0;
  for (let chain = 0; chain < chains; chain++) {
    const state = kernel.init(startOf(target, { superchain: 1 }, chain, random), random);
    for (let step = 1; step <= warmup + draws; step++) {
      const info: NutsInfo = kernel.step(state, random.at(chain, step));
      if (step <= warmup) continue;
      if (info.diverging) divergences++;
      target.constrain(state.position, row);
      for (let v = 0; v < count; v++) values[v][chain * draws + step - warmup - 1] = row[v];
    }
  }
  const workspace = new Workspace();
  const names = valueNames(target.variables);
  const found = new Map(names.map((name, v) => [name, diagnose({ chains, draws, values: values[v] }, workspace)]));
  return { found, divergences };
}
