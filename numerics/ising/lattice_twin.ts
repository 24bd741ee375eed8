/** The plain TypeScript twin of `IsingLattice`: the same bits, site by site. */
import { philox4x32 } from "../random/philox.ts";
import { philoxWords, type RowsKey } from "../random/rows_key.ts";
import { requireSides } from "./lattice.ts";
import { heatBathThresholds } from "./thresholds.ts";

const VECTOR = 16;
const TIES = 0x80000000; // first block of those that break ties

export class IsingLatticeTwin {
  constructor(
    readonly rows: number,
    readonly columns: number,
    readonly coupling: number,
    readonly field: number,
  ) {
    requireSides(rows, columns);
  }

  sweep(states: Int8Array, count: number, betas: Float64Array, key: RowsKey, sweeps = 1): void {
    const sites = this.rows * this.columns;
    for (let i = 0; i < count; i++) {
      const state = states.subarray(i * sites, (i + 1) * sites);
      const thresholds = heatBathThresholds(this.coupling, this.field, betas[i]);
      for (let step = key.step; step < key.step + sweeps; step++) {
        this.#sweep(state, thresholds, digitSource({ ...key, step }, key.stream + i));
      }
    }
  }

  #sweep(state: Int8Array, thresholds: BigUint64Array, digits: DigitSource): void {
    const { rows, columns } = this;
    let vector = 0, ties = 0;
    for (const colour of [0, 1]) {
      for (let r = 0; r < rows; r++) {
        const offset = (r + colour) % 2;
        for (let first = offset; first < columns; first += 2 * VECTOR, vector++) {
          const last = Math.min(columns, first + 2 * VECTOR);
          const site = (lane: number) => r * columns + first + 2 * lane;
          let undecided = Array.from({ length: Math.ceil((last - first) / 2) }, (_, lane) => lane);
          const chosen = undecided.map((lane) => thresholds[this.#neighboursUp(state, r, first + 2 * lane)]);
          for (let place = 0; place < 8 && undecided.length > 0; place++) {
            const at = place === 0 ? { first: 0, vector } : { first: TIES, vector: ties++ };
            undecided = undecided.filter((lane) => {
              const digit = digits(at.first, at.vector, lane);
              const threshold = Number((chosen[lane] >> BigInt(56 - 8 * place)) & 255n);
              state[site(lane)] = digit < threshold ? 1 : -1;
              return digit === threshold;
            });
          }
        }
      }
    }
  }

  #neighboursUp(state: Int8Array, r: number, c: number): number {
    const { rows, columns } = this;
    const up = (row: number, column: number) =>
      state[((row + rows) % rows) * columns + (column + columns) % columns] > 0 ? 1 : 0;
    return up(r - 1, c) + up(r + 1, c) + up(r, c - 1) + up(r, c + 1);
  }
}

/** The digit of a lane of a vector, of those whose blocks begin at `first`. */
type DigitSource = (first: number, vector: number, lane: number) => number;

function digitSource(key: RowsKey, stream: number): DigitSource {
  const { stepLow, stepHigh, key0, key1 } = philoxWords(key);
  const block = new Uint32Array(4);
  return (first, vector, lane) => {
    const number = first + 4 * Math.floor(vector / 4) + Math.floor(lane / 4);
    philox4x32(number, stepLow, stepHigh, stream, key0, key1, block);
    const byte = (block[vector % 4] >>> (8 * (lane % 4))) & 255;
    return (byte + 128) & 255;
  };
}
