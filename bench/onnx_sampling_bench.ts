/**
 * Draws with log densities from exported flows, by the workers of a node, beside torch on one thread: `deno bench -A
 * bench/onnx_sampling_bench.ts`, ROUNDS=n for more rounds, TASKS=nice-onnx for some of the tasks.
 *
 * Noise, map and densities are in the time of each. Rounds are interleaved. Two processes of one worker each, at the same time, tell what a second
 * worker can add on this machine: they share nothing. docs/benchmarks.md says what the peers need.
 */
import { join } from "node:path";
import { chosen } from "./chosen.ts";
import { Contestant } from "./contestant.ts";
import type { FlowTask } from "./flows_tasks.ts";
import { spreadOf } from "./median.ts";
import { recordTables } from "./record.ts";
import { digits, markdown, spreadCell } from "./table.ts";

const LEAST_SPEEDUP = 1.8; // of two workers over one
const LEAST_NATIVE = 1; // of torch

const TASKS: readonly FlowTask[] = [
  {
    name: "plane-onnx",
    title: "Real NVP on the plane: 8 couplings, hidden 64 and 64",
    task: "sample",
    flow: "real-nvp",
    dim: 2,
    couplings: 8,
    hidden: [64, 64],
    batch: 4096,
    steps: 160,
    mark: LEAST_NATIVE,
  },
  {
    name: "nice-onnx",
    title: "NICE-784: 4 couplings of 5 × 1000",
    task: "sample",
    flow: "nice",
    dim: 784,
    couplings: 4,
    hidden: [1000, 1000, 1000, 1000, 1000],
    batch: 64,
    steps: 128, // 64 segments: half a segment that one worker has more is not seen
    mark: LEAST_NATIVE,
  },
];

const ROUNDS = Number(Deno.env.get("ROUNDS") ?? 5);
const here = import.meta.dirname;
if (!here) throw new Error("the benchmark runs from a local checkout: its peers are started from files");
const python = Deno.env.get("PYTHON") ?? "/usr/bin/python3";
const loop = new URL("onnx_sampling_loop.ts", import.meta.url).href;

await recordTables("onnx sampling", chosen(TASKS), run);

async function run(task: FlowTask): Promise<string> {
  const spec = JSON.stringify(task);
  const ours = (numericClass: string, workers: number) =>
    Contestant.start<{ seconds: number }>(Deno.execPath(), [
      "run",
      "-A",
      "--quiet",
      loop,
      spec,
      numericClass,
      `${workers}`,
    ]);
  const second = await ours("wasm", 1);
  const contestants = {
    wasm: await ours("wasm", 1),
    wasm2: await ours("wasm", 2),
    native: await ours("native", 1),
    native2: await ours("native", 2),
    torch: await Contestant.start<{ seconds: number }>(python, [join(here!, "peers", "flows.py"), spec]),
  };
  const order = ["wasm", "wasm2", "native", "native2", "torch"] as const;
  const rates = { wasm: [], wasm2: [], native: [], native2: [], torch: [] } as Record<typeof order[number], number[]>;
  const together: number[] = []; // two processes of one worker
  const rate = async (contestant: typeof second, round: number) =>
    task.steps * task.batch / (await contestant.round(round)).seconds;
  for (let round = 0; round < ROUNDS; round++) {
    for (let turn = 0; turn < order.length; turn++) {
      const who = order[(round + turn) % order.length];
      rates[who].push(await rate(contestants[who], round));
      if (who !== "wasm2") continue;
      const both = await Promise.all([contestants.wasm, second].map((contestant) => rate(contestant, round)));
      together.push(both[0] + both[1]);
    }
    console.log(`  round ${round + 1}: ${order.map((who) => digits(rates[who][round])).join("  ")} rows/s`);
  }
  const beside = (who: typeof order[number], whom: typeof order[number]) =>
    spreadOf(rates[who].map((rate, round) => rate / rates[whom][round]));
  const speedup = beside("wasm2", "wasm"), native = beside("native", "torch");
  const ceiling = spreadOf(together.map((both, round) => both / rates.wasm[round]));
  const promises = {
    wasm: "",
    wasm2: promise(
      `× ${spreadCell(speedup)} of one (two processes: × ${spreadCell(ceiling)})`,
      speedup.median,
      LEAST_SPEEDUP,
    ),
    native: promise("", native.median, LEAST_NATIVE),
    native2: `× ${spreadCell(beside("native2", "native"))} of one`,
    torch: "",
  };
  const rows = order.map((who) => [
    contestants[who].ready.ready,
    spreadCell(spreadOf(rates[who])),
    who === "torch" ? "" : spreadCell(beside(who, "torch")),
    promises[who],
  ]);
  for (const contestant of [second, ...Object.values(contestants)]) await contestant.stop();
  const table = markdown([["", "rows/s", "to torch", "promise"], ...rows]);
  return [`### ${task.title}`, "", table, "", `Median of ${ROUNDS} rounds (least … most).`].join("\n");
}

function promise(what: string, found: number, least: number): string {
  const kept = found >= least;
  if (!kept) Deno.exitCode = 1;
  return `${what}${what && ", "}≥ ${least}: ${kept ? "kept" : "MISSED"}`;
}
