/**
 * RBMs beside numpy, scikit-learn and torch, one thread each: `deno bench -A bench/energy_bench.ts`, ROUNDS=11 for more rounds.
 *
 * Block Gibbs of 1000 chains of 784 × 500 units, and epochs of CD-1, by what jobs run on. Rounds are interleaved and printed
 * as they come. docs/benchmarks.md says what the peers need.
 */
import { join } from "node:path";
import { benchFolder, Contestant } from "./contestant.ts";
import { loadBits, MACHINE, randomMachine, trainedMachine, writeMachine } from "./energy_machine.ts";
import { type Spread, spreadOf } from "./median.ts";
import { recordTables } from "./record.ts";
import { digits, markdown, spreadCell } from "./table.ts";

interface Answer {
  readonly seconds: number;
}

interface Task {
  readonly title: string;
  readonly name: "gibbs" | "cd";
  readonly folder: string;
  /** What a round makes so many of. */
  readonly unit: string;
  readonly count: number;
  /** Operations that a dense product would need for one. */
  readonly operations: number;
  /** The least ratio to each peer that we promise. */
  readonly marks: Readonly<Record<Peer, number>>;
}

const PEERS = ["numpy", "sklearn64", "sklearn", "torch"] as const;
type Peer = typeof PEERS[number];

const ROUNDS = Number(Deno.env.get("ROUNDS") ?? 7);
const FIRST_SEED = 20260101;

const here = import.meta.dirname;
if (!here) throw new Error("the benchmark runs from a local checkout: its peers are started from files");
const python = Deno.env.get("PYTHON") ?? "/usr/bin/python3";

const folder = await benchFolder();
const folders = { random: join(folder, "rbm-random"), trained: join(folder, "rbm-trained") };
const data = await loadBits();
await writeMachine(folders.random, randomMachine(), data);
await writeMachine(folders.trained, trainedMachine(data), data);

const { visible, hidden, chains, sweeps, rows, batch } = MACHINE;
const product = 2 * visible * hidden;
const gibbs = {
  name: "gibbs",
  unit: "sweeps",
  count: sweeps,
  operations: 2 * product * chains,
  marks: { numpy: 0.95, sklearn64: 2, sklearn: 0, torch: 1.3 },
} as const;
const tasks: readonly Task[] = [
  {
    ...gibbs,
    title: `Block Gibbs, ${visible} × ${hidden}, ${chains} chains: random weights, half of the units on`,
    folder: folders.random,
  },
  { ...gibbs, title: "The same, weights trained on Fashion-MNIST", folder: folders.trained },
  {
    title: `Epochs of CD-1, ${rows} rows of Fashion-MNIST in bits, ${visible} × ${hidden}, minibatches of ${batch}`,
    name: "cd",
    folder: folders.random,
    unit: "rows",
    count: rows,
    operations: 5 * product,
    marks: { numpy: 0.6, sklearn64: 1.8, sklearn: 1.8, torch: 0 },
  },
];

await recordTables("energy", tasks, run);

async function run(task: Task): Promise<string> {
  console.log(task.title);
  const loop = new URL("energy_loop.ts", import.meta.url).href;
  const ours = await Contestant.start<Answer>(Deno.execPath(), ["run", "-A", "--quiet", loop, task.name, task.folder]);
  const contestants = [ours];
  for (const peer of PEERS) {
    const args = [join(here!, "peers", "rbm.py"), peer, task.name, task.folder];
    contestants.push(await Contestant.start<Answer>(python, args));
  }
  const rates: number[][] = contestants.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    // Who begins changes from round to round, so that a machine that slows down favours nobody.
    for (let turn = 0; turn < contestants.length; turn++) {
      const who = (round + turn) % contestants.length;
      const { seconds } = await contestants[who].round(FIRST_SEED + round);
      rates[who].push(task.count / seconds);
    }
    console.log(`  round ${round + 1}: ${rates.map((rate) => digits(rate[round])).join("  ")} ${task.unit}/s`);
  }
  for (const contestant of contestants) await contestant.stop();
  return describe(task, contestants, rates);
}

function describe(task: Task, contestants: readonly Contestant<Answer>[], rates: readonly number[][]): string {
  const [ours] = rates;
  const gigaflops = ({ median }: Spread) => digits(median * task.operations / 1e9);
  const lines = contestants.map(({ ready }, who) => {
    const spread = spreadOf(rates[who]);
    const cells = [ready.ready, spreadCell(spread), gigaflops(spread)];
    if (who === 0) return [...cells, "", ""];
    const mark = task.marks[PEERS[who - 1]];
    const ratio = spreadOf(ours.map((rate, round) => rate / rates[who][round]));
    const kept = ratio.median >= mark;
    if (!kept) Deno.exitCode = 1;
    return [...cells, spreadCell(ratio), mark === 0 ? "" : `≥ ${mark}: ${kept ? "kept" : "MISSED"}`];
  });
  const { ceiling } = contestants[0].ready;
  return [
    `### ${task.title}`,
    "",
    markdown([["", `${task.unit}/s`, "dense GFLOP/s", "ergodic beside it", "promise"], ...lines]),
    "",
    `Median of ${ROUNDS} rounds (least … most). Dense GFLOP/s: what a dense product would need for that, whoever makes it otherwise.` +
    (ceiling === undefined ? "" : ` Ceiling: ${digits(ceiling)} ${task.unit}/s, the sums over bits alone.`),
  ].join("\n");
}
