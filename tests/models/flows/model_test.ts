/** Trained flows as models. */
import assert from "node:assert/strict";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { InputError } from "../../../numerics/errors.ts";
import { Random } from "../../../numerics/random/random.ts";
import { flowTarget } from "../../../models/flows/model.ts";
import { flows } from "../../../models/flows/registry.ts";
import { buildNetwork, trainedFlow } from "../../../models/flows/trained.ts";
import type { BatchSampler, Target } from "../../../models/target.ts";
import type { TrainedParameters } from "../../../models/training/training.ts";
import { type FlowCase, flowCases, networkOf } from "./cases.ts";

const ROUNDING = 5e-3; // of a log density in single precision, through both directions of a flow

function trainedCase(flowCase: FlowCase): TrainedParameters {
  return trainedFlow(networkOf(flowCase, openDouble()), flowCase.flow, flowCase.shape);
}

function classOf({ shape }: FlowCase): { class?: number } {
  return shape.classes === 0 ? {} : { class: shape.classes - 1 };
}

function drawn(
  { dim, batches }: Target & { batches: BatchSampler },
  count: number,
  step: number,
  stride = 1,
): { x: Float64Array; logDensity: Float64Array } {
  const x = new Float64Array(count * dim), logDensity = new Float64Array(count);
  void batches.draw(count, { index: 0, seed: 5, stream: 2, step, stride }, x, logDensity);
  return { x, logDensity };
}

for (const flowCase of flowCases) {
  const isUniform = "base" in flowCase.flow && flowCase.flow.base === "uniform";

  for (const temperature of isUniform ? [1] : [1, 0.7]) {
    Deno.test(`${flowCase.name} at temperature ${temperature}: draws come with the density that their way back gives`, () => {
      const target = flowTarget(trainedCase(flowCase), { temperature, ...classOf(flowCase) });
      const { x, logDensity } = drawn(target, 40, 1);
      for (let r = 0; r < 40; r++) {
        const back = target.logDensity(x.slice(r * target.dim, (r + 1) * target.dim));
        assert.ok(Math.abs(back - logDensity[r]) < ROUNDING * Math.max(1, Math.abs(back)), `${back} ${logDensity[r]}`);
      }
    });
  }

  Deno.test(`${flowCase.name}: a draw is the same in any batch, and alone`, () => {
    const target = flowTarget(trainedCase(flowCase), { temperature: 1, ...classOf(flowCase) });
    const { dim } = target;
    const whole = drawn(target, 21, 3, 2);
    const parts = [[0, 8], [8, 9], [9, 21]].map(([from, to]) => drawn(target, to - from, 3 + 2 * from, 2));
    assert.deepEqual([...whole.x], parts.flatMap(({ x }) => [...x]));
    assert.deepEqual([...whole.logDensity], parts.flatMap(({ logDensity }) => [...logDensity]));
    const alone = new Float64Array(dim);
    target.sample?.(new Random(5).at(2, 3 + 2 * 13), alone);
    assert.deepEqual([...alone], [...whole.x.subarray(13 * dim, 14 * dim)]);
  });
}

Deno.test("a tempered flow that moves nothing is the normal distribution of that spread", () => {
  const config = flows["real-nvp"].config.parse({ kind: "real-nvp", couplings: 2, hidden: [4] });
  const shape = { dim: 2, classes: 0, preprocess: "none" } as const;
  const network = buildNetwork(config, shape, { arithmetic: openDouble(), capacity: 1 }, 0);
  const target = flowTarget(trainedFlow(network, config, shape), { temperature: 0.5 });
  const x = Float64Array.of(0.3, -0.8), gradient = new Float64Array(2);
  const expected = -(0.3 ** 2 + 0.8 ** 2) / (2 * 0.25) - 2 * Math.log(0.5) - Math.log(2 * Math.PI);
  const found = target.logDensityAndGradient?.(x, gradient) ?? NaN;
  assert.ok(Math.abs(found - expected) < 1e-6, `${found}, not ${expected}`);
  gradient.forEach((value, i) => assert.ok(Math.abs(value + x[i] / 0.25) < 1e-6, `${value}`));
});

Deno.test("a class that is missing, unknown or of no use, and a spread that is not there, are refused by name", () => {
  const caseOf = (name: string) => trainedCase(flowCases.find((flowCase) => flowCase.name === name)!);
  const refused: [TrainedParameters, { temperature: number; class?: number }, string][] = [
    [caseOf("real-nvp of classes"), { temperature: 1 }, "class"],
    [caseOf("real-nvp of classes"), { temperature: 1, class: 3 }, "class"],
    [caseOf("real-nvp"), { temperature: 1, class: 0 }, "class"],
    [caseOf("nice of noise in a box"), { temperature: 0.9 }, "temperature"],
  ];
  for (const [trained, options, path] of refused) {
    assert.throws(() => flowTarget(trained, options), (error) => error instanceof InputError && error.path === path);
  }
});
