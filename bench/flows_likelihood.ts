/**
 * Held-out log-likelihoods of flows beside torch: the same architecture, first parameters, minibatches, optimiser and number of steps.
 * `deno run -A bench/flows_likelihood.ts` for all tasks, TASKS=two-moons,cascade for some, STEPS=0.1 for a tenth of the steps, THREADS=2 for torch. RECORD=1
 * puts each task's row into docs/benchmarks.md as soon as it is there.
 *
 * Bits are per dimension, of pixels with 256 levels. Ours is as good as torch's where it is not below it by more than a hundredth.
 */
import { join } from "node:path";
import { openSingle } from "../numerics/arithmetic/single.ts";
import type { Dataset } from "../models/data/dataset.ts";
import { parametersOf } from "../models/flows/network.ts";
import { buildNetwork, flowBytes, openTrained, parseTrained } from "../models/flows/trained.ts";
import { bitsPerDimension, type FlowData, flowData } from "../models/training/flows/data.ts";
import { type Minibatches, minibatches } from "../models/training/minibatches.ts";
import { trainings } from "../models/training/registry.ts";
import type { TrainedParameters, TrainingDefinition } from "../models/training/training.ts";
import { chosen } from "./chosen.ts";
import { LIKELIHOOD_TASKS, type LikelihoodTask } from "./flows_likelihood_tasks.ts";
import { spreadOf } from "./median.ts";
import { conditions, record } from "./record.ts";
import { markdown } from "./table.ts";

const SECTION = "flows likelihood";
const HEAD = ["data", "flow", "steps", "nats", "torch", "bits/dim", "torch", "within 1 %"];
const CHUNK = 200;
const TOLERANCE = 0.01;
const part = Number(Deno.env.get("STEPS") ?? 1);
const threads = Number(Deno.env.get("THREADS") ?? 1);
const python = Deno.env.get("PYTHON") ?? "/usr/bin/python3";
const here = import.meta.dirname;
if (!here) throw new Error("the benchmark runs from a local checkout: its peers are started from files");

interface Outcome {
  readonly nats: number;
}

/** One after the other: the same array, filled anew, x [rows × dim]. */
type Batches = Iterable<Float32Array<ArrayBuffer>>;

interface Trained extends Outcome {
  readonly batches: Batches;
  readonly updates: number;
  readonly dim: number;
  readonly hasBits: boolean;
}

/** Trains ours, and writes into the folder what the peer needs to do the same. */
async function trainOurs({ train: options, rows }: LikelihoodTask, seed: number, folder: string): Promise<Trained> {
  const { train, test } = await rows();
  const definition: TrainingDefinition = trainings[options.kind];
  const epochs = part * options.epochs, { batchSize } = options;
  const config = definition.config.parse({ ...options, epochs, recordEvery: 10_000_000 });
  const training = definition.build(config, train, seed);
  const { updates } = training;
  const state = training.init();
  const { preprocess } = await writeTask(folder, training.parameters(state), { ...config, updates, rows: train.rows });
  for (let update = 1; update <= updates; update++) training.update(state, update);
  const { flow } = openTrained(training.parameters(state), (bytes) => openSingle({ bytes }), CHUNK);
  const dataOf = (data: Dataset) => flowData(data, { classConditional: false, preprocess }, preprocess, seed);
  const data = dataOf(held(test));
  const values = new Float32Array(test.rows * test.columns);
  data.fill(Uint32Array.from({ length: test.rows }, (_, row) => row), 0, values, null);
  await Deno.writeFile(join(folder, "test.f32"), bytesOf(values));
  const logs = flow.logDensity({ rows: test.rows, values });
  const nats = logs.reduce((sum, value) => sum + value, 0) / test.rows;
  const learned = dataOf(train);
  const batches = batchesOf(learned, minibatches(learned.trainRows, batchSize, seed), batchSize, updates);
  return { nats, batches, updates, dim: test.columns, hasBits: data.hasBits };
}

/** What each update learned from, with its dequantisation noise. */
function* batchesOf(
  { shape: { dim }, fill }: FlowData,
  order: Minibatches,
  batchSize: number,
  updates: number,
): Batches {
  const x = new Float32Array(batchSize * dim);
  for (let update = 1; update <= updates; update++) {
    const rows = order.rowsOf(update);
    fill(rows, update, x, null);
    yield x.subarray(0, rows.length * dim);
  }
}

