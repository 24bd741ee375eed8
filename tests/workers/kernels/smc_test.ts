/** Seeds are fixed; what a right sampler would fail, and how often over seeds, stands at each statistical check. */
import assert from "node:assert/strict";
import { WeightedSums } from "../../../coordinator/statistics/weighted_sums.ts";
import type { Target } from "../../../models/target.ts";
import { RealPopulation } from "../../../workers/kernels/population/real_population.ts";
import { smc } from "../../../workers/kernels/smc.ts";
import { tinyEnergy, tinyLogZ, tinyMeans } from "./annealing/tiny_energy.ts";
import { gaussian, type KnownEvidence, knownEvidence, mixture, schools } from "./known_evidence.ts";
import { runWeighted } from "./weighted_run.ts";

function island(target: Target, config: Record<string, unknown>, seed: number, warmup = 300, draws = 1, chain = 0) {
  return runWeighted({ target, definition: smc, config, draws, seed, warmup, chain });
}

/** Errors of the log evidence of several islands, in standard errors of their mean. */
function errorOf(known: KnownEvidence, config: Record<string, unknown>, islands = 30): number {
  const errors = Array.from(
    { length: islands },
    (_, seed) => island(known.target, config, seed).statistics.log_evidence - known.logEvidence,
  );
  const mean = errors.reduce((a, b) => a + b, 0) / islands;
  const variance = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (islands - 1);
  return mean / Math.sqrt(variance / islands);
}

// Student's t with 29 degrees of freedom: beyond 4.5 with probability 10⁻⁴, a small bias allowed for.
const SMALL = { particles: 200 };
for (const known of knownEvidence) {
  for (const config of [SMALL, { ...SMALL, transition: { kind: "random-walk" } }]) {
    Deno.test(`islands ${JSON.stringify(config)} agree with the evidence of ${known.name} within 4.5 errors`, () => {
      const error = errorOf(known, config);
      assert.ok(Math.abs(error) < 4.5, `${error}`);
    });
  }
}

Deno.test("the error that eight islands state covers the evidence three times out in 38 of 40 seeds", () => {
  // Student's t with seven degrees of freedom: 98 % of seeds; fewer than 38 of 40 then have probability 0.05 over seeds.
  let covered = 0;
  for (const [k, known] of [gaussian, mixture].entries()) {
    for (let seed = 0; seed < 20; seed++) {
      const config = { particles: 100, fit: "laplace" };
      const estimates = Float64Array.from(
        { length: 8 },
        (_, chain) => island(known.target, config, 100 + 20 * k + seed, 50, 1, chain).statistics.log_evidence,
      );
      const sums = new WeightedSums().addAll(estimates);
      if (Math.abs(sums.logMeanWeight - known.logEvidence) < 3 * sums.logMeanWeightError) covered++;
    }
  }
  assert.ok(covered >= 38, `${covered}`);
});

/** Runs the test with a method of the population replaced. */
function withBroken(broken: Partial<RealPopulation>, test: () => void): void {
  const { weigh, resample } = RealPopulation.prototype;
  Object.assign(RealPopulation.prototype, broken);
  try {
    test();
  } finally {
    Object.assign(RealPopulation.prototype, { weigh, resample });
  }
}

Deno.test("weights with the wrong sign, copies that are left out and a missing Jacobian are caught", () => {
  const { weigh } = RealPopulation.prototype;
  withBroken({
    weigh(particles, from, to, out) {
      weigh.call(this as RealPopulation, particles, to, from, out);
    },
  }, () => assert.ok(Math.abs(errorOf(gaussian, SMALL, 10)) > 15));
  const wide = { ...SMALL, moves: 1, widen: 5 };
  withBroken({ resample() {} }, () => assert.ok(Math.abs(errorOf(gaussian, wide, 10)) > 8));
  const { target } = schools;
  const withoutJacobian: Target = {
    ...target,
    logDensity: (x) => target.logDensity(x) - x[1],
    logDensityAndGradient(x, gradient) {
      const value = target.logDensityAndGradient!(x, gradient) - x[1];
      gradient[1] -= 1;
      return value;
    },
  };
  assert.ok(Math.abs(errorOf({ ...schools, target: withoutJacobian }, SMALL, 15)) > 8);
});

