/** Targets whose normalizer is known, with what a sampler's estimate of it is held against. */
import assert from "node:assert/strict";
import type { ModelDefinition } from "../../../models/model.ts";
import { models } from "../../../models/registry.ts";
import type { Target } from "../../../models/target.ts";
import { logNormalDensity } from "../../../numerics/special/normal_distribution.ts";
import { logSumExp } from "../../../numerics/special/logarithms.ts";

export interface KnownEvidence {
  readonly name: string;
  readonly target: Target;
  readonly logEvidence: number;
  /** The mean of the first coordinate. */
  readonly mean: number;
}

export function modelTarget(config: { kind: keyof typeof models; [option: string]: unknown }): Target {
  const definition: ModelDefinition = models[config.kind];
  return definition.build(definition.config.parse(config));
}

/** exp(constant) times the density. */
export function times(target: Target, constant: number): Target {
  const { logDensityAndGradient } = target;
  return {
    ...target,
    logDensity: (x) => target.logDensity(x) + constant,
    ...(logDensityAndGradient && {
      logDensityAndGradient: (x, gradient) => logDensityAndGradient(x, gradient) + constant,
    }),
  };
}

const COVARIANCE = [[1, 0.6, 0], [0.6, 2, -0.3], [0, -0.3, 0.5]];

export const gaussian: KnownEvidence = {
  name: "a Gaussian",
  target: times(modelTarget({ kind: "gaussian", mean: [1, -2, 0.5], covariance: COVARIANCE }), -12.5),
  logEvidence: -12.5,
  mean: 1,
};

export const mixture: KnownEvidence = {
  name: "a mixture",
  target: times(
    modelTarget({
      kind: "gaussian-mixture",
      weights: [0.3, 0.7],
      means: [[-2, 0], [1.5, 1]],
      covariances: [[[1, 0.3], [0.3, 1]], [[0.6, 0], [0, 1.5]]],
    }),
    3,
  ),
  logEvidence: 3,
  mean: -0.3 * 2 + 0.7 * 1.5,
};

const Y = [28, 8, -3, 7, -1, 1, 18, 12];
const SIGMA = [15, 10, 16, 11, 9, 11, 10, 18];

/** log p(y) and the posterior mean of mu: mu is integrated out by hand, log tau by the trapezoidal rule. */
function eightSchoolsTruth(): { logEvidence: number; mean: number } {
  const logs: number[] = [], means: number[] = [];
  for (let t = -30; t <= 30; t += 0.005) {
    const tau = Math.exp(t);
    let precision = 1 / 25, weighted = 0, log = Math.log(2 / (Math.PI * 5)) - Math.log1p((tau / 5) ** 2) + t;
    Y.forEach((y, j) => {
      const variance = SIGMA[j] ** 2 + tau ** 2;
      precision += 1 / variance;
      weighted += y / variance;
      log += -0.5 * Math.log(2 * Math.PI * variance) - 0.5 * y * y / variance;
    });
    log += -0.5 * Math.log(25 * precision) + 0.5 * weighted * weighted / precision;
    logs.push(log + Math.log(0.005));
    means.push(weighted / precision);
  }
  const logEvidence = logSumExp(logs);
  return { logEvidence, mean: means.reduce((sum, mean, k) => sum + mean * Math.exp(logs[k] - logEvidence), 0) };
}

/** The model leaves constants out; this is what it leaves out, from the joint density written down in full. */
function eightSchools(): KnownEvidence {
  const target = modelTarget({ kind: "eight-schools" });
  const joint = (x: Float64Array) => {
    const mu = x[0], tau = Math.exp(x[1]);
    let log = logNormalDensity(mu / 5) - Math.log(5) + Math.log(2 / (Math.PI * 5)) - Math.log1p((tau / 5) ** 2) + x[1];
    Y.forEach((y, j) => {
      log += logNormalDensity(x[j + 2]) + logNormalDensity((y - mu - tau * x[j + 2]) / SIGMA[j]) - Math.log(SIGMA[j]);
    });
    return log;
  };
  const points = [0.1, -0.7].map((a) => Float64Array.from({ length: 10 }, (_, i) => a + 0.2 * i));
  const [constant, again] = points.map((x) => joint(x) - target.logDensity(x));
  assert.ok(Math.abs(constant - again) < 1e-9);
  const truth = eightSchoolsTruth();
  return { name: "eight schools", target: times(target, constant), ...truth };
}

export const schools: KnownEvidence = eightSchools();

export const knownEvidence: readonly KnownEvidence[] = [gaussian, mixture, schools];