/** All rows of a test set are held out, none is learned from. */
function held(data: Dataset): Dataset {
  return { ...data, validationRows: 0 };
}

async function writeTask(
  folder: string,
  first: TrainedParameters,
  { rows, batchSize, updates, learningRate, schedule, warmup, clip = null }: Record<string, unknown>,
) {
  const { flow, shape } = parseTrained(first);
  const network = buildNetwork(flow, shape, {
    arithmetic: openSingle({ bytes: flowBytes(flow, shape, 1) }),
    capacity: 1,
  }, 0);
  const arrays = parametersOf(network).map(({ name, shape, gradient }) => ({
    name,
    shape,
    learned: gradient !== null,
  }));
  const task = { threads, flow, shape, arrays, end: network.layers.length - 1, rows, batchSize, updates };
  const optimizer = { learningRate, schedule, warmup, clip };
  await Deno.writeTextFile(join(folder, "task.json"), JSON.stringify({ ...task, ...optimizer }));
  const parameters = arrays.flatMap(({ name }) => Array.from(first.arrays[name].values));
  await Deno.writeFile(join(folder, "parameters.f32"), bytesOf(Float32Array.from(parameters)));
  return shape;
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

async function trainPeer(folder: string, batches: Batches): Promise<Outcome> {
  const args = [join(here!, "peers", "flows_likelihood.py"), folder];
  const peer = new Deno.Command(python, { args, stdin: "piped", stdout: "piped", stderr: "inherit" }).spawn();
  const output = peer.output();
  const writer = peer.stdin.getWriter();
  for (const batch of batches) await writer.write(bytesOf(batch));
  await writer.close();
  const { stdout, success } = await output;
  if (!success) throw new Error("torch's training failed: docs/benchmarks.md says what it needs");
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Both, from the same first parameters, once for each seed. */
async function compare(task: LikelihoodTask): Promise<{ ours: Trained[]; peer: Outcome[] }> {
  const ours: Trained[] = [], peer: Outcome[] = [];
  for (let seed = 1; seed <= task.seeds; seed++) {
    const folder = await Deno.makeTempDir();
    try {
      const trained = await trainOurs(task, seed, folder);
      ours.push(trained);
      peer.push(await trainPeer(folder, trained.batches));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  return { ours, peer };
}

function median(values: readonly number[]): number {
  return spreadOf(values).median;
}

/** `-2.474`, or with several seeds `-2.474 (-2.53 … -2.41)`. */
function cell(values: readonly number[]): string {
  const middle = median(values).toFixed(3);
  return values.length === 1
    ? middle
    : `${middle} (${Math.min(...values).toFixed(2)} … ${Math.max(...values).toFixed(2)})`;
}

/** The page's table with a task's row, in the place of an older one; rows are in the order of the tasks. */
function withRow(old: string, row: readonly string[]): string {
  const lines = old.split("\n").map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  const known = new Map<string, readonly string[]>([...lines, row].map((cells) => [cells[0], cells]));
  const rows = LIKELIHOOD_TASKS.map(({ name }) => known.get(name)).filter((cells) => cells !== undefined);
  return markdown([HEAD, ...rows]);
}

let isGood = true;
console.log(`${conditions()}\n\n${markdown([HEAD])}`);
for (const task of chosen(LIKELIHOOD_TASKS)) {
  const { ours, peer } = await compare(task);
  const [mine, theirs] = [ours, peer].map((outcomes) => outcomes.map(({ nats }) => nats));
  const least = median(theirs) - TOLERANCE * Math.abs(median(theirs));
  const isAsGood = median(mine) >= least;
  isGood &&= isAsGood;
  const { dim, hasBits, updates } = ours[0];
  const bits = [mine, theirs].map((nats) => hasBits ? bitsPerDimension(median(nats), dim).toFixed(3) : "");
  const row = [task.name, task.train.kind, `${updates}`, cell(mine), cell(theirs), ...bits, isAsGood ? "yes" : "NO"];
  console.log(`| ${row.join(" | ")} |`);
  if (part === 1) await record(SECTION, (old) => withRow(old, row));
}
if (!isGood) Deno.exit(1);
