/**
 * Heat-bath sweeps of the Ising model on a square lattice with periodic boundaries, E = −J Σ s s' − h Σ s over the two bonds of
 * each site, to the right and down.
 *
 * A site is drawn from its conditional under p(s) ∝ e^(−βE), p(s = +1) = σ(2β(J Σ neighbours + h)), whatever it was. Sites
 * whose row + column is even have all their neighbours among the others, so a sweep draws first all of them, then all of the
 * others. It keeps the law; it is not reversible.
 *
 * Randomness: a site takes a uniform integer of 64 bits, digit by digit of 8 bits, most significant first, and only as many as
 * it takes to tell it from the threshold; so its law is `heatBathThresholds`', exactly. The sites of one colour in a row make
 * vectors of 16, the last one filled up. Digit 0 of vector n, colour 0 first, row by row: word n mod 4 of the four blocks
 * from 4 ⌊n / 4⌋ on, byte l mod 4 of the block ⌊l / 4⌋ for site l of the vector. Where some site of a vector has the digit of
 * its threshold, the vector takes the next vector of the same form from block 2³¹ on. A digit is the byte plus 128, modulo 256.
 */
import { InputError } from "../errors.ts";
import { philoxWords, type RowsKey } from "../random/rows_key.ts";
import { instantiate, reserve } from "../wasm/instance.ts";
import { module } from "../wasm/ising_lattice.wasm.ts";
import { COUNTS, heatBathThresholds } from "./thresholds.ts";

const DIGITS = 8;
const LARGEST_SIDE = 4096;

/** Checks the sides of a lattice. Throws InputError at `0` (rows) or `1` (columns). */
export function requireSides(rows: number, columns: number): void {
  for (const [axis, side] of [rows, columns].entries()) {
    if (!Number.isInteger(side) || side < 2 || side > LARGEST_SIDE || side % 2 !== 0) {
      throw new InputError(
        `${axis}`,
        `a periodic checkerboard needs an even side from 2 to ${LARGEST_SIDE}, found ${side}`,
      );
    }
  }
}

export class IsingLattice {
  readonly #wasm: Exports;
  readonly #base: number;
  readonly #thresholds: Uint8Array;
  #thresholdsBeta = NaN;

  /** rows, columns: even, 2 … 4096. Throws InputError otherwise. */
  constructor(
    readonly rows: number,
    readonly columns: number,
    readonly coupling: number,
    readonly field: number,
  ) {
    requireSides(rows, columns);
    // The module is this project's own and its exports are known; TypeScript cannot see into it.
    this.#wasm = instantiate(module) as unknown as Exports;
    const { memory, heapBase, end } = this.#wasm;
    this.#base = Math.ceil(heapBase() / 16) * 16;
    reserve(memory, end(this.#base, rows, columns));
    this.#thresholds = new Uint8Array(memory.buffer, this.#base, DIGITS * 16);
    this.#thresholds[15] = 1; // the kernel's constant
  }

  /**
   * Sweeps `count` lattices in place: states [count × rows × columns], −1 and +1, row-major; betas[i] is the inverse
   * temperature of lattice i, which has the stream key.stream + i. `sweeps` times, at steps key.step, key.step + 1 …
   */
  sweep(states: Int8Array, count: number, betas: Float64Array, key: RowsKey, sweeps = 1): void {
    const { rows, columns } = this;
    const { memory, latticeAt, sweep } = this.#wasm;
    const sites = rows * columns, base = this.#base;
    const lattice = new Int8Array(memory.buffer, latticeAt(base), sites);
    for (let i = 0; i < count; i++) {
      this.#setThresholds(betas[i]);
      const state = states.subarray(i * sites, (i + 1) * sites);
      lattice.set(state);
      for (let done = 0; done < sweeps; done++) {
        const { stepLow, stepHigh, key0, key1 } = philoxWords({ ...key, step: key.step + done });
        const isFirst = done === 0 ? 1 : 0, isLast = done === sweeps - 1 ? 1 : 0;
        sweep(base, rows, columns, isFirst, isLast, key.stream + i, stepLow, stepHigh, key0, key1);
      }
      state.set(lattice);
    }
  }

  /** Vector d of the table holds, at place k, digit d of threshold k less 128, as the kernel compares signed bytes. */
  #setThresholds(beta: number): void {
    if (beta === this.#thresholdsBeta) return;
    const thresholds = heatBathThresholds(this.coupling, this.field, beta);
    for (let digit = 0; digit < DIGITS; digit++) {
      for (let k = 0; k < COUNTS; k++) {
        this.#thresholds[16 * digit + k] = Number((thresholds[k] >> BigInt(56 - 8 * digit)) & 255n) ^ 128;
      }
    }
    this.#thresholdsBeta = beta;
  }
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  latticeAt(base: number): number;
  end(base: number, rows: number, columns: number): number;
  sweep(
    base: number,
    rows: number,
    columns: number,
    isFirst: number,
    isLast: number,
    stream: number,
    stepLow: number,
    stepHigh: number,
    key0: number,
    key1: number,
  ): void;
}
