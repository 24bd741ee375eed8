/**
 * Flows beside torch, one thread each: `deno bench -A bench/flows_bench.ts`, ROUNDS=11 for more rounds, TASKS=nice for some of the tasks.
 *
 * Steps of training by maximum likelihood with Adam, and sampling with log densities. Rounds are interleaved and printed as they come.
 * docs/benchmarks.md says what the peers need.
 */
import { join } from "node:path";
import { WIDE_FLAGS } from "../numerics/wasm/wide.ts";
import { chosen } from "./chosen.ts";
import { Contestant } from "./contestant.ts";
import { type FlowTask, operationsARow, TASKS } from "./flows_tasks.ts";
import { type Spread, spreadOf } from "./median.ts";
import { recordTables } from "./record.ts";
import { digits, markdown, spreadCell } from "./table.ts";

interface Answer {
  readonly seconds: number;
}

const ROUNDS = Number(Deno.env.get("ROUNDS") ?? 5);

const here = import.meta.dirname;
if (!here) throw new Error("the benchmark runs from a local checkout: its peers are started from files");
const python = Deno.env.get("PYTHON") ?? "/usr/bin/python3";
const loop = new URL("flows_loop.ts", import.meta.url).href;

await recordTables("flows", chosen(TASKS), run);

/** Ours in a process of V8's as it comes and in one with wide vectors, as the service's nodes are: the promise is theirs; torch as it comes and with OpenBLAS's kernels for 256 bits. */
async function start(task: FlowTask): Promise<Contestant<Answer>[]> {
  const spec = JSON.stringify(task), peer = [join(here!, "peers", "flows.py"), spec];
  const deno = (...more: string[]) => ["run", "-A", "--quiet", ...more, loop, spec];
  return [
    await Contestant.start<Answer>(Deno.execPath(), deno()),
    await Contestant.start<Answer>(Deno.execPath(), [...deno(`--v8-flags=${WIDE_FLAGS}`), "wide"]),
    await Contestant.start<Answer>(python, peer),
    await Contestant.start<Answer>(python, peer, { OPENBLAS_CORETYPE: "Haswell" }),
  ];
}

async function run(task: FlowTask): Promise<string> {
  console.log(task.title);
  const contestants = await start(task);
  const rates: number[][] = contestants.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    // Who begins changes from round to round, so that a machine that slows down favours nobody.
    for (let turn = 0; turn < contestants.length; turn++) {
      const who = (round + turn) % contestants.length;
      const { seconds } = await contestants[who].round(round);
      rates[who].push(task.steps * task.batch / seconds);
    }
    console.log(`  round ${round + 1}: ${rates.map((rate) => digits(rate[round])).join("  ")} rows/s`);
  }
  for (const contestant of contestants) await contestant.stop();
  return describe(task, contestants, rates);
}

function describe(task: FlowTask, contestants: readonly Contestant<Answer>[], rates: readonly number[][]): string {
  const [ours, wide, torch] = rates;
  const names = ["ergodic", "ergodic, wide", "", ", OPENBLAS_CORETYPE=Haswell"];
  const gigaflops = ({ median }: Spread) => digits(median * operationsARow(task) / 1e9);
  const beside = (mine: readonly number[], theirs: readonly number[]) =>
    spreadOf(mine.map((rate, round) => rate / theirs[round]));
  const lines = contestants.map(({ ready }, who) => {
    const rate = spreadOf(rates[who]);
    const name = who < 2 ? `${names[who]} (${ready.ready})` : ready.ready + names[who];
    const cells = [name, spreadCell(rate), gigaflops(rate)];
    if (who < 2) return [...cells, "", "", ""];
    const ratio = beside(ours, rates[who]), wideRatio = beside(wide, rates[who]);
    const kept = ({ median }: Spread) => median >= task.mark ? "kept" : "MISSED";
    const isMarked = rates[who] === torch;
    if (isMarked && wideRatio.median < task.mark) Deno.exitCode = 1;
    const promise = isMarked ? `wide ≥ ${task.mark}: ${kept(wideRatio)}` : "";
    return [...cells, spreadCell(ratio), spreadCell(wideRatio), promise];
  });
  const ceilings = contestants.slice(0, 2).map(({ ready }) => digits(ready.ceiling ?? NaN));
  return [
    `### ${task.title}`,
    "",
    markdown([["", "rows/s", "GFLOP/s", "ergodic beside it", "wide beside it", "promise"], ...lines]),
    "",
    `Median of ${ROUNDS} rounds (least … most). Ceilings, the products alone: ${ceilings[0]} rows/s, wide ${
      ceilings[1]
    }.`,
  ].join("\n");
}
