/** Small random machines, and their law by the definition alone: every state of both layers. */
import { Purpose, Random } from "../../../../numerics/random/random.ts";
import { logSumExp } from "../../../../numerics/special/logarithms.ts";
import type { RbmParameters } from "../../../../models/energy/rbm/parameters.ts";

/** Weights ~ N(0, scale²), biases ~ N(0, 1); the same number, the same machine. */
export function randomMachine(
  number: number,
  visibleUnits: number,
  hiddenUnits: number,
  { scale = 1, gaussian = false, single = false } = {},
): RbmParameters {
  const random = new Random(31).at(number, 0, Purpose.test);
  const draw = (length: number, size: number) => {
    const values = Float64Array.from({ length }, () => size * random.normal());
    return single ? Float32Array.from(values) : values;
  };
  const machine = {
    visibleUnits,
    hiddenUnits,
    weights: draw(visibleUnits * hiddenUnits, scale),
    visibleBias: draw(visibleUnits, 1),
    hiddenBias: draw(hiddenUnits, 1),
  };
  const variances = gaussian ? draw(visibleUnits, 0.4).map(Math.exp) : null;
  return { ...machine, variances };
}

/** Bit i of number, unit 0 the highest of `units`. */
export function bitsOf(number: number, units: number): Uint8Array {
  return Uint8Array.from({ length: units }, (_, i) => (number >> (units - 1 - i)) & 1);
}

/** E(v, h), written out. */
export function plainEnergy(machine: RbmParameters, v: ArrayLike<number>, h: ArrayLike<number>): number {
  const { visibleUnits, hiddenUnits, weights, visibleBias, hiddenBias, variances } = machine;
  let sum = 0;
  for (let i = 0; i < visibleUnits; i++) {
    sum += variances ? (v[i] - visibleBias[i]) ** 2 / 2 / variances[i] : -visibleBias[i] * v[i];
    for (let j = 0; j < hiddenUnits; j++) {
      sum -= v[i] * weights[i * hiddenUnits + j] * h[j] / (variances ? variances[i] : 1);
    }
  }
  for (let j = 0; j < hiddenUnits; j++) sum -= hiddenBias[j] * h[j];
  return sum;
}

/** A state of a machine of bits and its probability. */
export interface State {
  readonly v: Uint8Array;
  readonly h: Uint8Array;
  readonly probability: number;
}

/** All 2^(visible + hidden) states of a machine of bits, at inverse temperature beta, and log Z. */
export function allStates(machine: RbmParameters, beta = 1): { states: State[]; logZ: number } {
  const { visibleUnits, hiddenUnits } = machine;
  const places = Array.from({ length: 2 ** (visibleUnits + hiddenUnits) }, (_, number) => {
    const bits = bitsOf(number, visibleUnits + hiddenUnits);
    const v = bits.subarray(0, visibleUnits), h = bits.subarray(visibleUnits);
    return { v, h, log: -beta * plainEnergy(machine, v, h) };
  });
  const logZ = logSumExp(places.map(({ log }) => log));
  return { states: places.map(({ v, h, log }) => ({ v, h, probability: Math.exp(log - logZ) })), logZ };
}

/** p(v) of every v of a machine of bits, v as a number with unit 0 highest. */
export function visibleLaw(machine: RbmParameters, beta = 1): Float64Array {
  const { states } = allStates(machine, beta);
  const law = new Float64Array(2 ** machine.visibleUnits);
  states.forEach(({ probability }, number) => law[number >> machine.hiddenUnits] += probability);
  return law;
}
