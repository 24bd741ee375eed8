/**
 * Spins and normals beside C, numba and numpy, one thread each: `deno bench -A bench/lattice_bench.ts`, ROUNDS=11 for more rounds.
 *
 * Rounds are interleaved and printed as they come. All contestants of a task must come to the same energy (or mean square), so that
 * nobody is fast by doing something else. Needs gcc, python3-numba and python3-numpy.
 */
import { join } from "node:path";
import { Purpose, Random } from "../numerics/random/random.ts";
import { benchFolder, Contestant } from "./contestant.ts";
import { spreadOf } from "./median.ts";
import { recordTables } from "./record.ts";
import { digits, markdown, spreadCell } from "./table.ts";

interface Answer {
  readonly seconds: number;
  readonly count: number;
  /** The same, up to `tolerance`, for whoever does the same. */
  readonly check: number;
}

interface Entrant {
  readonly command: string;
  readonly args: readonly string[];
  /** The least ratio to it that we promise; 0 where we promise none. */
  readonly mark: number;
}

interface Task {
  readonly title: string;
  readonly unit: string;
  readonly tolerance: number;
  readonly ceiling: string;
  readonly ours: readonly string[];
  readonly peers: readonly Entrant[];
}

const ROUNDS = Number(Deno.env.get("ROUNDS") ?? 7);
const FIRST_SEED = 20260101;
const SIDE = 1024, BETA = 0.35; // hot enough for all lattices to come to their energy within a round
const UNITS = 100, ROWS = 100;
const NORMALS = 1_000_000;

const here = import.meta.dirname;
if (!here) throw new Error("the benchmark runs from a local checkout: its peers are started from files");
const python = Deno.env.get("PYTHON") ?? "/usr/bin/python3";
const folder = await benchFolder();
const program = await compileC(join(here, "peers", "lattice.c"), join(folder, "lattice"));
const machine = await writeMachine(join(folder, "boltzmann.f64"));

const numbers = (...values: readonly number[]) => values.map(String);
const c = (mark: number, ...args: string[]): Entrant => ({ command: program, args, mark });
const py = (mark: number, ...args: string[]): Entrant => ({
  command: python,
  args: [join(here, "peers", "lattice.py"), ...args],
  mark,
});

const tasks: readonly Task[] = [
  {
    title: `Ising lattice ${SIDE} × ${SIDE}, heat bath, β = ${BETA}; ours as in a job that keeps every tenth sweep`,
    unit: "spins",
    tolerance: 0.02,
    ceiling: "many sweeps a call, without the copies to and from the states of a job",
    ours: ["ising", ...numbers(SIDE, BETA, 200)],
    peers: [c(10, "ising", ...numbers(SIDE, BETA, 20)), py(10, "ising", ...numbers(SIDE, BETA, 20))],
  },
  {
    title: `Boltzmann machine of ${UNITS} units, ${ROWS} chains, single-site Gibbs by systematic scan`,
    unit: "updates",
    tolerance: 0.05,
    ceiling: "where no unit ever flips",
    ours: ["boltzmann", machine, ...numbers(UNITS, ROWS, 500)],
    peers: [
      c(0.5, "boltzmann", machine, ...numbers(UNITS, ROWS, 100)),
      c(0, "boltzmann-kept", machine, ...numbers(UNITS, ROWS, 500)),
    ],
  },
  {
    title: "Standard normals, an array of a million filled again and again",
    unit: "normals",
    tolerance: 0.01,
    ceiling: "8192 at a time, which stay in the cache",
    ours: ["normals", ...numbers(NORMALS, 20)],
    peers: [py(1.5, "normals", ...numbers(NORMALS, 20))],
  },
];

await recordTables("lattice", tasks, run);

async function run(task: Task): Promise<string> {
  console.log(task.title);
  const loop = new URL("lattice_loop.ts", import.meta.url).href;
  const contestants = [
    await Contestant.start<Answer>(Deno.execPath(), ["run", "-A", "--quiet", loop, ...task.ours]),
  ];
  for (const { command, args } of task.peers) contestants.push(await Contestant.start<Answer>(command, args));
  const rates: number[][] = contestants.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    const checks: number[] = [];
    // Who begins changes from round to round, so that a machine that slows down favours nobody.
    for (let turn = 0; turn < contestants.length; turn++) {
      const who = (round + turn) % contestants.length;
      const { seconds, count, check } = await contestants[who].round(FIRST_SEED + round);
      rates[who].push(count / seconds);
      checks.push(check);
    }
    if (Math.max(...checks) - Math.min(...checks) > task.tolerance) {
      throw new Error(`the contestants do not do the same: ${checks.join(", ")}`);
    }
    console.log(`  round ${round + 1}: ${rates.map((rate) => digits(rate[round])).join("  ")} ${task.unit}/s`);
  }
  for (const contestant of contestants) await contestant.stop();
  return describe(task, contestants, rates);
}

function describe(task: Task, contestants: readonly Contestant<Answer>[], rates: readonly number[][]): string {
  const [ours] = rates;
  const lines = contestants.map(({ ready }, who) => {
    const cells = [ready.ready, spreadCell(spreadOf(rates[who]))];
    if (who === 0) return [...cells, "", ""];
    const { mark } = task.peers[who - 1];
    const ratio = spreadOf(ours.map((rate, round) => rate / rates[who][round]));
    const kept = ratio.median >= mark;
    if (!kept) Deno.exitCode = 1;
    return [...cells, spreadCell(ratio), mark === 0 ? "" : `≥ ${mark}: ${kept ? "kept" : "MISSED"}`];
  });
  const { ceiling } = contestants[0].ready;
  return [
    `### ${task.title}`,
    "",
    markdown([["", `${task.unit}/s`, "ergodic beside it", "promise"], ...lines]),
    "",
    `Median of ${ROUNDS} rounds (least … most).` +
    (ceiling === undefined ? "" : ` Ceiling: ${digits(ceiling)} ${task.unit}/s, ${task.ceiling}.`),
  ].join("\n");
}

async function compileC(source: string, output: string): Promise<string> {
  const { success, stderr } = await new Deno.Command("gcc", { args: ["-O3", source, "-o", output, "-lm"] }).output();
  if (!success) throw new Error(`gcc does not compile ${source}: ${new TextDecoder().decode(stderr)}`);
  return output;
}

/** Weights of a spin glass near its transition, where about a fifth of the units flip a sweep. */
async function writeMachine(path: string): Promise<string> {
  const random = new Random(FIRST_SEED).at(0, 0, Purpose.test);
  const numbers = new Float64Array(UNITS * (UNITS + 1));
  for (let i = 0; i < UNITS; i++) {
    for (let j = 0; j < i; j++) numbers[i * UNITS + j] = numbers[j * UNITS + i] = random.normal() / Math.sqrt(UNITS);
    numbers[UNITS * UNITS + i] = 0.1 * random.normal();
  }
  await Deno.writeFile(path, new Uint8Array(numbers.buffer));
  return path;
}
