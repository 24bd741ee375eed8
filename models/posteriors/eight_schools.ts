/**
 * Eight schools: a hierarchical normal model of effects theta_j that were measured as y_j with known errors sigma_j.
 *
 *   mu ~ N(0, 5²), tau ~ half-Cauchy(0, 5), theta_j ~ N(mu, tau²), y_j ~ N(theta_j, sigma_j²)
 *
 * Coordinates: mu, log tau, and theta (centred) or eta with theta = mu + tau · eta (non-centred, the default, which
 * samplers find easier with data as weak as these). The log density is up to a constant and includes the Jacobian of
 * the logarithm.
 *
 * Rubin (1981); Gelman et al., "Bayesian Data Analysis", section 5.5; Betancourt & Girolami (2013) on the two forms.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { sampleLogConcave } from "../../numerics/random/log_concave.ts";
import type { Random } from "../../numerics/random/random.ts";
import type { ModelDefinition } from "../model.ts";
import type { Target } from "../target.ts";
import { checkStart, logOfScale } from "./coordinates.ts";
import { sampleHalfCauchyTimesNormal } from "./half_cauchy_times_normal.ts";
import { halfCauchySlope, LogScaleConditional, negativeLogHalfCauchy } from "./log_scale.ts";

const Y = [28, 8, -3, 7, -1, 1, 18, 12];
const SIGMA = [15, 10, 16, 11, 9, 11, 10, 18];
const MU_PRECISION = 1 / 25;
const TAU_SCALE = 5;
const MOST_SCHOOLS = 100_000;

const config = z.strictObject({
  kind: z.literal("eight-schools"),
  centered: z.boolean().default(false)
    .describe("Whether theta itself is sampled, rather than (theta − mu) / tau. What is reported is the same."),
  y: z.array(z.number()).min(1).max(MOST_SCHOOLS).default(Y).describe("Measured effects, one a school."),
  sigma: z.array(z.number().positive()).min(1).max(MOST_SCHOOLS).default(SIGMA)
    .describe("Standard errors of the measurements, one a school."),
});

export const eightSchools: ModelDefinition<typeof config> = {
  kind: "eight-schools",
  summary:
    "Eight schools: y[j] ~ N(theta[j], sigma[j]²), theta[j] ~ N(mu, tau²), mu ~ N(0, 5²), tau ~ half-Cauchy(0, 5).",
  config,
  build({ centered, y, sigma }) {
    if (sigma.length !== y.length) {
      throw new InputError(
        "sigma",
        `there are ${y.length} schools in y, so sigma must have as many; found ${sigma.length}`,
      );
    }
    return posterior(centered, Float64Array.from(y), sigma);
  },
};

function posterior(centered: boolean, effects: Float64Array, sigma: readonly number[]): Target {
  const schools: Schools = {
    count: effects.length,
    effects,
    precisions: Float64Array.from(sigma, (error) => 1 / (error * error)),
  };
  return {
    dim: schools.count + 2,
    variables: [{ name: "mu", shape: [] }, { name: "tau", shape: [] }, { name: "theta", shape: [schools.count] }],
    numericClass: "v8",
    observed: [{ name: "y", shape: [schools.count], values: effects }],
    ...(centered ? centeredForm(schools) : nonCenteredForm(schools)),
    replicate(random) {
      const mu = random.normal() / Math.sqrt(MU_PRECISION);
      const tau = TAU_SCALE * Math.tan(Math.PI / 2 * random.uniform());
      const truth = new Float64Array(schools.count + 2);
      truth[0] = mu;
      truth[1] = Math.log(tau);
      const simulated = Float64Array.from(sigma, (error, j) => {
        const eta = random.normal(), theta = mu + tau * eta;
        truth[j + 2] = centered ? theta : eta;
        return theta + error * random.normal();
      });
      return { truth, target: posterior(centered, simulated, sigma) };
    },
  };
}

interface Schools {
  readonly count: number;
  readonly effects: Float64Array; // y
  readonly precisions: Float64Array; // 1 / sigma²
}

type Form = Required<
  Pick<Target, "logDensity" | "logDensityAndGradient" | "sampleConditional" | "constrain" | "unconstrain">
>;

/** x = (mu, log tau, theta). */
function centeredForm({ count, effects, precisions }: Schools): Form {
  const logTau = new LogScaleConditional(count, TAU_SCALE);
  return {
    logDensity(x) {
      const mu = x[0], t = x[1];
      const inverse = Math.exp(-t);
      let squares = 0, misfit = 0;
      for (let j = 0; j < count; j++) {
        const deviation = (x[j + 2] - mu) * inverse;
        const residual = effects[j] - x[j + 2];
        squares += deviation * deviation;
        misfit += residual * residual * precisions[j];
      }
      return -0.5 * (MU_PRECISION * mu * mu + squares + misfit) - (count - 1) * t -
        negativeLogHalfCauchy(Math.exp(t), TAU_SCALE);
    },
    logDensityAndGradient(x, gradient) {
      const mu = x[0], t = x[1];
      const tau = Math.exp(t), inverse = 1 / tau;
      let squares = 0, misfit = 0, pull = 0;
      for (let j = 0; j < count; j++) {
        const deviation = (x[j + 2] - mu) * inverse;
        const residual = effects[j] - x[j + 2];
        const scaled = residual * precisions[j];
        squares += deviation * deviation;
        misfit += residual * scaled;
        pull += deviation;
        gradient[j + 2] = scaled - deviation * inverse;
      }
      gradient[0] = pull * inverse - MU_PRECISION * mu;
      gradient[1] = squares - (count - 1) - halfCauchySlope(tau, TAU_SCALE);
      return -0.5 * (MU_PRECISION * mu * mu + squares + misfit) - (count - 1) * t -
        negativeLogHalfCauchy(tau, TAU_SCALE);
    },
    sampleConditional(i, x, random) {
      const mu = x[0];
      if (i === 1) {
        logTau.squares = 0;
        for (let j = 0; j < count; j++) logTau.squares += (x[j + 2] - mu) ** 2;
        return sampleLogConcave(logTau, x[1], random);
      }
      const inverse = Math.exp(-2 * x[1]);
      if (i === 0) {
        let sum = 0;
        for (let j = 0; j < count; j++) sum += x[j + 2];
        return drawNormal(sum * inverse, MU_PRECISION + count * inverse, random);
      }
      const precision = precisions[i - 2];
      return drawNormal(effects[i - 2] * precision + mu * inverse, precision + inverse, random);
    },
    constrain(x, out) {
      out.set(x);
      out[1] = Math.exp(x[1]);
    },
    unconstrain(values) {
      checkStart(values, count + 2);
      const x = Float64Array.from(values);
      x[1] = logOfScale("tau", values[1], 1);
      return x;
    },
  };
}

