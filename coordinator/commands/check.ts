/** `check`: what is wrong with a module, before its draws are believed. Without a server; the module runs in processes of modules alone. */
import type { Coordinator } from "../coordinator.ts";
import type { Summary } from "../schema/summary.ts";
import { checkReport } from "./check_report.ts";
import { isModuleFile, moduleModel } from "./module_file.ts";
import { showProgress } from "./progress.ts";
import { submitted, withCoordinator } from "./session.ts";
import { summaryNotes, summaryTable } from "./table.ts";
import { integerOption, parseWords, UsageError } from "./usage.ts";

const OPTIONS = {
  data: { type: "string" },
  replications: { type: "string" },
  seed: { type: "string" },
  workers: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

const REPLICATIONS = 200;
const MOST_REPLICATIONS = 1000;
const RANKED = 99; // draws a replication: a hundred ranks
const SEED = 1; // the same check again unless another is asked for

export async function check(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseWords(words, OPTIONS);
  const [file] = positionals;
  if (positionals.length !== 1 || !isModuleFile(file)) {
    throw new UsageError(
      `check expects one module, found ${positionals.length === 0 ? "none" : positionals.join(" ")}`,
    );
  }
  const replications = integerOption("replications", values.replications, 20, MOST_REPLICATIONS) ?? REPLICATIONS;
  const seed = integerOption("seed", values.seed, 0) ?? SEED;
  const model = await moduleModel(file, values.data);
  return await withCoordinator(values.workers, async (coordinator) => {
    const { kind: _, ...module } = model;
    const found = await submitted("module", () => coordinator.check({ ...module, seed }), file);
    if (!values.json) console.log(checkReport(found));
    const calibration = found.simulates ? await calibrate(coordinator, model, { replications, seed, file }) : null;
    if (values.json) console.log(JSON.stringify({ ...found, calibration }, null, 2));
    else if (calibration) console.log(`\n${summaryTable(calibration)}\n\n${summaryNotes(calibration)}, seed ${seed}`);
    for (const message of [...found.warnings, ...(calibration?.warnings ?? []).map(({ message }) => message)]) {
      console.error(`warning: ${message}`);
    }
    const isCalibrated = !found.simulates || calibration?.calibration?.verdict === "calibrated";
    return found.ok && isCalibrated ? 0 : 1;
  }, "modules");
}

/** The module's density against its own prior and simulation, as a job; null where that fails, which is said. */
async function calibrate(
  coordinator: Coordinator,
  model: Record<string, unknown>,
  { replications, seed, file }: { replications: number; seed: number; file: string },
): Promise<Summary | null> {
  const spec = { model, sampler: { kind: "calibration" }, chains: replications, draws: RANKED, seed };
  const accepted = await submitted("job", async () => {
    await coordinator.prepare(spec);
    return coordinator.submit(spec);
  }, file);
  await showProgress(coordinator, accepted);
  const { status, error } = coordinator.job(accepted.id);
  if (status !== "completed") {
    console.error(`the calibration failed: ${error?.message ?? status}`);
    return null;
  }
  const summary = await coordinator.summary(accepted.id);
  if (!("variables" in summary)) throw new Error("the summary of a calibration is not that of draws");
  return summary;
}
