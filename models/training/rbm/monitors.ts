/**
 * What is measured of an RBM while it learns. Each is a mean over rows:
 *
 * - reconstruction error: (v_i − E[v_i | h])² over rows and units, h drawn given v. Falls while chains mix badly too: not a likelihood.
 * - free-energy gap: F of rows that are learned from less F of rows kept back; it goes down where the machine overfits.
 * - pseudo-log-likelihood: Σ_i log p(v_i | v_{−i}), from all units of small machines, else from one unit a row times their number.
 */
import { softplus } from "../../../numerics/special/logarithms.ts";
import { Random } from "../../../numerics/random/random.ts";
import type { RowsKey } from "../../../numerics/random/rows_key.ts";
import { visibleEnergy } from "../../energy/rbm/energy.ts";
import type { Layers } from "../../energy/rbm/layers.ts";
import type { RbmParameters } from "../../energy/rbm/parameters.ts";
import type { RbmData } from "./data.ts";

/** Rows `from` … `from + count − 1` of the data. */
export interface Rows {
  readonly data: RbmData;
  readonly from: number;
  readonly count: number;
}

/** The most units of which the pseudo-likelihood takes all. */
const MOST_EXACT = 64;

function* chunks({ data, from, count }: Rows, layers: Layers) {
  const { visibleUnits } = layers.shape;
  for (let first = 0; first < count; first += layers.rows) {
    const size = Math.min(layers.rows, count - first);
    const begin = (from + first) * visibleUnits;
    layers.visible.set(data.values.subarray(begin, begin + size * visibleUnits));
    layers.toHidden(size);
    yield { first, size };
  }
}

function visibleRow({ visible, shape: { visibleUnits } }: Layers, r: number) {
  return visible.subarray(r * visibleUnits, (r + 1) * visibleUnits);
}

/** The mean of F(v), to single precision of the hidden fields. `layers` hold the parameters. */
export function meanFreeEnergy(parameters: RbmParameters, layers: Layers, rows: Rows): number {
  let sum = 0;
  for (const { size } of chunks(rows, layers)) {
    const sums = layers.softplusSums(size, 1);
    for (let r = 0; r < size; r++) sum += visibleEnergy(parameters, visibleRow(layers, r)) - sums[r];
  }
  return sum / rows.count;
}

/** The mean of (v_i − E[v_i | h])², h drawn given v under the key. `layers` hold the parameters, with their visible bias. */
export function reconstructionError(layers: Layers, rows: Rows, key: RowsKey): number {
  const { shape: { visibleUnits: v, gaussian }, visible, visibleFields, dense } = layers;
  let sum = 0;
  for (const { first, size } of chunks(rows, layers)) {
    layers.drawHidden(size, 1, { ...key, stream: key.stream + first });
    layers.toVisible(size);
    if (!gaussian) dense.sigmoid(visibleFields, size, v, 1, visibleFields);
    for (let k = 0; k < size * v; k++) sum += (visible[k] - visibleFields[k]) ** 2;
  }
  return sum / (rows.count * v);
}

/** The mean pseudo-log-likelihood of rows of bits. `layers` hold the parameters. */
export function pseudoLogLikelihood(parameters: RbmParameters, layers: Layers, rows: Rows, key: RowsKey): number {
  const { visibleUnits } = parameters;
  const random = new Random(key.seed);
  let sum = 0;
  for (const { first, size } of chunks(rows, layers)) {
    for (let r = 0; r < size; r++) {
      if (visibleUnits <= MOST_EXACT) {
        for (let i = 0; i < visibleUnits; i++) sum -= softplus(flipGain(parameters, layers, r, i));
      } else {
        const i = random.at(key.stream + first + r, key.step, key.purpose).integer(visibleUnits);
        sum -= visibleUnits * softplus(flipGain(parameters, layers, r, i));
      }
    }
  }
  return sum / rows.count;
}

/** log p(v with bit i flipped) − log p(v) of row r in the layers: −log p(v_i | v_{−i}) is softplus of it. */
function flipGain({ weights, visibleBias }: RbmParameters, layers: Layers, r: number, i: number): number {
  const { shape: { visibleUnits, hiddenUnits }, visible, hiddenFields } = layers;
  const change = visible[r * visibleUnits + i] === 1 ? -1 : 1;
  let gain = change * visibleBias[i];
  for (let j = 0, field = r * hiddenUnits, w = i * hiddenUnits; j < hiddenUnits; j++, field++, w++) {
    gain += softplus(hiddenFields[field] + change * weights[w]) - softplus(hiddenFields[field]);
  }
  return gain;
}
