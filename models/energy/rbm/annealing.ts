/**
 * The way from the base-rate RBM, without edges, to the target, hidden units summed out:
 *
 *   log f_β(v) = (1 − β) A(v) − β B(v) + Σ_j softplus(β a_j(v)),
 *
 * A the base's log weight, B the visible units' own energy (base_rate.ts), a_j the field of hidden unit j. At β = 0 each hidden unit
 * gives log 2, at β = 1 f is exp(−F(v)). A move draws the hidden units given the visible ones and these given the hidden ones, which is
 * reversible for the visible units. Clamped units keep their values in every law of the path.
 *
 * Salakhutdinov & Murray (2008), "On the quantitative analysis of deep belief networks", section 4.1. Fields are in single
 * precision and log weights add up doubles: what rounding does to log Z stays below 10⁻⁴.
 */
import type { Annealing } from "../annealing.ts";
import type { States, SweepKey } from "../sweeps.ts";
import { type BaseRate, bitsPath, gaussianPath } from "./base_rate.ts";
import { ROWS_AT_ONCE } from "./block_gibbs.ts";
import type { Clamp } from "./clamp.ts";
import { type Layers, lazyLayers } from "./layers.ts";
import type { RbmParameters } from "./parameters.ts";

/** `open` gives layers that hold the parameters and leave the visible bias out; of its own where absent. */
export function rbmAnnealing(
  parameters: RbmParameters,
  clamp: Clamp,
  base: BaseRate,
  open: () => Layers = lazyLayers(parameters, ROWS_AT_ONCE, { biasBelow: false }),
): Annealing {
  const { visibleUnits: units, hiddenUnits, variances } = parameters;
  const path = variances
    ? gaussianPath({ ...parameters, variances }, { ...base, variances: base.variances ?? variances }, clamp)
    : bitsPath(parameters, base, clamp);

  const load = (states: States, first: number, count: number) => {
    const layers = open();
    layers.visible.set(states.subarray(first * units, (first + count) * units));
    layers.toHidden(count);
  };

  const weighLoaded = (states: States, first: number, count: number, from: number, to: number, out: Float64Array) => {
    const layers = open();
    for (let r = 0; r < count; r++) out[first + r] = (to - from) * path.slope(states, first + r);
    layers.softplusSums(count, to).forEach((sum, r) => out[first + r] += sum);
    layers.softplusSums(count, from).forEach((sum, r) => out[first + r] -= sum);
  };

  /** Draws the visible units at β, given Wh in the visible fields, and puts them back. */
  const drawVisible = (states: States, first: number, count: number, beta: number, key: SweepKey) => {
    const layers = open();
    path.blend(layers, count, beta);
    layers.drawVisible(count, 1, key);
    states.set(layers.visible.subarray(0, count * units), first * units);
    for (let row = first; row < first + count; row++) {
      for (const i of clamp.held) states[row * units + i] = clamp.values[i];
    }
  };

  const moveLoaded = (states: States, first: number, count: number, beta: number, key: SweepKey) => {
    const layers = open();
    layers.drawHidden(count, beta, key);
    layers.toVisible(count);
    drawVisible(states, first, count, beta, key);
  };

  return {
    units,
    logBaseNormalizer: path.logBaseNormalizer + hiddenUnits * Math.LN2,
    createStates: (rows) => variances ? new Float32Array(rows * units) : new Int8Array(rows * units),

    start(states, rows, key) {
      for (const { first, count } of chunks(rows)) {
        open().visibleFields.fill(0, 0, count * units);
        drawVisible(states, first, count, 0, rowsFrom(key, first));
      }
    },

    weigh(states, rows, from, to, out) {
      for (const { first, count } of chunks(rows)) {
        load(states, first, count);
        weighLoaded(states, first, count, Math.fround(from), Math.fround(to), out);
      }
    },

    move(states, rows, beta, key) {
      for (const { first, count } of chunks(rows)) {
        load(states, first, count);
        moveLoaded(states, first, count, Math.fround(beta), rowsFrom(key, first));
      }
    },

    advance(states, rows, from, to, key, out) {
      for (const { first, count } of chunks(rows)) {
        load(states, first, count);
        weighLoaded(states, first, count, Math.fround(from), Math.fround(to), out);
        moveLoaded(states, first, count, Math.fround(to), rowsFrom(key, first));
      }
    },

    fromPosition: (position, states, row) => states.set(position, row * units),
    toPosition: (states, row, position) => position.set(states.subarray(row * units, (row + 1) * units)),
  };
}

/** Rows as they go through the kernels together. */
function* chunks(rows: number): Generator<{ first: number; count: number }> {
  for (let first = 0; first < rows; first += ROWS_AT_ONCE) yield { first, count: Math.min(ROWS_AT_ONCE, rows - first) };
}

function rowsFrom(key: SweepKey, first: number): SweepKey {
  return { ...key, stream: key.stream + first };
}
