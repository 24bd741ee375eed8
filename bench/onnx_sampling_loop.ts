/**
 * Draws from an exported flow by the workers of a node, without a service around them: a contestant of bench/onnx_sampling_bench.ts.
 * `deno run -A bench/onnx_sampling_loop.ts TASK wasm|native WORKERS`, TASK a FlowTask as JSON.
 */
import { plan, type SegmentRange } from "../coordinator/planner.ts";
import { openDouble } from "../numerics/arithmetic/double.ts";
import { flows } from "../models/flows/registry.ts";
import { buildNetwork, trainedFlow } from "../models/flows/trained.ts";
import { rowsOfRun } from "../models/flows/ports.ts";
import { models } from "../models/registry.ts";
import { exportFlow } from "../onnx/export/flow.ts";
import { hashOf } from "../onnx/export/manifest.ts";
import { kernels } from "../workers/kernels/registry.ts";
import { Pool } from "../workers/pool.ts";
import type { FlowTask } from "./flows_tasks.ts";

const task: FlowTask = JSON.parse(Deno.args[0]);
const [, numericClass, workers] = Deno.args;
if (task.flow === "glow") throw new Error("expected a flow over vectors");

const { flow: kind, dim, couplings, hidden } = task;
const config = kind === "nice"
  ? flows.nice.config.parse({ kind, couplings, hidden })
  : flows["real-nvp"].config.parse({ kind, couplings, hidden });
const shape = { dim, classes: 0, preprocess: "none" } as const;
const network = buildNetwork(config, shape, { arithmetic: openDouble(), capacity: 4 }, 1);
const { forward } = exportFlow(trainedFlow(network, config, shape));
const port = (name: string, shape: number[]) => ({ name, type: "float32" as const, shape });
const z = port("z", [dim]), x = port("x", [dim]), parameters = Math.floor(forward.byteLength / 4);
const model = models.onnx.config.parse({
  kind: "onnx",
  sha256: hashOf(forward),
  base: kind === "nice" ? "logistic" : "normal",
  ports: { z, x, logDet: port("log_det", []) },
  parameters,
  numericClass,
});

const pool = new Pool("graphs", Number(workers), {}, () => {}, (message) => {
  throw new Error(message);
});
let leases = 0;

/** Seconds that so many rows take, in the segments of a job of one chain, all of them waiting at once. */
async function draw(rows: number, seed: number): Promise<number> {
  const job = `seed ${seed}`;
  pool.keep(model.sha256, forward);
  pool.open(job, {
    model,
    sampler: kernels.exact.config.parse({ kind: "exact" }),
    seed,
    chains: 1,
    warmup: 0,
    thin: 1,
  });
  // Each worker opens the graph first, untimed, as the peer's is open.
  await runAll(job, Array.from({ length: 2 * Number(workers) }, () => ({ from: 0, to: 1 })));
  const segments = plan({
    warmup: 0,
    draws: rows,
    thin: 1,
    drawBytes: dim * Float64Array.BYTES_PER_ELEMENT,
    drawsAtOnce: rowsOfRun([z, x], parameters),
  });
  const ranges = Array.from({ length: segments.count }, (_, i) => segments.range(i));
  const begin = performance.now();
  await runAll(job, ranges);
  const seconds = (performance.now() - begin) / 1000;
  pool.close(job);
  return seconds;
}

async function runAll(job: string, ranges: readonly SegmentRange[]): Promise<void> {
  await Promise.all(ranges.map(async ({ from, to }, segment) => {
    const result = await pool.run({
      lease: ++leases,
      job,
      chain: 0,
      lanes: 1,
      segment,
      from,
      to,
      shared: null,
      left: to - from,
    }, null);
    if (result.ok !== true) throw new Error(result.ok === false ? result.error.message : "cancelled");
  }));
}

await draw(64, 0);
console.log(JSON.stringify({ ready: `onnxruntime, ${numericClass}, ${workers} worker${workers === "1" ? "" : "s"}` }));
for await (const line of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  console.log(JSON.stringify({ seconds: await draw(task.steps * task.batch, 1 + Number(line)) }));
}
Deno.exit(0);
