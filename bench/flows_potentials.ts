/**
 * Planar flows fitted to the four energies of Rezende & Mohamed by reverse Kullback–Leibler divergence: `deno run -A bench/flows_potentials.ts`, STEPS=0.1
 * for a tenth of the steps.
 *
 * KL(q ‖ p) from the flow's own draws, log Z − ELBO with log Z known, and by quadrature of q (log q − log p) over a grid; the share of q on
 * that grid; and log Z as the flow estimates it by importance sampling.
 */
import { openDouble } from "../numerics/arithmetic/double.ts";
import { openTrained } from "../models/flows/trained.ts";
import { logNormalizer, potential } from "../models/posteriors/potential.ts";
import { planar } from "../models/training/flows.ts";
import { conditions } from "./record.ts";
import { digits, markdown } from "./table.ts";

const UPDATES = Math.round(10_000 * Number(Deno.env.get("STEPS") ?? 1));
const LENGTH = 32;
const SIDE = 300, REACH = 7, WIDTH = 2 * REACH / SIDE;

function fit(energy: "u1" | "u2" | "u3" | "u4"): string[] {
  const training = planar.buildAlone?.(
    planar.config.parse({
      kind: "planar",
      length: LENGTH,
      epochs: UPDATES,
      recordEvery: UPDATES,
      batchSize: 200,
      monitorRows: 20_000,
      learningRate: 5e-3,
      schedule: "cosine",
      objective: { kind: "reverse-kl", model: { kind: "potential", energy }, annealing: { updates: UPDATES / 2 } },
    }),
    1,
  );
  if (!training) throw new Error("planar flows are fitted without data");
  const state = training.init(), metrics = new Float64Array(training.metrics.length);
  for (let update = 1; update <= UPDATES; update++) training.update(state, update);
  training.record(state, UPDATES, metrics);
  const value = (name: string) => metrics[training.metrics.indexOf(name)];

  const logZ = logNormalizer(energy), target = potential.build({ kind: "potential", energy });
  const { flow } = openTrained(training.parameters(state), openDouble, SIDE);
  const row = new Float64Array(2 * SIDE);
  let share = 0, divergence = 0;
  for (let i = 0; i < SIDE; i++) {
    for (let j = 0; j < SIDE; j++) row.set([(i + 0.5) * WIDTH - REACH, (j + 0.5) * WIDTH - REACH], 2 * j);
    const logs = flow.logDensity({ rows: SIDE, values: row });
    for (let j = 0; j < SIDE; j++) {
      const q = Math.exp(logs[j]) * WIDTH * WIDTH;
      share += q;
      if (q > 0) divergence += q * (logs[j] - target.logDensity(row.subarray(2 * j, 2 * j + 2)) + logZ);
    }
  }
  return [
    energy,
    `${(logZ - value("elbo")).toFixed(4)} ± ${value("elbo_error").toFixed(4)}`,
    divergence.toFixed(4),
    share.toFixed(4),
    logZ.toFixed(4),
    `${value("log_evidence").toFixed(4)} ± ${value("log_evidence_error").toFixed(4)}`,
    digits(value("effective_fraction")),
  ];
}

console.log(`${conditions()}\n\n${LENGTH} planar layers, ${UPDATES} updates.\n`);
const head = [
  "energy",
  "KL by draws",
  "KL by quadrature",
  "share on the grid",
  "log Z",
  "log Z by the flow",
  "effective",
];
console.log(markdown([head, ...(["u1", "u2", "u3", "u4"] as const).map(fit)]));
