/**
 * Block Gibbs sweeps of an RBM: all hidden units given the visible ones, then all visible units given the hidden ones, many
 * rows at once, each at its own temperature. A row of the states is the visible units, then the hidden ones. A sweep reads the visible
 * units alone, so that it needs no first draw of the hidden ones.
 */
import type { Sweeps } from "../sweeps.ts";
import { energyOfFields } from "./energy.ts";
import type { Clamp } from "./clamp.ts";
import { lazyLayers } from "./layers.ts";
import type { RbmParameters } from "./parameters.ts";

/** Rows that go through the kernels together: the more share the tables of a row sum, the fewer additions a row needs. */
export const ROWS_AT_ONCE = 1024;

export function blockGibbs(parameters: RbmParameters, { values, held }: Clamp): Sweeps {
  const { visibleUnits, hiddenUnits, variances } = parameters;
  const units = visibleUnits + hiddenUnits;
  const visibleBlock = Array.from({ length: visibleUnits }, (_, i) => i);
  const hiddenBlock = Array.from({ length: hiddenUnits }, (_, j) => visibleUnits + j);
  const open = lazyLayers(parameters, ROWS_AT_ONCE);

  return {
    units,
    scans: ["blocks"],
    blocks: [hiddenBlock, visibleBlock],
    createStates: (rows) => variances ? new Float32Array(rows * units) : new Int8Array(rows * units),

    sweep(states, rows, betas, _scan, key) {
      const layers = open();
      const { visible, hidden } = layers;
      for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
        const count = Math.min(ROWS_AT_ONCE, rows - first);
        const chunk = { ...key, stream: key.stream + first };
        const beta = betas.subarray(first, first + count);
        for (let r = 0; r < count; r++) {
          const row = (first + r) * units;
          visible.set(states.subarray(row, row + visibleUnits), r * visibleUnits);
        }
        layers.toHidden(count);
        layers.drawHidden(count, beta, chunk);
        layers.toVisible(count);
        layers.drawVisible(count, beta, chunk);
        for (let r = 0; r < count; r++) {
          const row = (first + r) * units;
          states.set(visible.subarray(r * visibleUnits, (r + 1) * visibleUnits), row);
          states.set(hidden.subarray(r * hiddenUnits, (r + 1) * hiddenUnits), row + visibleUnits);
          for (const i of held) states[row + i] = values[i];
        }
      }
    },

    energies(states, rows, out) {
      const layers = open();
      const { visible, hiddenFields } = layers;
      for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
        const count = Math.min(ROWS_AT_ONCE, rows - first);
        for (let r = 0; r < count; r++) {
          const row = (first + r) * units;
          visible.set(states.subarray(row, row + visibleUnits), r * visibleUnits);
        }
        layers.toHidden(count);
        for (let r = 0; r < count; r++) {
          const row = (first + r) * units;
          out[first + r] = energyOfFields(
            parameters,
            states.subarray(row, row + visibleUnits),
            states.subarray(row + visibleUnits, row + units),
            hiddenFields.subarray(r * hiddenUnits, (r + 1) * hiddenUnits),
          );
        }
      }
    },

    fromPosition(position, states, row) {
      states.set(position, row * units);
      states.fill(0, row * units + visibleUnits, (row + 1) * units);
    },

    toPosition(states, row, position) {
      position.set(states.subarray(row * units, row * units + visibleUnits));
    },
  };
}
