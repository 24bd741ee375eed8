/**
 * Two moons that interlock: a mixture of two arcs of radius 1, one open below and one open above, whose weights are known exactly.
 *
 * With r and θ the polar coordinates about a moon's centre, r ~ N(1, noise²) restricted to r > 0, and θ von Mises about the middle of
 * the arc, h(θ) = exp(κ cos(θ − middle)) / 2π I₀(κ): the density of the plane is g(r) h(θ) / r, normalised. Between the moons it falls to
 * e^(−1.5 κ) of its height, so that local moves rarely cross. `upper` is the probability, given x, of the upper moon, reported to three digits; its mean is `weight`, to 2 · 10⁻⁵.
 *
 * The shape is that of scikit-learn's make_moons, centred at 0; von Mises draws: Best & Fisher (1979), "Efficient simulation of the von
 * Mises distribution".
 */
import { z } from "zod";
import type { Random } from "../../numerics/random/random.ts";
import { normalCdf } from "../../numerics/special/normal_distribution.ts";
import type { ModelDefinition } from "../model.ts";
import { unchanged } from "./coordinates.ts";

const config = z.strictObject({
  kind: z.literal("two-moons"),
  weight: z.number().gt(0).lt(1).default(0.7).describe("Of the upper moon; the lower one has the rest."),
  noise: z.number().min(0.005).max(0.2).default(0.05).describe("Standard deviation of the radius, about 1."),
  concentration: z.number().min(0.1).max(50).default(6)
    .describe("κ of the angle: the larger, the shorter the moons, and the deeper the gap between them."),
});

const DIGITS = 1e3; // reported of a probability: what is nearly 0 or 1 is then equal, as diagnostics of two values have it

/** The upper moon and the lower one: where they are centred, and whether they bend upwards. */
const MOONS = [{ x: -0.5, y: -0.25, up: 1 }, { x: 0.5, y: 0.25, up: -1 }] as const;

export const twoMoons: ModelDefinition<typeof config> = {
  kind: "two-moons",
  summary: "Two moons that interlock in the plane, of known weights: few samplers cross from one to the other.",
  config,
  build({ weight, noise, concentration }) {
    const precision = 1 / (noise * noise);
    const logNormaliser = -Math.log(noise * Math.sqrt(2 * Math.PI) * normalCdf(1 / noise)) -
      Math.log(2 * Math.PI * besselI0(concentration));
    const logWeights = [Math.log(weight), Math.log1p(-weight)];

    /** Log density of a moon, its weight included. */
    const logMoon = (moon: 0 | 1, x: Float64Array): number => {
      const dx = x[0] - MOONS[moon].x, dy = x[1] - MOONS[moon].y, r = Math.hypot(dx, dy);
      const bend = MOONS[moon].up * concentration * dy / r;
      return logWeights[moon] + logNormaliser - 0.5 * precision * (r - 1) * (r - 1) + bend - Math.log(r);
    };
    const addGradient = (moon: 0 | 1, x: Float64Array, share: number, gradient: Float64Array): void => {
      const dx = x[0] - MOONS[moon].x, dy = x[1] - MOONS[moon].y, r = Math.hypot(dx, dy);
      const outwards = -precision * (r - 1) / r - 1 / (r * r); // times (dx, dy)
      const along = MOONS[moon].up * concentration * dx / (r * r * r); // times (−dy, dx)
      gradient[0] += share * (outwards * dx - along * dy);
      gradient[1] += share * (outwards * dy + along * dx);
    };
    const logDensity = (x: Float64Array): number => {
      const upper = logMoon(0, x), lower = logMoon(1, x);
      return Math.max(upper, lower) + Math.log1p(Math.exp(-Math.abs(upper - lower)));
    };
    /** The probability of the upper moon at x. */
    const upperAt = (x: Float64Array): number => 1 / (1 + Math.exp(logMoon(1, x) - logMoon(0, x)));
    const { unconstrain } = unchanged(2);
    return {
      dim: 2,
      variables: [{ name: "x", shape: [2] }, { name: "upper", shape: [] }],
      numericClass: "v8",
      constrain(x, out) {
        out.set(x);
        out[2] = Math.round(upperAt(x) * DIGITS) / DIGITS;
      },
      unconstrain,
      logDensity,
      logDensityAndGradient(x, gradient) {
        const upper = upperAt(x);
        gradient.fill(0);
        if (upper > 0) addGradient(0, x, upper, gradient);
        if (upper < 1) addGradient(1, x, 1 - upper, gradient);
        return logDensity(x);
      },
      sample(random, out) {
        const { x, y, up } = MOONS[random.uniform() < weight ? 0 : 1];
        let r = 0;
        while (!(r > 0)) r = 1 + noise * random.normal();
        const angle = up * Math.PI / 2 + vonMises(concentration, random);
        out[0] = x + r * Math.cos(angle);
        out[1] = y + r * Math.sin(angle);
      },
    };
  },
};

/** I₀(κ) = Σ_k (κ/2)^2k / k!², all terms positive. */
function besselI0(kappa: number): number {
  let sum = 1;
  for (let k = 1, term = 1; term > 1e-17 * sum; k++) {
    term *= (kappa / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** An angle about 0, by rejection from a wrapped Cauchy distribution. */
function vonMises(kappa: number, random: Random): number {
  const tau = 1 + Math.sqrt(1 + 4 * kappa * kappa);
  const rho = (tau - Math.sqrt(2 * tau)) / (2 * kappa);
  const s = (1 + rho * rho) / (2 * rho);
  for (;;) {
    const cosine = Math.cos(Math.PI * random.uniform());
    const f = (1 + s * cosine) / (s + cosine);
    const c = kappa * (s - f);
    const u = random.uniform();
    if (c * (2 - c) <= u && Math.log(c / u) + 1 - c < 0) continue;
    return random.uniform() < 0.5 ? -Math.acos(f) : Math.acos(f);
  }
}
