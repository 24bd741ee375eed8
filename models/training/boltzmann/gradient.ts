/**
 * The gradient of the mean log-likelihood of a Boltzmann machine,
 * ∇W_ij = ⟨y_i y_j⟩_data − ⟨y_i y_j⟩_model and ∇b_i = ⟨y_i⟩_data − ⟨y_i⟩_model, the hidden units of the data's means being those of the
 * machine with the visible ones clamped. Exact, by enumeration; or of states that were drawn.
 *
 * Ackley, Hinton & Sejnowski (1985), equation 8.
 */
import { type Couplings, fromMatrix } from "../../energy/boltzmann/couplings.ts";
import { enumerate, type Moments, momentsOf } from "../../energy/boltzmann/enumeration.ts";
import type { SpinData } from "../spin_data.ts";

/** W [units × units] and b [units] of the machine; the visible units come first. */
export interface Weights {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** Distinct rows of the data with the fraction of rows that each is. */
export interface WeightedRow {
  /** [columns] */
  readonly row: Int8Array;
  readonly weight: number;
}

/** The distinct rows among the first `count`, in the order in which they first come. */
export function distinctRows(
  { values, columns }: Pick<SpinData, "values" | "columns">,
  from: number,
  count: number,
): WeightedRow[] {
  const counts = new Map<string, { row: Int8Array; times: number }>();
  for (let r = from; r < from + count; r++) {
    const row = values.subarray(r * columns, (r + 1) * columns);
    const key = row.join();
    const seen = counts.get(key);
    if (seen) seen.times++;
    else counts.set(key, { row, times: 1 });
  }
  return Array.from(counts.values(), ({ row, times }) => ({ row, weight: times / count }));
}

export function couplingsOf({ weights, bias }: Weights): Couplings {
  return fromMatrix(weights, bias);
}

/** ⟨y_i⟩ and ⟨y_i y_j⟩ of the machine. */
export function modelMoments(machine: Weights): Moments {
  const units = machine.bias.length;
  return momentsOf(enumerate(couplingsOf(machine), 1, unitsFrom(0, units), new Int8Array(units)));
}

/** ⟨y_i⟩ and ⟨y_i y_j⟩ of rows, the hidden units given each of them summed out. */
export function dataMoments(machine: Weights, rows: readonly WeightedRow[]): Moments {
  const units = machine.bias.length, couplings = couplingsOf(machine);
  const total = { first: new Float64Array(units), second: new Float64Array(units * units) };
  const state = new Int8Array(units);
  for (const { row, weight } of rows) {
    state.set(row);
    const { first, second } = momentsOf(enumerate(couplings, 1, unitsFrom(row.length, units), state));
    for (let i = 0; i < first.length; i++) total.first[i] += weight * first[i];
    for (let k = 0; k < second.length; k++) total.second[k] += weight * second[k];
  }
  return total;
}

/** The means over states that were drawn, [rows × units]. */
export function stateMoments(states: Int8Array, rows: number, units: number): Moments {
  const first = new Float64Array(units), second = new Float64Array(units * units);
  for (let r = 0; r < rows; r++) {
    const y = states.subarray(r * units, (r + 1) * units);
    for (let i = 0; i < units; i++) {
      const spin = y[i];
      first[i] += spin; // sums of integers: exact
      for (let j = 0, at = i * units; j < i; j++, at++) second[at] += spin * y[j];
    }
  }
  for (let i = 0; i < units; i++) {
    first[i] /= rows;
    second[i * units + i] = 1;
    for (let j = 0; j < i; j++) second[j * units + i] = second[i * units + j] /= rows;
  }
  return { first, second };
}

/** The exact gradient of the mean log-likelihood of rows: of W, symmetric with zero diagonal, and of b. */
export function exactGradient(machine: Weights, rows: readonly WeightedRow[]): Weights {
  return difference(dataMoments(machine, rows), modelMoments(machine));
}

/** data − model; the diagonal, where both are 1, stays 0. */
export function difference(data: Moments, model: Moments): Weights {
  const units = data.first.length;
  return {
    weights: data.second.map((value, k) => k % (units + 1) === 0 ? 0 : value - model.second[k]),
    bias: data.first.map((value, i) => value - model.first[i]),
  };
}

function unitsFrom(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, k) => from + k);
}
