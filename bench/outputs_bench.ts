/**
 * How fast each output leaves the store: 4 chains × 100 000 draws × 10 values (32 MB), read from segment files with their
 * CRCs checked. The ceiling is the reading alone. `deno run -A bench/outputs_bench.ts [rounds]`
 */
import { outputFormats } from "../coordinator/output/formats.ts";
import type { OutputFormat } from "../coordinator/output/format.ts";
import { messagePack } from "../coordinator/output/message_pack.ts";
import { FileDraws } from "../coordinator/store/file_draws.ts";
import type { DrawsShape } from "../coordinator/store/layout.ts";
import { Store } from "../coordinator/store/store.ts";
import { Random } from "../numerics/random/random.ts";
import { encodeBlock } from "../workers/block.ts";
import { type Spread, spreadOf } from "./median.ts";

const CHAINS = 4;
const SEGMENTS = 10;
const DRAWS = 10_000;
const SHAPE: DrawsShape = {
  lanes: 1,
  valueType: "float64",
  chains: CHAINS,
  variables: [{ name: "mu", shape: [] }, { name: "tau", shape: [] }, { name: "theta", shape: [8] }],
  statistics: [{ name: "lp", type: "float64" }, { name: "diverging", type: "uint8" }],
  numericClass: "v8",
};
const CONTEXT = { job: "bench", model: "eight-schools", sampler: "nuts", seed: 1 };

const rounds = Number(Deno.args[0] ?? 5);
const folder = Deno.makeTempDirSync();
const store = Store.open(folder, { durable: true });
store.jobs.insert({ id: "bench", spec: {}, status: "completed", total: 1, createdAt: "2026-01-01T00:00:00.000Z" });
fill(store);
const layout = store.segments.layout("bench", SHAPE);
const megabytes = 8 * CHAINS * layout.draws * 10 / 1e6;

const ceiling = spreadOf(Array.from({ length: rounds }, () => measure(readAll)));
console.log(`reading alone   ${rate(ceiling)}`);
for (const format of [...Object.values<OutputFormat>(outputFormats), messagePack]) {
  const seconds: number[] = [];
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    const begin = performance.now();
    bytes = 0;
    for await (const chunk of format.stream(new FileDraws(layout), CONTEXT)) bytes += chunk.byteLength;
    seconds.push((performance.now() - begin) / 1000);
  }
  const spread = spreadOf(seconds.map((time) => megabytes / time));
  const written = (spread.median * bytes / 1e6 / megabytes).toFixed(0);
  const share = (spread.median / ceiling.median).toFixed(2);
  console.log(`${format.name.padEnd(16)}${rate(spread)}, ${written} MB/s written, ${share} of the ceiling`);
}
store.close();
Deno.removeSync(folder, { recursive: true });

/** MB of draws a second. */
function measure(work: () => void): number {
  const begin = performance.now();
  work();
  return megabytes * 1000 / (performance.now() - begin);
}

function readAll(): void {
  const draws = new FileDraws(layout);
  for (let chain = 0; chain < CHAINS; chain++) for (const _ of draws.blocks(chain));
  draws.close();
}

function rate({ median, least, most }: Spread): string {
  return `${median.toFixed(0)} MB/s of draws (${least.toFixed(0)} to ${most.toFixed(0)})`;
}

function fill(store: Store): void {
  const random = new Random(1);
  for (let chain = 0; chain < CHAINS; chain++) {
    for (let segment = 0; segment < SEGMENTS; segment++) {
      random.at(chain, segment);
      const values = Float64Array.from({ length: 10 * DRAWS }, () => random.normal());
      const statistics = [values.slice(0, DRAWS), new Uint8Array(DRAWS)];
      const bytes = encodeBlock({ draws: DRAWS, values, statistics, numericClass: "v8", nonFinite: 0 }, {});
      store.segments.commit([{ job: "bench", chain, segment, bytes, draws: DRAWS, nonFinite: 0 }]);
    }
  }
}
