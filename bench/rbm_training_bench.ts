/**
 * RBMs with 500 hidden units on binarised images, ours beside scikit-learn's BernoulliRBM: the mean log-likelihood of test rows after
 * the same seconds of training, log Z of both by one and the same annealed importance sampling.
 *
 * `deno run -A bench/rbm_training_bench.ts [DATA…]`, by default fashion-mnist and mnist-10k. SECONDS="10 20 40" says when to look,
 * OPTIONS='{"learningRate":0.1}' changes our training, PEERS="10:0.1 100:0.01" scikit-learn's batch sizes and rates (its defaults are
 * 10 and 0.1). The clock runs while parameters are updated, not while they are measured. One thread each, one after the other.
 * Images of filters and chains go to the folder IMAGES, where it is set.
 */
import { join } from "node:path";
import type { z } from "zod";
import { loadDataset } from "../coordinator/datasets/load.ts";
import { DataSpec } from "../coordinator/datasets/spec.ts";
import { encodePng } from "../coordinator/pictures/picture.ts";
import { modelFilters } from "../coordinator/pictures/model_filters.ts";
import { imageSheet } from "../coordinator/pictures/sheet.ts";
import { UNIT_RANGE } from "../coordinator/pictures/range.ts";
import type { Dataset } from "../models/data/dataset.ts";
import { type RbmParameters, visibleFields } from "../models/energy/rbm/parameters.ts";
import { lazyLayers } from "../models/energy/rbm/layers.ts";
import { fromTrained } from "../models/energy/rbm.ts";
import { rbm } from "../models/training/rbm.ts";
import { prepareData, type RbmData } from "../models/training/rbm/data.ts";
import { annealedLogPartition } from "../models/training/rbm/monitor.ts";
import { meanFreeEnergy } from "../models/training/rbm/monitors.ts";
import { expit } from "../numerics/special/logarithms.ts";
import { benchFolder } from "./contestant.ts";
import { digits, markdown } from "./table.ts";
import { conditions, record } from "./record.ts";

const HIDDEN = 500;
const MOST_EPOCHS = 10_000; // the clock ends the training; the learning rate does not know its length unless OPTIONS says so
const SEED = 20260101;
const MARKS = (Deno.env.get("SECONDS") ?? "5 10 20 40 80 160").split(" ").map(Number);
const PEERS = (Deno.env.get("PEERS") ?? "10:0.1 10:0.01 100:0.05").split(" ").filter((text) => text !== "");
const ANNEALING = { temperatures: Number(Deno.env.get("TEMPERATURES") ?? 5000), particles: 100 };
const OPTIONS: Partial<z.input<typeof rbm.config>> = JSON.parse(Deno.env.get("OPTIONS") ?? "{}");
const IMAGES = Deno.env.get("IMAGES");

interface Snapshot {
  readonly seconds: number;
  readonly epochs: number;
  readonly parameters: RbmParameters;
}

const here = import.meta.dirname;
if (!here) throw new Error("the benchmark runs from a local checkout: its peers are started from files");
const folder = await benchFolder();
const page = [conditions()];
console.log(`${page[0]}\n`);

for (const name of Deno.args.length > 0 ? Deno.args : ["fashion-mnist", "mnist-10k"]) {
  const dataset = await trainAndTest(name);
  const data = prepareData(dataset, false);
  const head = [`${name}: seconds`, ...MARKS.map(String)];
  const rows = [head];
  const show = (who: string, snapshots: readonly Snapshot[]) => {
    const cells = snapshots.map(({ epochs, parameters }) =>
      `${likelihood(parameters, data)}; ${digits(epochs)} epochs`
    );
    rows.push([who, ...cells]);
    console.log(rows[rows.length - 1].join(" | "));
  };
  console.log(head.join(" | "));
  show("ergodic", ours(name, dataset));
  for (const peer of PEERS) {
    const [batch, rate] = peer.split(":").map(Number);
    const { ready, snapshots } = await scikitLearn(name, dataset, batch, rate);
    show(`${ready}, batch ${batch}, rate ${rate}`, snapshots);
  }
  page.push(markdown(rows));
}
await record("rbm training", page.join("\n\n"));

/** Binarised at one half, the test part last, as validation rows. */
async function trainAndTest(name: string): Promise<Dataset> {
  const [train, test] = await Promise.all(
    ["train", "test"].map((split) => loadDataset(DataSpec.parse({ kind: name, split, binarize: 0.5 }))),
  );
  const values = new Uint8Array(train.values.length + test.values.length);
  values.set(train.values);
  values.set(test.values, train.values.length);
  return { ...train, rows: train.rows + test.rows, values, validationRows: test.rows };
}

