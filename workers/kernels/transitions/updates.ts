/**
 * Single updates of a Gibbs sampler as maps of probability vectors. Of an energy model they are taken from its energies, since its
 * sweeps make their random numbers themselves; of any other target from its own `sampleConditional`, on every outcome.
 */
import { InputError } from "../../../numerics/errors.ts";
import { logSumExp } from "../../../numerics/special/logarithms.ts";
import type { Sweeps } from "../../../models/energy/sweeps.ts";
import type { Target } from "../../../models/target.ts";
import { Explorer } from "./outcome_law.ts";
import { type Configurations, valuesOf } from "./space.ts";

/** Where a probability vector goes. */
export type Update = (law: Float64Array) => Float64Array;

/** A space of states, of which those of hidden units may be a part that positions do not show. */
export interface UpdatedStates {
  readonly states: number;
  /** For each state the number of the position that it shows, −1 for one of no probability. */
  readonly shows: Int32Array;
  /** The update of each unit, in the order of a systematic scan. */
  readonly units: readonly Update[];
  /** The update of each block, in the order of a scan by blocks; null where there is none. */
  readonly blocks: readonly Update[] | null;
}

const MOST_UNITS = 16; // that vary, hidden ones included

export function updatesOf(target: Target, space: Configurations): UpdatedStates {
  return target.sweeps ? fromEnergies(target, target.sweeps, space) : fromConditionals(target, space);
}

function fromConditionals(target: Target, space: Configurations): UpdatedStates {
  if (!target.sampleConditional) throw new InputError("", "its full conditionals cannot be drawn.");
  const draw = target.sampleConditional.bind(target);
  const explorer = new Explorer();
  const size = space.points.length;
  const units = Array.from({ length: target.dim }, (_, i): Update => {
    const laws = space.points.map((point) =>
      explorer.law((random) => space.indexOf(point.with(i, draw(i, point, random))))
    );
    return (law) => {
      const out = new Float64Array(size);
      laws.forEach((moves, from) => {
        for (const [to, probability] of moves) out[to] += law[from] * probability;
      });
      return out;
    };
  });
  return { states: size, shows: Int32Array.from(space.points.keys()), units, blocks: null };
}

/** States are numbered by bits, bit k for the k-th unit that varies; coordinates come first, hidden units after them. */
function fromEnergies(target: Target, sweeps: Sweeps, space: Configurations): UpdatedStates {
  const varying = varyingUnits(target, sweeps, space);
  if (varying.length > MOST_UNITS) {
    throw new InputError(
      "",
      `with hidden ones it has ${varying.length} units that vary; at most ${MOST_UNITS} can be enumerated.`,
    );
  }
  const states = 2 ** varying.length;
  const { logWeights, shows } = weigh(target, sweeps, space, varying);
  const inOrder = varying.toSorted((a, b) => a - b);
  const update = (units: Iterable<number>) => drawTogether(logWeights, maskOf(units, varying));
  return {
    states,
    shows,
    units: inOrder.map((unit) => update([unit])),
    blocks: sweeps.blocks?.map((block) => update(block)) ?? null,
  };
}

/** The units of a state that are the coordinates that vary, then the hidden ones. */
function varyingUnits(target: Target, sweeps: Sweeps, { points: [point], varying }: Configurations): number[] {
  const [low, high] = valuesOf(target);
  const states = sweeps.createStates(1), moved = sweeps.createStates(1);
  if (!(states instanceof Int8Array)) throw new InputError("", "some of its units are real numbers.");
  sweeps.fromPosition(point, states, 0);
  const unitOf = Array.from(point, (value, i) => {
    sweeps.fromPosition(point.with(i, low + high - value), moved, 0);
    return moved.findIndex((entry, unit) => entry !== states[unit]);
  });
  const coordinates = new Set(unitOf);
  const hidden = Array.from(states.keys()).filter((unit) => !coordinates.has(unit));
  return [...varying.map((i) => unitOf[i]), ...hidden];
}

function weigh(target: Target, sweeps: Sweeps, space: Configurations, varying: readonly number[]) {
  const [low, high] = valuesOf(target);
  const count = 2 ** varying.length;
  const base = sweeps.createStates(1), states = sweeps.createStates(count);
  sweeps.fromPosition(space.points[0], base, 0);
  for (let s = 0; s < count; s++) {
    const row = s * sweeps.units;
    states.set(base, row);
    varying.forEach((unit, bit) => states[row + unit] = (s >> bit & 1) === 1 ? high : low);
  }
  const energies = new Float64Array(count);
  sweeps.energies(states, count, energies);
  const position = new Float64Array(target.dim);
  const shows = Int32Array.from({ length: count }, (_, s) => {
    sweeps.toPosition(states, s, position);
    return space.indexOf(position);
  });
  // Without hidden units the log density says the same in double precision.
  const isWhole = sweeps.units === target.dim;
  const logWeights = energies.map((energy, s) => {
    if (shows[s] < 0) return -Infinity;
    return isWhole ? space.logDensities[shows[s]] : -energy;
  });
  return { logWeights, shows };
}

function maskOf(units: Iterable<number>, varying: readonly number[]): number {
  let mask = 0;
  for (const unit of units) {
    const bit = varying.indexOf(unit);
    if (bit >= 0) mask |= 1 << bit;
  }
  return mask;
}

/** The units of `mask` are drawn from their joint law given all others. */
function drawTogether(logWeights: Float64Array, mask: number): Update {
  const states = logWeights.length;
  const conditional = new Float64Array(states);
  const parts = subsets(mask);
  for (let rest = 0; rest < states; rest++) {
    if ((rest & mask) !== 0) continue;
    const normalizer = logSumExp(parts.map((part) => logWeights[rest | part]));
    if (normalizer === -Infinity) continue; // no state of the target is there
    for (const part of parts) conditional[rest | part] = Math.exp(logWeights[rest | part] - normalizer);
  }
  return (law) => {
    const totals = new Float64Array(states), out = new Float64Array(states);
    for (let s = 0; s < states; s++) totals[s & ~mask] += law[s];
    for (let s = 0; s < states; s++) out[s] = totals[s & ~mask] * conditional[s];
    return out;
  };
}

/** All numbers whose bits are among those of `mask`. */
function subsets(mask: number): number[] {
  const found = [0];
  for (let subset = mask & -mask; subset !== 0; subset = (subset - mask) & mask) found.push(subset);
  return found;
}
