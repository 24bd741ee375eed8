/**
 * What idle workers gain a training: updates a second of one worker, and of two that share each update. `deno run -A bench/flows_sharing.ts`.
 *
 * The pool is that of a node; the checkpoints that it gives back must be the same bytes. The first segment warms up and is not timed.
 */
import { createHash } from "node:crypto";
import { encodeDataset } from "../models/data/encoding.ts";
import type { Dataset } from "../models/data/dataset.ts";
import { trainings } from "../models/training/registry.ts";
import { Purpose, Random } from "../numerics/random/random.ts";
import { tailOf } from "../workers/block.ts";
import { Pool } from "../workers/pool.ts";
import type { WorkSpec } from "../workers/work_spec.ts";
import { conditions } from "./record.ts";
import { digits, markdown } from "./table.ts";

const SHA256 = "data";

const NETS = [
  {
    name: "NICE 784, 4 × [1000 × 5]",
    train: { kind: "nice", couplings: 4, hidden: [1000, 1000, 1000, 1000, 1000], batchSize: 256 },
    updates: 12,
  },
  {
    name: "Real NVP 784, 8 × [256, 256]",
    train: { kind: "real-nvp", hidden: [256, 256], batchSize: 512 },
    updates: 20,
  },
  { name: "Glow 28 × 28, 2 levels × 8 steps, 64 channels", train: { kind: "glow", batchSize: 64 }, updates: 8 },
] as const;

/** Noise as images: what it costs to learn does not depend on what is learned. */
function images(rows: number): Dataset {
  const random = new Random(1).at(0, 0, Purpose.data), columns = 784;
  const values = Uint8Array.from({ length: rows * columns }, () => random.integer(256));
  return { name: "noise", rows, columns, values, image: [28, 28], validationRows: 0 };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

async function run(
  { train, updates }: typeof NETS[number],
  workers: number,
): Promise<{ rate: number; sha256: string }> {
  const data = images(train.batchSize * 4);
  const config = trainings[train.kind].config.parse({ ...train, epochs: 1000 });
  const spec: WorkSpec = { train: config, dataset: { sha256: SHA256 }, seed: 1 };
  const pool = new Pool("own", workers, {}, () => {}, (message) => {
    console.error(message);
    Deno.exit(1);
  });
  pool.keep(SHA256, joined(encodeDataset(data)));
  pool.open("job", spec);
  const segment = async (number: number, from: number, to: number, checkpoint: Uint8Array | null) => {
    const lease = {
      lease: number,
      job: "job",
      chain: 0,
      lanes: 1,
      segment: number,
      from,
      to,
      shared: null,
      left: to - from,
    };
    const result = await pool.run(lease, checkpoint);
    if (result.ok !== true) throw new Error(JSON.stringify(result));
    return result.bytes;
  };
  const first = await segment(0, 0, 3, null);
  const begin = performance.now();
  const last = await segment(1, 3, 3 + updates, tailOf(first));
  const seconds = (performance.now() - begin) / 1000;
  return { rate: updates / seconds, sha256: createHash("sha256").update(last).digest("hex") };
}

console.log(`${conditions()}\n`);
const rows = [["net", "updates/s of one worker", "of two", "gain", "same bytes"]];
for (const net of NETS) {
  const one = await run(net, 1), two = await run(net, 2);
  const isSame = one.sha256 === two.sha256;
  rows.push([net.name, digits(one.rate), digits(two.rate), digits(two.rate / one.rate), isSame ? "yes" : "NO"]);
  if (!isSame) Deno.exitCode = 1;
}
console.log(markdown(rows));
Deno.exit();
