/**
 * What the service costs and what a second worker gains, on 8 chains that take one core about ten seconds: the bare kernel loop
 * in one process, the whole service (HTTP, node process, worker, store, statistics) with one worker, and with two.
 *
 * `deno task bench:scaling`, ROUNDS=n for more rounds. The three take turns; time is from the POST to the completed job.
 */
import { models } from "../models/registry.ts";
import { kernels } from "../workers/kernels/registry.ts";
import { benchFolder, startKernelLoop } from "./contestant.ts";
import type { LoopSpec } from "./kernel_loop.ts";
import { logisticData } from "./logistic_data.ts";
import { markdown, spreadCell } from "./table.ts";
import { spreadOf } from "./median.ts";
import { conditions, record } from "./record.ts";
import { ServiceProcess } from "./service_process.ts";

const ROUNDS = Number(Deno.env.get("ROUNDS") ?? 5);
const FIRST_SEED = 20260101;
const CHAINS = 8;
const WARMUP = 1000;
const LEAST_SPEEDUP = 1.8; // of two workers over one
const MOST_COST = 1.1; // of the service with one worker, over the bare loop
const SECONDS = 10; // that the promised job takes one core

const jobs = [
  {
    title: "NUTS, logistic regression 4000 × 25, 8 chains that take one core ten seconds: a model that takes its time",
    promised: true,
    model: models["logistic-regression"].config.parse({ kind: "logistic-regression", ...logisticData(4000, 25) }),
  },
  {
    title: "NUTS, eight schools: 12 million values to keep and to summarise",
    promised: false,
    fixedDraws: 150_000,
    model: models["eight-schools"].config.parse({ kind: "eight-schools" }),
  },
];

const folder = await benchFolder();
await using one = await ServiceProcess.start(1);
await using two = await ServiceProcess.start(2);
const tables = [conditions()];
console.log(`${tables[0]}\n`);

for (const { title, promised, fixedDraws, model } of jobs) {
  const sampler = kernels["nuts"].config.parse({ kind: "nuts" });
  const sampling: LoopSpec["sampling"] = { model, sampler, chains: CHAINS, warmup: WARMUP, thin: 1 };
  const draws = fixedDraws ?? await drawsOfSeconds(SECONDS, sampling);
  const loop = await startKernelLoop({ name: `scaling-${model.kind}`, sampling, draws }, folder);
  const spec = (seed: number, draws: number) => ({ model, sampler, chains: CHAINS, warmup: WARMUP, draws, seed });
  for (const service of [one, two]) await service.run(spec(0, 200)); // untimed, as the loop's own

  const runs = {
    loop: async (seed: number) => (await loop.round(seed)).seconds,
    one: async (seed: number) => (await one.run(spec(seed, draws))).seconds,
    two: async (seed: number) => (await two.run(spec(seed, draws))).seconds,
  };
  const names = ["loop", "one", "two"] as const;
  const seconds: Record<typeof names[number], number>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const times = { loop: 0, one: 0, two: 0 };
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length]; // each comes first in turn
      times[name] = await runs[name](FIRST_SEED + round);
    }
    seconds.push(times);
    console.log(names.map((name) => `${name} ${times[name].toFixed(2)} s`).join(", "));
  }
  await loop.stop();

  const cost = spreadOf(seconds.map(({ loop, one }) => one / loop));
  const speedup = spreadOf(seconds.map(({ one, two }) => one / two));
  const verdict = (kept: boolean, promise: string) => {
    if (!promised) return "";
    if (!kept) Deno.exitCode = 1;
    return `${promise}: ${kept ? "kept" : "MISSED"}`;
  };
  const table = markdown([
    ["", "median (least … most)", "promise"],
    ["bare kernel loop, seconds", spreadCell(spreadOf(seconds.map(({ loop }) => loop))), ""],
    ["service, one worker, seconds", spreadCell(spreadOf(seconds.map(({ one }) => one))), ""],
    ["service, two workers, seconds", spreadCell(spreadOf(seconds.map(({ two }) => two))), ""],
    ["one worker / bare loop", spreadCell(cost), verdict(cost.median <= MOST_COST, `≤ ${MOST_COST}`)],
    ["one worker / two workers", spreadCell(speedup), verdict(speedup.median >= LEAST_SPEEDUP, `≥ ${LEAST_SPEEDUP}`)],
  ]);
  const size = `${CHAINS} chains × (${WARMUP} + ${draws}) steps`;
  tables.push(`### ${title}\n\n${size}.\n\n${table}\n\nMedian of ${ROUNDS} rounds. Ceiling: 1 and 2.`);
  console.log(`${tables.at(-1)}\n`);
}
await record("scaling", tables.join("\n\n"));

/** The draws, rounded to hundreds, with which a bare loop on this machine takes about so long. */
async function drawsOfSeconds(seconds: number, sampling: LoopSpec["sampling"]): Promise<number> {
  const trial = await startKernelLoop({ name: "scaling-trial", sampling, draws: 1000 }, folder);
  await trial.round(1); // compiled by now
  const second = (await trial.round(2)).seconds;
  await trial.stop();
  const draws = (seconds / second) * (WARMUP + 1000) - WARMUP;
  return Math.max(1000, 100 * Math.round(draws / 100));
}