/** Our training, for as long as the last mark. A first, untimed stretch of another one lets the compiler settle. */
function ours(name: string, dataset: Dataset): Snapshot[] {
  const options = rbm.config.parse({ kind: "rbm", hidden: HIDDEN, epochs: MOST_EPOCHS, ...OPTIONS });
  const rehearsal = rbm.build(options, dataset, 1), rehearsed = rehearsal.init();
  for (let update = 1; update <= 100; update++) rehearsal.update(rehearsed, update);

  const training = rbm.build(options, dataset, SEED);
  const state = training.init();
  const updatesAnEpoch = Math.ceil((dataset.rows - dataset.validationRows) / options.batchSize);
  const snapshots: Snapshot[] = [];
  let spent = 0;
  for (let update = 1; update <= training.updates && snapshots.length < MARKS.length; update++) {
    const start = performance.now();
    training.update(state, update);
    spent += (performance.now() - start) / 1000;
    if (spent < MARKS[snapshots.length]) continue;
    const { parameters } = fromTrained(training.parameters(state));
    snapshots.push({ seconds: spent, epochs: update / updatesAnEpoch, parameters });
  }
  if (IMAGES) writeImages(IMAGES, name, training.parameters(state));
  return snapshots;
}

async function scikitLearn(name: string, dataset: Dataset, batch: number, rate: number) {
  const path = join(folder, `${name}.bits`), out = join(folder, `${name}-sklearn-${batch}-${rate}`);
  const rows = dataset.rows - dataset.validationRows;
  await Deno.writeFile(path, Uint8Array.from(dataset.values.subarray(0, rows * dataset.columns)));
  const script = join(here!, "peers", "sklearn_rbm.py");
  const args = [script, path, rows, dataset.columns, HIDDEN, batch, rate, SEED, out, ...MARKS].map(String);
  const { stdout, success } = await new Deno.Command(Deno.env.get("PYTHON") ?? "/usr/bin/python3", {
    args,
    env: { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" },
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("scikit-learn's training failed; docs/benchmarks.md says what it needs");
  const [{ ready }, ...lines] = new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
  const snapshots = await Promise.all(lines.map(async ({ seconds, epochs, file }): Promise<Snapshot> => {
    const values = new Float32Array((await Deno.readFile(file)).buffer);
    return { seconds, epochs, parameters: fromComponents(values, dataset.columns) };
  }));
  return { ready: String(ready), snapshots };
}

/** scikit-learn keeps weights [hidden × visible]. */
function fromComponents(values: Float32Array, visibleUnits: number): RbmParameters {
  const weights = new Float32Array(visibleUnits * HIDDEN);
  for (let j = 0; j < HIDDEN; j++) {
    for (let i = 0; i < visibleUnits; i++) weights[i * HIDDEN + j] = values[j * visibleUnits + i];
  }
  const visibleBias = values.slice(weights.length, weights.length + visibleUnits);
  const hiddenBias = values.slice(weights.length + visibleUnits);
  return { visibleUnits, hiddenUnits: HIDDEN, weights, visibleBias, hiddenBias, variances: null };
}

/** `-123.4 ± 0.2`: of all test rows, ± the standard error of log Z. */
function likelihood(parameters: RbmParameters, data: RbmData): string {
  const layers = lazyLayers(parameters, 128)();
  const energy = meanFreeEnergy(parameters, layers, { data, from: data.trainRows, count: data.validationRows });
  const { value, standardError } = annealedLogPartition(parameters, data, ANNEALING, { seed: SEED, run: 0 });
  return `${(-energy - value).toFixed(1)} ± ${standardError.toFixed(1)}`;
}

function writeImages(folder: string, name: string, trained: ReturnType<ReturnType<typeof rbm.build>["parameters"]>) {
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeFileSync(join(folder, `${name}-filters.png`), encodePng(modelFilters(trained, { count: 100 })));
  const { parameters, starts } = fromTrained(trained);
  if (!starts) return;
  const chains = Array.from({ length: 100 }, (_, row) => {
    const fields = new Float64Array(parameters.visibleUnits);
    visibleFields(parameters, starts.subarray(row * HIDDEN, (row + 1) * HIDDEN), fields);
    return fields.map(expit);
  });
  Deno.writeFileSync(
    join(folder, `${name}-chains.png`),
    encodePng(imageSheet(chains, [28, 28], UNIT_RANGE, { zoom: 2 })),
  );
}
