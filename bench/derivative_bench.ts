/**
 * Derived gradients beside those written by hand in TypeScript, and rstan's: `deno task bench:derivatives`. Rounds alternate, so that what else the
 * machine does falls on all alike; the ratio is the median of the rounds'. RSTAN=0 leaves rstan out. docs/benchmarks.md says how to read it.
 */
import { join } from "node:path";
import { compile } from "../models/modules/compile/compile.ts";
import { openModule } from "../models/modules/module.ts";
import { benchFolder } from "./contestant.ts";
import { derivativeModels, type Model, regressionData } from "./derivative_models.ts";
import { toRDump } from "./logistic_data.ts";
import { spreadOf } from "./median.ts";
import { conditions, record } from "./record.ts";
import { digits, markdown, spreadCell } from "./table.ts";

const ROUNDS = Number(Deno.env.get("ROUNDS") ?? 9);
const ROUND_MS = 40; // of each side; long beside a collection of garbage

/** Microseconds a call. */
function timed(call: () => void, calls: number): number {
  const begin = performance.now();
  for (let i = 0; i < calls; i++) call();
  return 1000 * (performance.now() - begin) / calls;
}

function measure({ name, source, data, dim, byHand, promise }: Model) {
  const target = openModule(compile(source), data).target();
  const x = Float64Array.from({ length: dim }, (_, i) => 0.3 * Math.sin(i + 1));
  const derived = new Float64Array(dim), hand = new Float64Array(dim);
  const sides = [() => target.logDensityAndGradient(x, derived), () => byHand(x, hand)];
  for (let i = 0; i < 500; i++) for (const side of sides) side();
  const calls = sides.map((side) => Math.max(1, Math.ceil(1000 * ROUND_MS / timed(side, 200))));
  const rounds = Array.from({ length: ROUNDS }, () => sides.map((side, i) => timed(side, calls[i])));
  const apart = Math.max(...derived.map((slope, i) => Math.abs(slope - hand[i])));
  const most = Math.max(...hand.map(Math.abs));
  if (!(apart <= 1e-9 * most)) throw new Error(`${name}: the gradients differ by ${apart}`);
  const ratio = spreadOf(rounds.map(([ours, theirs]) => ours / theirs));
  const [ours, theirs] = [0, 1].map((i) => spreadOf(rounds.map((round) => round[i])));
  return { name, ours, theirs, ratio, promise };
}

/** rstan's gradients a second, by its own clock. */
async function rstan(): Promise<{ version: string; perSecond: number }> {
  const peers = join(import.meta.dirname ?? ".", "peers"), folder = await benchFolder();
  const data = join(folder, "derivative.data.R");
  await Deno.writeTextFile(data, toRDump(regressionData));
  const { stdout, success } = await new Deno.Command("Rscript", {
    args: [join(peers, "rstan_gradient.R"), join(peers, "logistic_matrix.stan"), data, folder],
    env: { R_MAKEVARS_USER: join(peers, "Makevars") },
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("rstan failed: see above. RSTAN=0 leaves it out.");
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  return JSON.parse(lines[lines.length - 1]);
}

const results = derivativeModels.map(measure);
const table = markdown([
  ["density", "derived, µs", "by hand, µs", "ratio", "promise"],
  ...results.map(({ name, ours, theirs, ratio, promise }) => [
    name,
    spreadCell(ours),
    spreadCell(theirs),
    spreadCell(ratio),
    `≤ ${promise}`,
  ]),
]);
const texts = [conditions(), table];
console.log(`${texts.join("\n\n")}\n`);
let kept = results.every(({ ratio, promise }) => ratio.median <= promise);

if (Deno.env.get("RSTAN") !== "0") {
  const { version, perSecond } = await rstan();
  const ours = 1e6 / results[results.length - 1].ours.median, ratio = ours / perSecond;
  texts.push(
    `Logistic regression 1000 × 25, gradients a second: ${digits(ours)}; ${version}, \`X * beta\`, by grad_log_prob: ` +
      `${digits(perSecond)}. Ours to theirs: ${digits(ratio)} (promise ≥ 1).`,
  );
  console.log(texts[texts.length - 1]);
  kept &&= ratio >= 1;
}
await record("derivatives", texts.join("\n\n"));
if (!kept) Deno.exitCode = 1;