Deno.test("particles are draws of the model, both modes with their weights", () => {
  // Of twenty islands of 200 particles: the mean within 4.9 of the errors that islands show.
  for (const { target, mean } of [gaussian, mixture]) {
    const config = { particles: 200, fit: "laplace", widen: 4 };
    const means = Array.from({ length: 20 }, (_, chain) => {
      const { x } = island(target, config, 5, 60, 200, chain);
      return x.reduce((a, b) => a + b, 0) / x.length;
    });
    const average = means.reduce((a, b) => a + b, 0) / 20;
    const error = Math.sqrt(means.reduce((sum, m) => sum + (m - average) ** 2, 0) / 19 / 20);
    assert.ok(Math.abs(average - mean) < 5.5 * error && error < 0.05, `${average} ± ${error} for ${mean}`);
  }
});

Deno.test("when all particles have been reported each is moved on and reported again", () => {
  const { x, statistics } = island(gaussian.target, { particles: 10 }, 6, 200, 30);
  const distinct = new Set(x).size;
  assert.ok(distinct > 12, `${distinct} values in three rounds of ten particles`);
  assert.ok(statistics.acceptance_rate > 0.1);
});

Deno.test("a warmup that is too short ends in a jump that is told", () => {
  const far = { reference: { kind: "normal", mean: [30, 30, 30], covariance: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] } };
  const short = island(gaussian.target, { ...SMALL, ...far }, 7, 3);
  assert.ok(short.statistics.forced_stage > 0.1 && short.statistics.stages === 3);
  const enough = island(gaussian.target, { ...SMALL, ...far }, 7, 200);
  assert.equal(enough.statistics.forced_stage, 0);
  assert.ok(enough.statistics.stages > 3);
});

Deno.test("an energy model is reached by its own path: its normalizer and its bits", () => {
  const islands = Array.from({ length: 20 }, (_, chain) => {
    const { x, statistics } = island(tinyEnergy(), { particles: 100 }, 8, 20, 100, chain);
    return { log: statistics.log_evidence, mean: x.reduce((a, b) => a + b, 0) / x.length };
  });
  for (
    const [name, values, truth] of [
      ["log Z", islands.map(({ log }) => log), tinyLogZ],
      ["bit 1", islands.map(({ mean }) => mean), tinyMeans[0]],
    ] as const
  ) {
    const average = values.reduce((a, b) => a + b, 0) / 20;
    const error = Math.sqrt(values.reduce((sum, v) => sum + (v - average) ** 2, 0) / 19 / 20);
    assert.ok(Math.abs(average - truth) < 5.5 * error && error < 0.05, `${name}: ${average} ± ${error} for ${truth}`);
  }
});

Deno.test("what cannot be is refused, with its place", () => {
  const cases: [() => unknown, string][] = [
    [() => island(gaussian.target, {}, 1, 0), "kind"],
    [() => island(schools.target, { particles: 1_000_000 }, 1, 10), "particles"],
    [() => island(tinyEnergy(), { transition: { kind: "random-walk" } }, 1, 10), "transition"],
  ];
  for (const [run, path] of cases) assert.throws(run, { name: "InputError", path });
  const { logDensityAndGradient: _, ...target } = gaussian.target;
  const nowhere: Target = { ...target, logDensity: (x) => x[0] === 0.1 ? 0 : -Infinity };
  const reference = { kind: "normal", mean: [0, 0, 0], covariance: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] };
  assert.throws(() => island(nowhere, { ...SMALL, reference }, 1, 10), {
    name: "InputError",
    path: "sampler.reference",
    message: /none of 200 particles/,
  });
});
