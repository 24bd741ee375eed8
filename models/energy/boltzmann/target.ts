/**
 * A Boltzmann machine as the samplers see it. Its coordinates are all units, the hidden ones last, so that the log density
 * −E(y)/T is that of the whole state, exact up to log Z; the marginal of the visible units, which would need a sum over all
 * hidden states, is not computed. Clamped units are coordinates that do not move: elsewhere the density is zero.
 */
import { InputError } from "../../../numerics/errors.ts";
import { expit } from "../../../numerics/special/logarithms.ts";
import { checkStart } from "../../posteriors/coordinates.ts";
import type { Target, Variable } from "../../target.ts";
import { spinAnnealing } from "./annealing.ts";
import { type Couplings, energyOf, fieldOf, fieldTolerances } from "./couplings.ts";
import { enumerate, exactSampler, MOST_ENUMERATED } from "./enumeration.ts";
import { spinSweeps } from "./sweeps.ts";

export interface Machine {
  /** Divided by the temperature. */
  readonly couplings: Couplings;
  /** How many of the last units are hidden. */
  readonly hidden: number;
  /** [units]: −1, +1, or 0 where the unit is free. */
  readonly clamp: Int8Array;
}

export function boltzmannTarget({ couplings, hidden, clamp }: Machine): Target {
  const { units } = couplings;
  const visible = units - hidden;
  const free = Array.from({ length: units }, (_, i) => i).filter((i) => clamp[i] === 0);
  const sweeps = spinSweeps(couplings, clamp);
  const tolerances = fieldTolerances(couplings);
  const variables: Variable[] = [{ name: "y", shape: [visible] }];
  if (hidden > 0) variables.push({ name: "h", shape: [hidden] });
  const nameOf = (i: number) => i < visible ? `y[${i + 1}]` : `h[${i + 1 - visible}]`;

  function logOdds(i: number, x: Float64Array): number {
    if (clamp[i] !== 0) return clamp[i] * Infinity;
    const field = fieldOf(couplings, i, x);
    return Math.abs(field) <= tolerances[i] ? 0 : 2 * field;
  }

  let draw: ReturnType<typeof exactSampler> | undefined;
  const sample: Target["sample"] = (random, out) => {
    draw ??= exactSampler(enumerate(couplings, 1, free, clamp)); // built when it is first asked for: 2^free states
    draw(random, out);
  };

  return {
    dim: units,
    variables,
    numericClass: "wasm",
    coding: "spins",
    valueType: "int8",
    constrain: (x, out) => out.set(x),
    unconstrain(values) {
      checkStart(values, units);
      values.forEach((value, i) => {
        if (value !== -1 && value !== 1) throw new InputError(`${i}`, `${nameOf(i)} must be -1 or 1, found ${value}`);
        if (clamp[i] !== 0 && value !== clamp[i]) {
          throw new InputError(
            `${i}`,
            `${nameOf(i)} is clamped to ${clamp[i]}, so a start must have it there; found ${value}`,
          );
        }
      });
      return Float64Array.from(values);
    },
    logDensity(x) {
      for (let i = 0; i < units; i++) if (clamp[i] !== 0 && x[i] !== clamp[i]) return -Infinity;
      return -energyOf(couplings, x);
    },
    logOdds,
    sampleConditional(i, x, random) {
      return random.uniform() < expit(logOdds(i, x)) ? 1 : -1;
    },
    sweeps,
    annealing: spinAnnealing(sweeps, clamp),
    ...(free.length <= MOST_ENUMERATED ? { sample } : {}),
    start(random, out) {
      out.set(clamp);
      for (const i of free) out[i] = random.uint32() >>> 31 ? 1 : -1;
    },
  };
}