/** x = (mu, log tau, eta), theta = mu + tau · eta. */
function nonCenteredForm({ count, effects, precisions }: Schools): Form {
  return {
    logDensity(x) {
      const mu = x[0], t = x[1];
      const tau = Math.exp(t);
      let squares = 0, misfit = 0;
      for (let j = 0; j < count; j++) {
        const eta = x[j + 2];
        const residual = effects[j] - mu - tau * eta;
        squares += eta * eta;
        misfit += residual * residual * precisions[j];
      }
      return -0.5 * (MU_PRECISION * mu * mu + squares + misfit) + t - negativeLogHalfCauchy(tau, TAU_SCALE);
    },
    logDensityAndGradient(x, gradient) {
      const mu = x[0], t = x[1];
      const tau = Math.exp(t);
      let squares = 0, misfit = 0, toMu = 0, toTau = 0;
      for (let j = 0; j < count; j++) {
        const eta = x[j + 2];
        const residual = effects[j] - mu - tau * eta;
        const scaled = residual * precisions[j];
        squares += eta * eta;
        misfit += residual * scaled;
        toMu += scaled;
        toTau += scaled * eta;
        gradient[j + 2] = tau * scaled - eta;
      }
      gradient[0] = toMu - MU_PRECISION * mu;
      gradient[1] = tau * toTau + 1 - halfCauchySlope(tau, TAU_SCALE);
      return -0.5 * (MU_PRECISION * mu * mu + squares + misfit) + t - negativeLogHalfCauchy(tau, TAU_SCALE);
    },
    sampleConditional(i, x, random) {
      const mu = x[0], tau = Math.exp(x[1]);
      if (i === 0) {
        let precision = MU_PRECISION, weighted = 0;
        for (let j = 0; j < count; j++) {
          precision += precisions[j];
          weighted += (effects[j] - tau * x[j + 2]) * precisions[j];
        }
        return drawNormal(weighted, precision, random);
      }
      if (i === 1) {
        let precision = 0, weighted = 0;
        for (let j = 0; j < count; j++) {
          precision += x[j + 2] * x[j + 2] * precisions[j];
          weighted += x[j + 2] * (effects[j] - mu) * precisions[j];
        }
        return Math.log(sampleHalfCauchyTimesNormal(TAU_SCALE, precision, weighted, random));
      }
      const scaled = tau * precisions[i - 2];
      return drawNormal((effects[i - 2] - mu) * scaled, 1 + tau * scaled, random);
    },
    constrain(x, out) {
      const mu = x[0], tau = Math.exp(x[1]);
      out[0] = mu;
      out[1] = tau;
      for (let j = 2; j < count + 2; j++) out[j] = mu + tau * x[j];
    },
    unconstrain(values) {
      checkStart(values, count + 2);
      const x = Float64Array.from(values);
      x[1] = logOfScale("tau", values[1], 1);
      for (let j = 2; j < count + 2; j++) x[j] = (values[j] - values[0]) / values[1];
      return x;
    },
  };
}

/** From the normal density ∝ exp(weighted · x − precision · x²/2). */
function drawNormal(weighted: number, precision: number, random: Random): number {
  return weighted / precision + random.normal() / Math.sqrt(precision);
}
