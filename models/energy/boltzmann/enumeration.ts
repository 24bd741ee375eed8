/**
 * All states of a small network, one by one: log Z, the law, its moments and exact draws. The oracle of the samplers and of the
 * training, and the training's exact mode.
 *
 * State s has free unit f at +1 where bit f of s is set. Its energy comes from that of the state without its highest bit,
 * E(s) = E(s') − 2 z_i(s'), so rounding adds up over as many steps as there are units, not as there are states.
 */
import { logSumExp } from "../../../numerics/special/logarithms.ts";
import type { Random } from "../../../numerics/random/random.ts";
import { type Couplings, energyOf, fieldOf } from "./couplings.ts";

/** 2²⁰ states: 8 MiB a table, and a second for all of it. */
export const MOST_ENUMERATED = 20;

export interface Enumeration {
  /** The units that vary, in rising order. */
  readonly free: Int32Array;
  /** [units]: the others are as here. */
  readonly fixed: Int8Array;
  /** [2^free]: −β E of every state. */
  readonly logWeights: Float64Array;
  /** log Σ_s exp(−β E(s)) over the free units. */
  readonly logZ: number;
}

/**
 * Goes through all states of the units `free`, at most 20, the others being as in `state`; β is the inverse temperature.
 */
export function enumerate(couplings: Couplings, beta: number, free: readonly number[], state: Int8Array): Enumeration {
  if (free.length > MOST_ENUMERATED) {
    throw new RangeError(`at most ${MOST_ENUMERATED} units can be enumerated, found ${free.length}`);
  }
  const order = Int32Array.from(free).sort();
  const count = 2 ** order.length;
  const y = state.slice();
  const logWeights = new Float64Array(count);
  for (const unit of order) y[unit] = -1;
  logWeights[0] = -beta * energyOf(couplings, y);
  for (let s = 1; s < count; s++) {
    const top = 31 - Math.clz32(s);
    const without = s ^ (1 << top);
    write(without, order, y);
    logWeights[s] = logWeights[without] + 2 * beta * fieldOf(couplings, order[top], y);
  }
  return { free: order, fixed: state.slice(), logWeights, logZ: logSumExp(logWeights) };
}

/** Sets the free units of y to those of state s. */
export function write(s: number, free: Int32Array, y: Int8Array | Float64Array): void {
  for (let f = 0; f < free.length; f++) y[free[f]] = (s >>> f) & 1 ? 1 : -1;
}

/** The number of a state. */
export function numberOf(y: Int8Array | Float64Array, free: Int32Array): number {
  let s = 0;
  for (let f = 0; f < free.length; f++) if (y[free[f]] > 0) s |= 1 << f;
  return s;
}

/** [2^free]: the probability of every state. */
export function probabilities({ logWeights, logZ }: Enumeration): Float64Array {
  return logWeights.map((weight) => Math.exp(weight - logZ));
}

/** ⟨y_i⟩ and ⟨y_i y_j⟩ of all units, the fixed ones included. */
export interface Moments {
  /** [units] */
  readonly first: Float64Array;
  /** [units × units], ones on the diagonal */
  readonly second: Float64Array;
}

/** All moments at once: those of the free units are entries of the Walsh–Hadamard transform of the law. */
export function momentsOf(enumeration: Enumeration): Moments {
  const { free, fixed } = enumeration;
  const units = fixed.length;
  const transform = probabilities(enumeration);
  for (let half = 1; half < transform.length; half *= 2) {
    for (let block = 0; block < transform.length; block += 2 * half) {
      for (let s = block; s < block + half; s++) {
        const low = transform[s], high = transform[s + half];
        transform[s] = low + high;
        transform[s + half] = high - low; // a set bit is +1, a clear one −1
      }
    }
  }
  const bits = new Int32Array(units);
  free.forEach((unit, f) => {
    bits[unit] = 1 << f;
  });
  const sign = (i: number) => bits[i] === 0 ? fixed[i] : 1;
  const first = Float64Array.from({ length: units }, (_, i) => sign(i) * transform[bits[i]]);
  const second = new Float64Array(units * units);
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < units; j++) {
      second[i * units + j] = i === j ? 1 : sign(i) * sign(j) * transform[bits[i] ^ bits[j]];
    }
  }
  return { first, second };
}

/** Exact, independent draws by inversion of the cumulated law. */
export function exactSampler(enumeration: Enumeration): (random: Random, out: Float64Array) => void {
  const { free, fixed } = enumeration;
  const cumulative = probabilities(enumeration);
  for (let s = 1; s < cumulative.length; s++) cumulative[s] += cumulative[s - 1];
  const total = cumulative[cumulative.length - 1];
  return (random, out) => {
    const level = random.uniform() * total;
    let low = 0, high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cumulative[middle] < level) low = middle + 1;
      else high = middle;
    }
    out.set(fixed);
    write(low, free, out);
  };
}
