/**
 * Whole jobs against known moments: each mean and each mean of squares within 4 of its Monte Carlo errors, at a fixed seed. Were
 * the seed free, a sound sampler would fail a case of 20 variables once in about 400; the seed is fixed, so it passes always.
 * The broken twin is the same job held against moments that are off by a fifth of an sd.
 */
import assert from "node:assert/strict";
import { acceptJob } from "../../coordinator/accept.ts";
import { diagnose } from "../../coordinator/statistics/diagnose.ts";
import { Workspace } from "../../coordinator/statistics/workspace.ts";
import { Random } from "../../numerics/random/random.ts";
import { isBatched } from "../../workers/process.ts";
import { buildSamplingProcess } from "../../workers/sampling.ts";
import { runSegment } from "../../workers/segment.ts";

interface Truth {
  readonly mean: number;
  readonly sd: number;
}

/** The draws of a job, made here in one piece a chain: values[value] is [chains][draws]. */
function drawsOf(body: unknown): { names: readonly string[]; chains: number; draws: number; values: Float64Array[] } {
  const { spec, names, plan } = acceptJob(body, () => 1);
  const values = names.map(() => new Float64Array(spec.chains * spec.draws));
  const process = buildSamplingProcess(spec);
  assert.ok(!isBatched(process));
  for (let chain = 0; chain < spec.chains; chain++) {
    const run = runSegment(process, { chain, from: 0, to: plan.steps }, null);
    let turn = run.next(0);
    while (!turn.done) turn = run.next(plan.steps);
    values.forEach((column, v) =>
      column.set(turn.value!.block.values.subarray(v * spec.draws, (v + 1) * spec.draws), chain * spec.draws)
    );
  }
  return { names, chains: spec.chains, draws: spec.draws, values };
}

/** What of x and of (x − mean)² is further than 4 Monte Carlo errors from the truth. */
function deviations(sample: ReturnType<typeof drawsOf>, truth: (name: string) => Truth | undefined): string[] {
  const workspace = new Workspace();
  return sample.names.flatMap((name, v) => {
    const expected = truth(name);
    if (!expected) return [];
    const { mean, sd } = expected;
    const column = sample.values[v];
    const check = (what: string, values: Float64Array, value: number) => {
      const found = diagnose({ chains: sample.chains, draws: sample.draws, values }, workspace);
      assert.ok(found.rhat < 1.02, `${name}: R-hat ${found.rhat}`);
      const errors = Math.abs(found.mean - value) / found.mcseMean;
      return errors < 4 ? [] : [`${what} of ${name}: ${found.mean}, expected ${value}: ${errors.toFixed(1)} MCSE`];
    };
    return [
      ...check("mean", column.slice(), mean),
      ...check("variance", column.map((x) => (x - mean) ** 2), sd * sd),
    ];
  });
}

const DIM = 20;
/** Scales from 0.1 to 10 with correlation 0.5 between neighbours' ranks: covariance_ij = s_i s_j 0.5^|i−j|. */
const scales = Array.from({ length: DIM }, (_, i) => 10 ** (2 * i / (DIM - 1) - 1));
const means = Array.from({ length: DIM }, (_, i) => i - 10);
const gaussian20 = {
  kind: "gaussian",
  mean: means,
  covariance: scales.map((a, i) => scales.map((b, j) => a * b * 0.5 ** Math.abs(i - j))),
};
const index = (name: string) => Number(name.match(/\[(\d+)\]/)?.[1] ?? 0) - 1;

const mixture = {
  kind: "gaussian-mixture",
  weights: [0.3, 0.7],
  means: [[-2, 0], [2, 1]],
  covariances: [[[1, 0], [0, 1]], [[1, 0.5], [0.5, 1]]],
};
const mixtureTruth: readonly Truth[] = [0, 1].map((axis) => {
  const centres = mixture.means.map((centre) => centre[axis]);
  const mean = 0.3 * centres[0] + 0.7 * centres[1];
  return { mean, sd: Math.sqrt(1 + 0.3 * (centres[0] - mean) ** 2 + 0.7 * (centres[1] - mean) ** 2) };
});
const bananaTruth: readonly Truth[] = [{ mean: 0, sd: 1 }, { mean: 0, sd: Math.sqrt(1 + 0.25 * 2) }];

const CASES: readonly {
  readonly title: string;
  readonly body: Record<string, unknown>;
  readonly truth: (name: string) => Truth | undefined;
}[] = [
  ...["nuts", "hmc"].map((kind) => ({
    title: `gaussian 20-D by ${kind}`,
    body: { model: gaussian20, sampler: { kind }, draws: 4000 },
    truth: (name: string) => ({ mean: means[index(name)], sd: scales[index(name)] }),
  })),
  {
    title: "gaussian 20-D by gibbs",
    body: { model: gaussian20, sampler: { kind: "gibbs" }, draws: 6000 },
    truth: (name) => ({ mean: means[index(name)], sd: scales[index(name)] }),
  },
  {
    // The neck of the funnel is out of reach of one step size in its coordinates; Gibbs has v's conditional and none of that.
    title: "funnel 10-D by gibbs",
    body: { model: { kind: "funnel" }, sampler: { kind: "gibbs" }, draws: 200_000, warmup: 100 },
    truth: (name) => (name === "v" ? { mean: 0, sd: 3 } : undefined),
  },
  {
    title: "funnel 10-D of scale 1 by nuts",
    body: {
      model: { kind: "funnel", scale: 1 },
      sampler: { kind: "nuts", targetAccept: 0.95 },
      draws: 20_000,
    },
    truth: (name) => (name === "v" ? { mean: 0, sd: 1 } : { mean: 0, sd: Math.exp(0.25) }),
  },
  ...["nuts", "random-walk", "slice", "independence", "parallel-tempering"].map((kind) => ({
    title: `banana by ${kind}`,
    body: { model: { kind: "banana" }, sampler: { kind }, draws: 20_000 },
    truth: (name: string) => bananaTruth[index(name)],
  })),
  ...["nuts", "mala", "gibbs", "random-walk", "parallel-tempering"].map((kind) => ({
    title: `mixture by ${kind}`,
    body: { model: mixture, sampler: { kind }, draws: 20_000 },
    truth: (name: string) => mixtureTruth[index(name)],
  })),
];

for (const { title, body, truth } of CASES) {
  Deno.test(`${title}: moments within 4 MCSE, and moments a fifth of an sd away are not`, () => {
    const sample = drawsOf({ seed: 20260101, ...body });
    assert.deepEqual(deviations(sample, truth), []);
    const off = (name: string) => {
      const expected = truth(name);
      return expected && { mean: expected.mean + 0.2 * expected.sd, sd: expected.sd };
    };
    assert.ok(deviations(sample, off).length > 0, "a shifted truth is noticed");
  });
}

Deno.test("the moments of exact draws pass, so the test has no bias of its own", () => {
  const random = new Random(5).at(0, 0);
  const chains = 4, draws = 5000;
  const values = [Float64Array.from({ length: chains * draws }, () => random.normal())];
  assert.deepEqual(deviations({ names: ["x"], chains, draws, values }, () => ({ mean: 0, sd: 1 })), []);
});
