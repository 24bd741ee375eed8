/** The gradient of whole objectives, in double precision, beside differences of their values. */
import assert from "node:assert/strict";
import { openDouble } from "../../../../numerics/arithmetic/double.ts";
import { Purpose, Random } from "../../../../numerics/random/random.ts";
import type { Dataset } from "../../../../models/data/dataset.ts";
import { toy } from "../../../../models/data/toys.ts";
import type { DataShape, Network } from "../../../../models/flows/definition.ts";
import { parametersOf, reload } from "../../../../models/flows/network.ts";
import { buildNetwork, type FlowConfig } from "../../../../models/flows/trained.ts";
import { flows } from "../../../../models/flows/registry.ts";
import { flowData } from "../../../../models/training/flows/data.ts";
import { Likelihood } from "../../../../models/training/flows/likelihood.ts";
import { Parts } from "../../../../models/training/flows/parts.ts";
import { ReverseKl } from "../../../../models/training/flows/reverse_kl.ts";
import { targetOf } from "../../../../models/training/flows/target.ts";
import { minibatches } from "../../../../models/training/minibatches.ts";
import { ModelSpec } from "../../../../models/model_spec.ts";

const BATCH = 5, UPDATE = 3, STEP = 1e-5;

/** Bytes of 4 × 4 images with labels. */
function images(): Dataset {
  const random = new Random(3).at(0, 0, Purpose.test), rows = 12, columns = 16;
  return {
    name: "images",
    rows,
    columns,
    values: Uint8Array.from({ length: rows * columns }, () => random.integer(256)),
    image: [4, 4],
    labels: Uint8Array.from({ length: rows }, (_, r) => r % 3),
    validationRows: 2,
  };
}

/** The parts of an objective over a network whose parameters are somewhere. */
function partsOf(
  flow: FlowConfig,
  objective: "likelihood" | "class-conditional" | "reverse-kl",
  data: Dataset,
  breakNetwork: (network: Network) => Network = (network) => network,
): Parts {
  const arithmetic = openDouble(), place = { arithmetic, capacity: BATCH };
  const build = (shape: DataShape) => {
    const network = buildNetwork(flow, shape, place, 1), random = new Random(2).at(0, 0, Purpose.test);
    for (const { values, gradient } of parametersOf(network)) {
      if (gradient) values.forEach((_, k) => values[k] += 0.1 * random.normal());
    }
    reload(network);
    return breakNetwork(network);
  };
  if (objective === "reverse-kl") {
    const target = targetOf(ModelSpec.parse({ kind: "potential", energy: "u3" }));
    const network = build({ dim: 2, classes: 0, preprocess: "none" });
    const options = { batchSize: BATCH, monitorRows: 10, annealing: { from: 0.5, updates: 10 } };
    return new Parts(network, new ReverseKl(network, target, options, 7, place), BATCH);
  }
  const rows = flowData(data, { classConditional: objective === "class-conditional" }, "logit", 7);
  const network = build(rows.shape);
  const batches = minibatches(rows.trainRows, BATCH, 7);
  return new Parts(network, new Likelihood(network, rows, batches, 10, place), BATCH);
}

/** The largest difference between the gradient and differences of the mean value, over some entries of each parameter. */
function worst(parts: Parts): { difference: number; checked: number } {
  parts.gradient(UPDATE, 0);
  const gradients = parts.parameters.map(({ gradient }) => gradient?.slice());
  const value = () => {
    parts.reload();
    return -parts.gradient(UPDATE, 0) / parts.rowsIn(UPDATE);
  };
  let difference = 0, checked = 0;
  parts.parameters.forEach(({ values }, i) => {
    const gradient = gradients[i];
    if (!gradient) return;
    for (let k = 0; k < values.length; k += Math.max(1, Math.floor(values.length / 3))) {
      const at = values[k];
      values[k] = at + STEP;
      const above = value();
      values[k] = at - STEP;
      const numeric = (above - value()) / (2 * STEP);
      values[k] = at;
      difference = Math.max(difference, Math.abs(numeric - gradient[k]) / (1 + Math.abs(numeric)));
      checked++;
    }
  });
  return { difference, checked };
}

const architecture = (config: unknown): FlowConfig => {
  const { kind } = config as { kind: keyof typeof flows };
  return flows[kind].config.parse(config);
};
const PLANAR = architecture({ kind: "planar", length: 3 });
const NICE = architecture({ kind: "nice", couplings: 3, hidden: [6], activation: "tanh" });
const REAL_NVP = architecture({ kind: "real-nvp", couplings: 3, hidden: [6], activation: "tanh" });
const GLOW = architecture({ kind: "glow", levels: 2, steps: 1, channels: 3 });
const TOY = { ...toy("pinwheel", 12, 1), validationRows: 2 };

const CASES = [
  { name: "planar by likelihood", parts: () => partsOf(PLANAR, "likelihood", TOY) },
  { name: "NICE by likelihood", parts: () => partsOf(NICE, "likelihood", images()) },
  { name: "Real NVP by likelihood, given the class", parts: () => partsOf(REAL_NVP, "class-conditional", images()) },
  { name: "Glow by likelihood", parts: () => partsOf(GLOW, "likelihood", images()) },
  { name: "planar by reverse divergence", parts: () => partsOf(PLANAR, "reverse-kl", TOY) },
  { name: "Real NVP by reverse divergence", parts: () => partsOf(REAL_NVP, "reverse-kl", TOY) },
];

for (const { name, parts } of CASES) {
  Deno.test(`${name}: the gradient is that of the value`, () => {
    const { difference, checked } = worst(parts());
    assert.ok(checked >= 9, `${checked} entries`);
    assert.ok(difference < 1e-6, `${difference}`);
  });
}

for (const objective of ["likelihood", "reverse-kl"] as const) {
  Deno.test(`a layer whose way back has the sign of the log-determinant wrong is caught, by ${objective}`, () => {
    const wrong = ({ layers, base }: Network): Network => ({
      base,
      layers: layers.map((layer) => ({
        ...layer,
        parameters: layer.parameters,
        reload: () => layer.reload(),
        forward: (rows, keep) => layer.forward(rows, keep),
        inverse: (rows, keep) => layer.inverse(rows, keep),
        forwardBack: (way) => layer.forwardBack({ ...way, dLogDet: way.dLogDet.map((value) => -value) }),
        inverseBack: (way) => layer.inverseBack({ ...way, dLogDet: way.dLogDet.map((value) => -value) }),
      })),
    });
    assert.ok(worst(partsOf(REAL_NVP, objective, TOY, wrong)).difference > 1e-3);
  });
}

Deno.test("the gradients of parts add up to that of the whole", () => {
  const arithmetic = openDouble(), place = { arithmetic, capacity: BATCH };
  const rows = flowData(TOY, { classConditional: false }, "logit", 7);
  const gradients = (size: number) => {
    const network = buildNetwork(REAL_NVP, rows.shape, place, 1);
    reload(network);
    const batches = minibatches(rows.trainRows, BATCH, 7);
    const parts = new Parts(network, new Likelihood(network, rows, batches, 10, place), size);
    const sums = parts.parameters.map(({ values }) => new Float64Array(values.length));
    for (let part = 0; part < parts.count(1); part++) {
      parts.gradient(1, part);
      parts.parameters.forEach(({ gradient }, i) => gradient?.forEach((value, k) => sums[i][k] += value));
    }
    return sums;
  };
  const whole = gradients(BATCH), split = gradients(2);
  whole.forEach((array, i) => array.forEach((value, k) => assert.ok(Math.abs(value - split[i][k]) < 1e-12)));
});
