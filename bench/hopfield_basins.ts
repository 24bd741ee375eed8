/**
 * Basins of attraction of Hopfield networks, contrastive training against Hebb's rule: random patterns at loads from 0.05 to 0.2 N, the mean
 * and spread over networks, and ten letter bitmaps. Prints a table and, where a file is named, draws the curves.
 *
 *   deno run -A bench/hopfield_basins.ts [--size 100] [--networks 10] [--trials 500] [--out basins.svg]
 */
import { parseArgs } from "node:util";
import { linePlot, type Series } from "../coordinator/pictures/line_plot.ts";
import { type Basins, measureBasins } from "../models/energy/hopfield/basins.ts";
import { trainContrastively } from "../models/energy/hopfield/contrastive.ts";
import { hebb } from "../models/energy/hopfield/hebb.ts";
import type { Pattern } from "../models/energy/hopfield/network.ts";
import { Contrastive } from "../models/energy/hopfield/rule.ts";
import { letterPatterns, randomPatterns } from "../models/energy/hopfield_trials.ts";
import { markdown } from "./table.ts";

const LOADS = [0.05, 0.1, 0.15, 0.2];
const CORRUPTIONS = Array.from({ length: 26 }, (_, k) => k / 50);
const CONTRASTIVE = Contrastive.parse({});
const RULES = {
  "Hebb": (patterns: readonly Pattern[]) => hebb(patterns),
  "contrastive": (patterns: readonly Pattern[]) => trainContrastively(patterns, CONTRASTIVE, CONTRASTIVE.seed),
};

const { values } = parseArgs({
  options: {
    size: { type: "string", default: "100" },
    networks: { type: "string", default: "10" },
    trials: { type: "string", default: "500" },
    out: { type: "string" },
  },
});
const size = Number(values.size), networks = Number(values.networks), trials = Number(values.trials);

const sets: [string, Pattern[][]][] = [
  ...LOADS.map((load): [string, Pattern[][]] => [
    `random, load ${load}`,
    Array.from({ length: networks }, (_, n) => randomPatterns(Math.round(load * size), size, n)),
  ]),
  ["ten letters", [letterPatterns()]],
];

const rows = [[
  "patterns",
  "rule",
  "stable",
  "basin radius",
  "basin radius, overlap ≥ 0.95",
  "spurious, of all starts",
]];
const series: Series[] = [];
for (const [name, instances] of sets) {
  for (const [rule, train] of Object.entries(RULES)) {
    const options = { trials, corruptions: CORRUPTIONS, seed: 1 };
    const trained = instances.map((patterns) => ({ patterns, network: train(patterns) }));
    const exact = trained.map(({ patterns, network }) =>
      measureBasins(network, patterns, { ...options, leastOverlap: 1 })
    );
    const near = trained.map(({ patterns, network }) =>
      measureBasins(network, patterns, { ...options, leastOverlap: 0.95 })
    );
    rows.push([
      name,
      rule,
      cell(exact, ({ stable }) => stable),
      cell(exact, ({ radius }) => radius),
      cell(near, ({ radius }) => radius),
      cell(exact, ({ spurious }) => spurious),
    ]);
    series.push({
      name: `${rule}, ${name.replace("random, ", "")}`,
      x: CORRUPTIONS,
      y: CORRUPTIONS.map((_, k) => exact.reduce((sum, { recalled }) => sum + recalled[k], 0) / exact.length),
    });
    console.error(`${name}, ${rule}`);
  }
}
const note =
  `${size} units, ${networks} networks a load, ${trials} trials a point; letters: 120 units, one network. Contrastive training: rate ` +
  `${CONTRASTIVE.rate}, ${CONTRASTIVE.updates} updates, negatives with ${
    100 * CONTRASTIVE.noise
  } % of their spins flipped and ` +
  `${CONTRASTIVE.sweeps} sweep. Basin radius: the largest part of flipped spins up to which 90 % of trials are recalled, whole or to an ` +
  "overlap of 0.95; 0 where not even whole patterns are. Means over networks, with the least and the most.";
console.log(`${markdown(rows)}\n\n${note}`);
if (values.out) {
  const svg = linePlot({
    title: "Recall by corruption: contrastive training and Hebb's rule",
    x: { label: "fraction of spins flipped", range: [0, 0.5] },
    y: { label: "fraction recalled", range: [0, 1] },
    series,
    width: 860,
  });
  await Deno.writeTextFile(values.out, svg);
}

/** The mean over networks, and where there are several the least and the most. */
function cell(basins: readonly Basins[], of: (basins: Basins) => number): string {
  const numbers = basins.map((basin) => of(basin) || 0); // no radius: not even the pattern itself is recalled
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const spread = numbers.length > 1 ? ` (${Math.min(...numbers).toFixed(2)} … ${Math.max(...numbers).toFixed(2)})` : "";
  return `${mean.toFixed(2)}${spread}`;
}
