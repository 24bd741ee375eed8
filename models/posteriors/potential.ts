/**
 * The four energies of Rezende & Mohamed (2015), "Variational inference with normalizing flows", table 1: p(z) ∝ exp(−U(z)) in the plane. With
 * w1 = sin(π z₁/2), w2 = 3 exp(−½((z₁−1)/0.6)²) and w3 = 3 σ((z₁−1)/0.3),
 *
 *   U1 = ½((‖z‖−2)/0.4)² − ln(exp(−½((z₁−2)/0.6)²) + exp(−½((z₁+2)/0.6)²)), two arcs of a ring;
 *   U2 = ½((z₂−w1)/0.4)², a wave;
 *   U3 = −ln(exp(−½((z₂−w1)/0.35)²) + exp(−½((z₂−w1+w2)/0.35)²)), a wave that splits and joins again;
 *   U4 = −ln(exp(−½((z₂−w1)/0.4)²) + exp(−½((z₂−w1+w3)/0.35)²)), a wave that splits for good.
 *
 * U2, U3 and U4 never end along z₁ and so have no distribution; here ½(max(0, |z₁|−4)/0.4)² is added to them, which leaves them as they
 * are where |z₁| ≤ 4. Given z₁ they are mixtures of normals of one mass, so that their normalisers are known: `logNormalizer`.
 */
import { z } from "zod";
import type { Random } from "../../numerics/random/random.ts";
import type { ModelDefinition } from "../model.ts";
import { unchanged } from "./coordinates.ts";

const config = z.strictObject({
  kind: z.literal("potential"),
  energy: z.enum(["u1", "u2", "u3", "u4"]).default("u1").describe(
    "Two arcs of a ring (u1), a wave (u2), one that splits and joins again (u3), one that splits for good (u4); the waves end softly " +
      "beyond |z[1]| = 4.",
  ),
});
type Energy = z.output<typeof config>["energy"];

const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);
const HALF_LENGTH = 4; // of the waves
const END_WIDTH = 0.4;
const RADIUS = 2;
const RING_WIDTH = 0.4;
const ARC_WIDTH = 0.6;
const LOG_NORMALIZER_U1 = Math.log(6.5371522); // by quadrature: the tests do it again

/** A normal distribution of z₂ about w1 − offset. */
interface Ridge {
  readonly width: number;
  readonly offset: (z1: number) => number;
  readonly slope: (z1: number) => number;
}

const MAIN = { offset: () => 0, slope: () => 0 };
const bump = (z1: number) => 3 * Math.exp(-0.5 * ((z1 - 1) / 0.6) ** 2);
const step = (z1: number) => 3 / (1 + Math.exp(-(z1 - 1) / 0.3));
const SPLIT: Ridge = { width: 0.35, offset: bump, slope: (z1) => -bump(z1) * (z1 - 1) / 0.36 };
const FORK: Ridge = { width: 0.35, offset: step, slope: (z1) => step(z1) * (1 - step(z1) / 3) / 0.3 };

const RIDGES: Readonly<Record<Exclude<Energy, "u1">, readonly Ridge[]>> = {
  u2: [{ ...MAIN, width: 0.4 }],
  u3: [{ ...MAIN, width: 0.35 }, SPLIT],
  u4: [{ ...MAIN, width: 0.4 }, FORK],
};

/** log ∫ exp(−U). */
export function logNormalizer(energy: Energy): number {
  if (energy === "u1") return LOG_NORMALIZER_U1;
  return Math.log(massOf(RIDGES[energy]) * (2 * HALF_LENGTH + END_WIDTH * ROOT_TWO_PI));
}

export const potential: ModelDefinition<typeof config> = {
  kind: "potential",
  summary:
    "Four energies in the plane on which flows are fitted by reverse Kullback–Leibler divergence: arcs and waves.",
  config,
  build({ energy }) {
    const { logDensityAndGradient, sample } = energy === "u1" ? arcs() : waves(RIDGES[energy]);
    const gradient = new Float64Array(2);
    return {
      dim: 2,
      variables: [{ name: "z", shape: [2] }],
      numericClass: "v8",
      ...unchanged(2),
      logDensity: (x) => logDensityAndGradient(x, gradient),
      logDensityAndGradient,
      sample,
    };
  },
};

