/**
 * Our kernels beside the peers that people would pick instead: `deno task bench:peers [ROUNDS]`, or `deno bench -A` on this file.
 *
 * Rounds are explicit and interleaved, not Deno.bench's, whose scheme does not fit processes that compile for a minute and
 * run for a second. Every contestant is a process with one thread. docs/benchmarks.md says what the peers need and how to
 * read the tables.
 */
import { join } from "node:path";
import { models } from "../models/registry.ts";
import { kernels } from "../workers/kernels/registry.ts";
import { compare } from "./comparison.ts";
import { benchFolder, Contestant, startKernelLoop } from "./contestant.ts";
import type { LoopSpec } from "./kernel_loop.ts";
import { logisticData, toRDump } from "./logistic_data.ts";
import { conditions, record } from "./record.ts";

const ROUNDS = Number(Deno.env.get("ROUNDS") ?? 7);
const WARMUP = 1000;
const NUTS_DRAWS = 10_000;
const WALK_DRAWS = 1_000_000;
const ENSEMBLE_DRAWS = 200_000; // of all walkers together: seconds, not minutes
const WALKERS = [32, 512]; // a usual ensemble; one so large that numpy's overhead is spread thin

const here = import.meta.dirname;
if (!here) throw new Error("the benchmark runs from a local checkout: its peers are started from files");
const folder = await benchFolder();

/** Our side of a comparison. */
function ours(name: string, model: LoopSpec["sampling"]["model"], sampler: keyof typeof kernels, draws: number) {
  return startKernelLoop({
    name,
    sampling: { model, sampler: kernels[sampler].config.parse({ kind: sampler }), chains: 1, warmup: WARMUP, thin: 1 },
    draws,
  }, folder);
}

async function rstan(name: string, data: string, parameters: string) {
  const path = join(folder, `${name}.data.R`);
  await Deno.writeTextFile(path, data);
  const peers = join(here!, "peers");
  const args = ["rstan.R", `${name}.stan`].map((file) => join(peers, file));
  return Contestant.start("Rscript", [...args, path, `${WARMUP}`, `${NUTS_DRAWS}`, parameters, folder], {
    R_MAKEVARS_USER: join(peers, "Makevars"),
  });
}

function emcee(walkers: number) {
  // Debian's own Python, which has the package; another may come first on the PATH.
  const python = Deno.env.get("PYTHON") ?? "/usr/bin/python3";
  const draws = Math.ceil(ENSEMBLE_DRAWS / walkers);
  const args = [join(here!, "peers", "emcee_banana.py"), walkers, Math.ceil(draws / 5), draws, folder];
  return Contestant.start(python, args.map(String));
}

const data = logisticData(1000, 25);
const comparisons = [
  {
    title: "NUTS, eight schools (non-centred), 1000 + 10,000 draws",
    unit: "gradients",
    mark: 2,
    ours: () =>
      ours("eight_schools", models["eight-schools"].config.parse({ kind: "eight-schools" }), "nuts", NUTS_DRAWS),
    peer: () =>
      rstan(
        "eight_schools",
        "J <- 8\ny <- c(28, 8, -3, 7, -1, 1, 18, 12)\nsigma <- c(15, 10, 16, 11, 9, 11, 10, 18)\n",
        "mu,tau,theta",
      ),
  },
  {
    title: "NUTS, logistic regression 1000 × 25, 1000 + 10,000 draws; rstan with bernoulli_logit_glm",
    unit: "gradients",
    mark: 1.5,
    ours: () =>
      ours(
        "logistic_regression",
        models["logistic-regression"].config.parse({ kind: "logistic-regression", ...data }),
        "nuts",
        NUTS_DRAWS,
      ),
    peer: () => rstan("logistic_regression", toRDump(data), "intercept,beta"),
  },
  ...WALKERS.map((walkers) => ({
    title: `Random-walk Metropolis, banana, 1000 + 1,000,000 draws; emcee with ${walkers} walkers, vectorised`,
    unit: "log densities",
    mark: 10,
    ours: () => ours("banana", models["banana"].config.parse({ kind: "banana" }), "random-walk", WALK_DRAWS),
    peer: () => emcee(walkers),
  })),
];

const tables = [conditions()];
console.log(`${tables[0]}\n`);
for (const { title, unit, mark, ...starts } of comparisons) {
  const peer = await starts.peer();
  const us = await starts.ours();
  const { kept, table } = await compare({ title, unit, mark, ours: us, peer }, ROUNDS);
  await us.stop();
  await peer.stop();
  console.log(`${table}\n`);
  tables.push(table);
  if (!kept) Deno.exitCode = 1;
}
await record("peers", tables.join("\n\n"));
