/**
 * The diagnostics of one variable of 10 chains × 1,000,000 draws, and their parts. The aim is 3 s a variable and less than
 * 500 MB for the process, which it prints.
 *
 *   deno bench bench/statistics_bench.ts
 */
import { splitInHalves } from "../coordinator/statistics/chains.ts";
import { diagnose } from "../coordinator/statistics/diagnose.ts";
import { effectiveSampleSize } from "../coordinator/statistics/effective_sample_size.ts";
import { sortWithOrder } from "../coordinator/statistics/sorting.ts";
import { scaled } from "../coordinator/statistics/transforms.ts";
import { Workspace } from "../coordinator/statistics/workspace.ts";
import { Random } from "../numerics/random/random.ts";

const CHAINS = 10, DRAWS = 1_000_000;
const workspace = new Workspace();
workspace.reserve(CHAINS * DRAWS);

/** An AR(1) chain with the given autocorrelation, in place. */
function fill(correlation: number): void {
  const random = new Random(1), noise = Math.sqrt(1 - correlation ** 2);
  for (let chain = 0; chain < CHAINS; chain++) {
    random.at(chain, 0);
    let x = random.normal();
    for (let t = 0; t < DRAWS; t++) {
      x = correlation * x + noise * random.normal();
      workspace.values[chain * DRAWS + t] = x;
    }
  }
}

const draws = { chains: CHAINS, draws: DRAWS, values: workspace.values };
for (const correlation of [0, 0.9, 0.999]) {
  Deno.bench({ name: `all diagnostics, 10^7 draws, correlation ${correlation}`, n: 3, warmup: 1 }, (b) => {
    fill(correlation);
    b.start();
    diagnose(draws, workspace);
    b.end();
  });
}

Deno.bench({ name: "sort of 10^7 draws with their order", n: 3, warmup: 1 }, (b) => {
  fill(0);
  b.start();
  sortWithOrder(workspace, CHAINS * DRAWS);
  b.end();
});

Deno.bench({ name: "one ESS of 10^7 draws", n: 3, warmup: 1 }, (b) => {
  fill(0.5);
  b.start();
  effectiveSampleSize(scaled(splitInHalves(draws), workspace.values, 1, Number.EPSILON));
  b.end();
  console.log(`resident: ${(Deno.memoryUsage().rss / 1e6).toFixed(0)} MB`);
});