interface Law {
  logDensityAndGradient(x: Float64Array, gradient: Float64Array): number;
  sample(random: Random, out: Float64Array): void;
}

function arcs(): Law {
  return {
    logDensityAndGradient(x, gradient) {
      const [z1, z2] = x, radius = Math.hypot(z1, z2), off = (radius - RADIUS) / RING_WIDTH;
      const right = -0.5 * ((z1 - RADIUS) / ARC_WIDTH) ** 2, left = -0.5 * ((z1 + RADIUS) / ARC_WIDTH) ** 2;
      const share = 1 / (1 + Math.exp(left - right)); // of the arc on the right
      const outwards = radius === 0 ? 0 : -off / (RING_WIDTH * radius);
      gradient[0] = outwards * z1 - (z1 - RADIUS * (2 * share - 1)) / (ARC_WIDTH * ARC_WIDTH);
      gradient[1] = outwards * z2;
      return -0.5 * off * off + logSum(left, right);
    },
    /**
     * z₁ from its factor, z₂ standard normal, accepted with the ring's factor over that of z₂: the ratio is largest, exp(R² / 2(1 − w²)), where
     * z₁ = 0 and z₂ = R / (1 − w²).
     */
    sample(random, out) {
      const most = RADIUS * RADIUS / (2 * (1 - RING_WIDTH * RING_WIDTH));
      for (;;) {
        const z1 = (random.uniform() < 0.5 ? RADIUS : -RADIUS) + ARC_WIDTH * random.normal(), z2 = random.normal();
        const off = (Math.hypot(z1, z2) - RADIUS) / RING_WIDTH;
        if (Math.log(random.uniform()) >= -0.5 * off * off + 0.5 * z2 * z2 - most) continue;
        out[0] = z1;
        out[1] = z2;
        return;
      }
    },
  };
}

function waves(ridges: readonly Ridge[]): Law {
  const mass = massOf(ridges);
  return {
    logDensityAndGradient(x, gradient) {
      const [z1, z2] = x, beyond = Math.max(0, Math.abs(z1) - HALF_LENGTH) / END_WIDTH;
      const wave = Math.sin(Math.PI * z1 / 2), waveSlope = Math.PI / 2 * Math.cos(Math.PI * z1 / 2);
      const offs = ridges.map(({ width, offset }) => (z2 - wave + offset(z1)) / width);
      const logs = offs.map((off) => -0.5 * off * off);
      const logDensity = logs.reduce(logSum, -Infinity);
      gradient[0] = -Math.sign(z1) * beyond / END_WIDTH;
      gradient[1] = 0;
      ridges.forEach(({ width, slope }, k) => {
        const pull = Math.exp(logs[k] - logDensity) * offs[k] / width;
        gradient[0] += pull * (waveSlope - slope(z1));
        gradient[1] -= pull;
      });
      return logDensity - 0.5 * beyond * beyond;
    },
    sample(random, out) {
      const ends = END_WIDTH * ROOT_TWO_PI, place = random.uniform() * (2 * HALF_LENGTH + ends);
      const beyond = END_WIDTH * Math.abs(random.normal());
      const z1 = place < 2 * HALF_LENGTH
        ? place - HALF_LENGTH
        : place < 2 * HALF_LENGTH + ends / 2
        ? HALF_LENGTH + beyond
        : -HALF_LENGTH - beyond;
      const among = random.uniform() * mass;
      const { width, offset } = ridges.length > 1 && among >= ridges[0].width * ROOT_TWO_PI ? ridges[1] : ridges[0];
      out[0] = z1;
      out[1] = Math.sin(Math.PI * z1 / 2) - offset(z1) + width * random.normal();
    },
  };
}

/** ∫ exp(−U) over z₂, whatever z₁ within the length. */
function massOf(ridges: readonly Ridge[]): number {
  return ridges.reduce((sum, { width }) => sum + width * ROOT_TWO_PI, 0);
}

/** log(exp a + exp b) */
function logSum(a: number, b: number): number {
  const most = Math.max(a, b);
  return most === -Infinity ? most : most + Math.log1p(Math.exp(Math.min(a, b) - most));
}
