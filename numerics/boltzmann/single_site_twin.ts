/** The plain TypeScript twin of `SingleSite`: the same bits, with every field added up where it is needed. */
import { Random } from "../random/random.ts";
import { multiplyHigh, philox4x32 } from "../random/philox.ts";
import { philoxWords, type RowsKey } from "../random/rows_key.ts";
import { againstField } from "./against_field.ts";
import { type ExactWeights, exactWeights } from "./exact_weights.ts";
import type { SingleSiteScan } from "./single_site.ts";

const SECOND_WORDS = 0x80000000; // first block of those that break ties

export class SingleSiteTwin {
  readonly #model: ExactWeights;

  constructor(weights: Float64Array | Float32Array, bias: Float64Array | Float32Array) {
    this.#model = exactWeights(weights, bias);
  }

  sweep(
    states: Int8Array,
    rows: number,
    betas: Float64Array,
    scan: SingleSiteScan,
    clamped: Uint8Array | null,
    key: RowsKey,
    sweeps = 1,
  ): void {
    const { units } = this.#model;
    const free = Array.from({ length: units }, (_, i) => i).filter((i) => !clamped?.[i]);
    const random = new Random(key.seed);
    const block = new Uint32Array(4);
    for (let row = 0; row < rows; row++) {
      const state = states.subarray(row * units, (row + 1) * units);
      for (let step = key.step; step < key.step + sweeps; step++) {
        const stream = key.stream + row;
        const { stepLow, stepHigh, key0, key1 } = philoxWords({ ...key, step });
        random.at(stream, step, key.purpose);
        for (let visit = 0; visit < free.length; visit++) {
          const i = free[scan === "random" ? multiplyHigh(random.uint32(), free.length) >>> 0 : visit];
          const word = random.uint32();
          philox4x32(SECOND_WORDS + visit, stepLow, stepHigh, stream, key0, key1, block);
          const x = 2 * betas[row] * this.#field(i, state);
          state[i] = x >= 0 !== againstField(word, block[0], Math.abs(x)) ? 1 : -1;
        }
      }
    }
  }

  energies(states: Int8Array, rows: number, out: Float64Array): void {
    const { units, bias } = this.#model;
    for (let row = 0; row < rows; row++) {
      const state = states.subarray(row * units, (row + 1) * units);
      let sum = 0;
      for (let i = 0; i < units; i++) sum += state[i] * (this.#field(i, state) + bias[i]);
      out[row] = -0.5 * sum;
    }
  }

  #field(i: number, state: Int8Array): number {
    const { units, weights, bias } = this.#model;
    let field = bias[i];
    for (let j = 0; j < units; j++) field += weights[i * units + j] * state[j];
    return field;
  }
}
