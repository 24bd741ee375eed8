/**
 * From a model's text to its printed summary: eight schools, 4 chains × 1000 draws after 1000 of warmup, the whole process, beside rstan with its
 * compilation: `deno bench -A bench/module_bench.ts`. ROUNDS (7) of ours, PEER_ROUNDS (3) of rstan, interleaved.
 *
 * The ceiling is the same command on the model that is built in: what is between them is the module's compilation, examination and closed realm.
 */
import { join } from "node:path";
import { spreadOf } from "./median.ts";
import { conditions, record } from "./record.ts";
import { digits, markdown, spreadCell } from "./table.ts";

const ROUNDS = Number(Deno.env.get("ROUNDS") ?? 7);
const PEER_ROUNDS = Number(Deno.env.get("PEER_ROUNDS") ?? 3);
const MARK_SECONDS = 1;

const here = import.meta.dirname;
if (!here) throw new Error("the benchmark runs from a local checkout: its programs are started from files");
const root = join(here, "..");
const models = join(root, "examples/models");

/** Runs a program to its end: the seconds of the whole process, and what it printed. */
async function timed(command: string, args: string[], env: Record<string, string> = {}) {
  const begin = performance.now();
  const { success, stdout, stderr } = await new Deno.Command(command, { args, env }).output();
  const seconds = (performance.now() - begin) / 1000;
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${command} ${args.join(" ")}\n${decoder.decode(stderr)}`);
  return { seconds, printed: decoder.decode(stdout) };
}

function ours(what: string[], seed: number) {
  const main = ["run", "-A", "--quiet", join(root, "main.ts"), "run"];
  return timed(Deno.execPath(), [...main, ...what, "--chains", "4", "--draws", "1000", "--seed", `${seed}`]);
}

const module = [join(models, "eight_schools.ts"), "--data", join(models, "eight_schools.data.json")];
const builtIn = [join(root, "examples/eight-schools.json")];

function rstan(seed: number) {
  const peers = join(here!, "peers");
  return timed("Rscript", [join(peers, "rstan_summary.R"), join(peers, "eight_schools.stan"), `${seed}`], {
    R_MAKEVARS_USER: join(peers, "Makevars"),
  });
}

const start = conditions();
await ours(module, 1); // V8's cache of compiled modules, the page cache
const seconds = { module: [] as number[], builtIn: [] as number[], rstan: [] as number[] };
let version = "rstan";
for (let round = 1; round <= ROUNDS; round++) {
  seconds.module.push((await ours(module, round)).seconds);
  seconds.builtIn.push((await ours(builtIn, round)).seconds);
  if (round > PEER_ROUNDS) continue;
  const peer = await rstan(round);
  seconds.rstan.push(peer.seconds);
  version = /"ready": "(.*)"/.exec(peer.printed)?.[1] ?? version;
}

const us = spreadOf(seconds.module);
const rows: string[][] = [["eight schools, 4 × 1000 draws, whole process", "seconds", "times ours"]];
for (
  const [name, measured] of [["module", seconds.module], ["built in", seconds.builtIn], [
    version,
    seconds.rstan,
  ]] as const
) {
  if (measured.length === 0) continue;
  const spread = spreadOf(measured);
  rows.push([name, spreadCell(spread), digits(spread.median / us.median)]);
}
const text = `${start}\n\n${markdown(rows)}\n\n${
  us.median < MARK_SECONDS ? "Below" : "Above"
} the mark of ${MARK_SECONDS} s.`;
console.log(text);
if (us.median >= MARK_SECONDS) Deno.exitCode = 1;
await record("modules", text);
