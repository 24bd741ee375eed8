/** Exact, independent draws of a small RBM's visible units: a state of the smaller layer from a table of all, then the other layer given it. */
import type { Random } from "../../../numerics/random/random.ts";
import { expit } from "../../../numerics/special/logarithms.ts";
import { type Clamp, freeMachine } from "./clamp.ts";
import { enumeratedLayer, enumeratedUnits, forEachState } from "./enumeration.ts";
import { type RbmParameters, visibleFields } from "./parameters.ts";

/** The most units of the layer whose states are all kept: 4096 of them. */
export const MOST_TABLED = 12;

/** Whether the free units leave a layer small enough. */
export function canSampleExactly(parameters: RbmParameters, clamp: Clamp): boolean {
  return enumeratedUnits(freeMachine(parameters, clamp).machine) <= MOST_TABLED;
}

/** Draws all visible units, clamped ones included. The table is made at once. */
export function exactSampler(
  parameters: RbmParameters,
  clamp: Clamp,
): (random: Random, out: Float64Array) => void {
  const { machine } = freeMachine(parameters, clamp);
  const units = enumeratedUnits(machine);
  const hidden = enumeratedLayer(machine) === "hidden";
  const cumulative = new Float64Array(2 ** units);
  let filled = 0;
  forEachState(machine, (_, logWeight) => cumulative[filled++] = logWeight);
  const most = cumulative.reduce((a, b) => Math.max(a, b));
  let total = 0;
  for (let s = 0; s < filled; s++) cumulative[s] = total += Math.exp(cumulative[s] - most);

  const state = new Uint8Array(units), fields = new Float64Array(machine.visibleUnits);
  return (random, out) => {
    const drawn = firstAbove(cumulative, random.uniform() * total);
    for (let unit = 0; unit < units; unit++) state[unit] = (drawn >> (units - 1 - unit)) & 1; // unit 0 changes slowest
    out.set(clamp.values);
    if (hidden) visibleFields(machine, state, fields);
    clamp.free.forEach((i, f) => {
      if (!hidden) out[i] = state[f];
      else if (machine.variances) out[i] = fields[f] + Math.sqrt(machine.variances[f]) * random.normal();
      else out[i] = random.uniform() < expit(fields[f]) ? 1 : 0;
    });
  };
}

/** The first index whose value is above x, by bisection; the last one at the most. */
function firstAbove(values: Float64Array, x: number): number {
  let low = 0, high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] > x) high = middle;
    else low = middle + 1;
  }
  return low;
}
