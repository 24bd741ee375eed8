/** Registered models with exact samplers, and for those that have them exact samplers of p^β, which tempering is tested with. */
import assert from "node:assert/strict";
import { type Random } from "../../../numerics/random/random.ts";
import type { ModelDefinition } from "../../../models/model.ts";
import { models } from "../../../models/registry.ts";
import type { Target } from "../../../models/target.ts";
import type { Sampleable } from "./invariance.ts";

export interface ExactTarget {
  readonly name: string;
  readonly target: Target & Sampleable;
  /** An exact draw of p^β. */
  sampleTempered?(beta: number, random: Random, out: Float64Array): void;
}

function registered(config: { kind: keyof typeof models; [option: string]: unknown }): Target {
  const definition: ModelDefinition = models[config.kind];
  return definition.build(definition.config.parse(config));
}

function exact(target: Target): Target & Sampleable {
  const { sample } = target;
  assert(sample, "the target needs an exact sampler");
  return { ...target, sample };
}

/** N(0, Σ)^β is N(0, Σ/β). */
function centredGaussian(name: string, covariance: number[][]): ExactTarget {
  const target = exact(registered({ kind: "gaussian", mean: covariance.map(() => 0), covariance }));
  return {
    name,
    target,
    sampleTempered(beta, random, out) {
      target.sample(random, out);
      for (let i = 0; i < out.length; i++) out[i] /= Math.sqrt(beta);
    },
  };
}

/**
 * (Σ p_i)^β ≤ Σ p_i^β for β ≤ 1, so p^β is drawn by rejection from the mixture of the p_i^β. With covariances of equal
 * determinant the weights of that mixture are proportional to w_i^β.
 */
function mixture(): ExactTarget {
  const weights = [0.35, 0.65], means = [[-1.5, 0], [1.5, 1]], covariances = [[[1, 0], [0, 1]], [[0.5, 0], [0, 2]]];
  const target = exact(registered({ kind: "gaussian-mixture", weights, means, covariances }));
  const component = (i: number, x: Float64Array) =>
    weights[i] / (2 * Math.PI) * Math.exp(
      -0.5 * ((x[0] - means[i][0]) ** 2 / covariances[i][0][0] + (x[1] - means[i][1]) ** 2 / covariances[i][1][1]),
    );
  return {
    name: "a mixture",
    target,
    sampleTempered(beta, random, out) {
      const first = weights[0] ** beta / (weights[0] ** beta + weights[1] ** beta);
      for (;;) {
        const i = random.uniform() < first ? 0 : 1;
        for (let j = 0; j < 2; j++) out[j] = means[i][j] + Math.sqrt(covariances[i][j][j] / beta) * random.normal();
        const bound = component(0, out) ** beta + component(1, out) ** beta;
        if (random.uniform() * bound < Math.exp(beta * target.logDensity(out))) return;
      }
    },
  };
}

/** x1 ~ N(0, 1/β), x2 given x1 ~ N(curvature (x1² − 1), 1/β). */
function bentGaussian(): ExactTarget {
  const curvature = 0.6;
  return {
    name: "the banana",
    target: exact(registered({ kind: "banana", curvature })),
    sampleTempered(beta, random, out) {
      out[0] = random.normal() / Math.sqrt(beta);
      out[1] = curvature * (out[0] * out[0] - 1) + random.normal() / Math.sqrt(beta);
    },
  };
}

/**
 * p^β ∝ exp(−β v²/2s² − β (n−1) v/2 − β e⁻ᵛ Σx²/2): x given v is N(0, eᵛ/β), and what is left over v is normal with
 * variance s²/β and mean s² (1−β) (n−1) / 2β.
 */
function neck(): ExactTarget {
  const dim = 3, scale = 1;
  return {
    name: "a funnel",
    target: exact(registered({ kind: "funnel", dim, scale })),
    sampleTempered(beta, random, out) {
      const mean = scale * scale * (1 - beta) * (dim - 1) / (2 * beta);
      out[0] = mean + scale / Math.sqrt(beta) * random.normal();
      for (let i = 1; i < dim; i++) out[i] = Math.exp(0.5 * out[0]) / Math.sqrt(beta) * random.normal();
    },
  };
}

/**
 * Three schools, non-centred, drawn in turn: log tau from its marginal, by a table of its distribution function that is
 * exact to 1e-5, then mu given tau, then eta given both, all normal.
 */
function schools(): ExactTarget {
  const y = [28, 8, -3], sigma = [15, 10, 16];
  const target = registered({ kind: "eight-schools", y, sigma });
  const given = (tau: number) => {
    let precision = 1 / 25, weighted = 0, logLikelihood = 0;
    y.forEach((effect, j) => {
      const weight = 1 / (sigma[j] ** 2 + tau ** 2);
      precision += weight;
      weighted += weight * effect;
      logLikelihood += 0.5 * (Math.log(weight) - weight * effect * effect);
    });
    const logMarginal = logLikelihood + 0.5 * (weighted * weighted / precision - Math.log(precision));
    return { mean: weighted / precision, precision, logMarginal };
  };
  const low = -14, width = 0.002, count = 13_000;
  const cumulative = new Float64Array(count + 1);
  for (let k = 0; k < count; k++) {
    const t = low + (k + 0.5) * width;
    const density = Math.exp(given(Math.exp(t)).logMarginal + t - Math.log1p(Math.exp(2 * t) / 25));
    cumulative[k + 1] = cumulative[k] + density;
  }
  return {
    name: "three schools",
    target: {
      ...target,
      sample(random, out) {
        const level = random.uniform() * cumulative[count];
        let below = 0, above = count;
        while (above - below > 1) {
          const middle = (below + above) >> 1;
          if (cumulative[middle] <= level) below = middle;
          else above = middle;
        }
        const part = (level - cumulative[below]) / (cumulative[above] - cumulative[below]);
        out[1] = low + (below + part) * width;
        const tau = Math.exp(out[1]);
        const { mean, precision } = given(tau);
        out[0] = mean + random.normal() / Math.sqrt(precision);
        y.forEach((effect, j) => {
          const information = 1 + (tau / sigma[j]) ** 2;
          const centre = tau * (effect - out[0]) / sigma[j] ** 2 / information;
          out[j + 2] = centre + random.normal() / Math.sqrt(information);
        });
      },
    },
  };
}

export const gaussian2 = centredGaussian("a correlated Gaussian", [[1, 0.8], [0.8, 1]]);

export const exactTargets: readonly ExactTarget[] = [
  gaussian2,
  centredGaussian("a Gaussian in five dimensions", [
    [1, 0.5, 0, 0, 0.2],
    [0.5, 2, 0.3, 0, 0],
    [0, 0.3, 0.5, 0.1, 0],
    [0, 0, 0.1, 1.5, -0.6],
    [0.2, 0, 0, -0.6, 1],
  ]),
  mixture(),
  bentGaussian(),
  neck(),
  schools(),
];
