/** A job's progress on the terminal: a bar with the share done, the time left and the worst diagnostics so far. */
import process from "node:process";
import cliProgress from "cli-progress";
import type { Jobs } from "../jobs.ts";
import { type JobView, Progress } from "../schema/job.ts";
import { Summary } from "../schema/summary.ts";
import { TrainingSummary } from "../schema/training.ts";
import { worst } from "./table.ts";
import { latest } from "./training_table.ts";

const SAMPLING = "{bar} {percentage}% | {eta_formatted} left | R-hat {rhat} | ESS {ess}";
const TRAINING = "{bar} {percentage}% | {eta_formatted} left | {metrics}";

/** Follows a job to its end. Shows nothing where standard error is no terminal. */
export async function showProgress(jobs: Jobs, job: JobView): Promise<void> {
  const bar = Deno.stderr.isTerminal()
    ? new cliProgress.SingleBar(
      {
        format: "train" in job.spec ? TRAINING : SAMPLING,
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
        barsize: 30,
      },
      cliProgress.Presets.shades_classic,
    )
    : null;
  bar?.start(job.progress.total, 0, { rhat: "–", ess: "–", metrics: "" });
  try {
    for await (const { type, data } of jobs.events(job.id, 0, new AbortController().signal)) {
      if (type === "progress") {
        const { done, total } = Progress.parse(data);
        bar?.setTotal(total);
        bar?.update(done);
      } else if (type === "summary") {
        const summary = Summary.safeParse(data);
        if (summary.success) bar?.update(worst(summary.data));
        else bar?.update(latest(TrainingSummary.parse(data)));
      }
    }
  } finally {
    bar?.stop();
  }
}
