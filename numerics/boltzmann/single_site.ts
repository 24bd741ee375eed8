/**
 * Single-site Gibbs sweeps of Boltzmann machines with ±1 units, E(s) = −½ sᵀWs − bᵀs, of many rows at once.
 *
 * A visit draws unit i from its conditional under p(s) ∝ e^(−βE): p(s_i = +1) = σ(2βz_i), z_i = b_i + Σ_j W_ij s_j. A sweep
 * visits every free unit in turn (systematic: keeps the law, not reversible), or as many free units, each chosen at random
 * (random: reversible). The law of one visit is that of `againstField`; a random visit's unit has a probability within 2⁻³²
 * of an equal one, and as it does not depend on the state, the law kept is the same.
 *
 * A unit's field is kept between visits, and between calls, and changes only when a unit flips; `ExactWeights` says why this
 * cannot change a bit. Random numbers of row r: the words of `Random.at(stream + r, step, purpose)` in turn, one a visit, or
 * the unit and then the word; the second word of visit v, if it comes to that, is word 0 of block 2³¹ + v.
 */
import { philoxWords, type RowsKey } from "../random/rows_key.ts";
import { instantiate, reserve } from "../wasm/instance.ts";
import { module } from "../wasm/single_site.wasm.ts";
import { exactWeights } from "./exact_weights.ts";
import { decisionTable } from "./decision_table.ts";

export type SingleSiteScan = "systematic" | "random";

const LANES = 8; // numbers that the kernel takes at a time
const KEPT_BYTES = 1 << 26;

export class SingleSite {
  readonly units: number;
  readonly #wasm: Exports;
  readonly #stride: number;
  readonly #slotBytes: number;
  readonly #mostSlots: number;
  /** The fields of a state of all +1, with which every slot begins. */
  readonly #upFields: Float64Array;
  readonly #at: { table: number; bias: number; weights: number; free: number; words: number; slots: number };
  #slots = 0;
  #freeCount = 0;

  /**
   * weights [n × n], symmetric, its diagonal zero; bias [n]. Throws InputError at `weights.i.j` or `bias.i`. keptBytes: for rows whose
   * fields are kept between calls; further rows take turns.
   */
  constructor(
    weights: Float64Array | Float32Array,
    bias: Float64Array | Float32Array,
    keptBytes = KEPT_BYTES,
  ) {
    const units = this.units = bias.length;
    const stride = this.#stride = Math.ceil(units / LANES) * LANES;
    this.#slotBytes = align(stride * 8 + 2 * units + 16); // fields, the state kept, the state given; vectors may be read beyond
    this.#mostSlots = Math.max(1, Math.floor(keptBytes / this.#slotBytes));
    // The module is this project's own and its exports are known; TypeScript cannot see into it.
    this.#wasm = instantiate(module) as unknown as Exports;

    const table = align(this.#wasm.heapBase());
    const bias0 = table + 1024 * 16, weights0 = align(bias0 + units * 8), free = weights0 + units * stride * 8;
    const words = align(free + units * 4);
    this.#at = { table, bias: bias0, weights: weights0, free, words, slots: words + align(8 * (units + 64)) };
    reserve(this.#wasm.memory, this.#at.slots);
    new Float64Array(this.#wasm.memory.buffer, table, 2048).set(decisionTable());
    this.#upFields = new Float64Array(stride);
    this.setParameters(weights, bias);
  }

  /** Goes on with other weights and biases, of as many units: what learns need not open a machine for each update. */
  setParameters(weights: Float64Array | Float32Array, bias: Float64Array | Float32Array): void {
    const { units } = this, stride = this.#stride;
    if (bias.length !== units) throw new RangeError(`expected ${units} biases, as before, found ${bias.length}`);
    const model = exactWeights(weights, bias);
    const { buffer } = this.#wasm.memory;
    new Float64Array(buffer, this.#at.bias, units).set(model.bias);
    this.#upFields.set(model.bias);
    const doubled = new Float64Array(buffer, this.#at.weights, units * stride);
    for (let i = 0; i < units; i++) {
      for (let j = 0; j < units; j++) {
        const weight = model.weights[i * units + j];
        doubled[i * stride + j] = 2 * weight; // a flip changes s_i by 2
        this.#upFields[j] += weight;
      }
    }
    this.#beginSlots(0, this.#slots);
  }

  /**
   * Sweeps every row of states [rows × n], −1 and +1, in place, at inverse temperature betas[row]: `sweeps` times, at steps
   * key.step, key.step + 1 … Units with clamped[i] ≠ 0 keep their values.
   */
  sweep(
    states: Int8Array,
    rows: number,
    betas: Float64Array,
    scan: SingleSiteScan,
    clamped: Uint8Array | null,
    key: RowsKey,
    sweeps = 1,
  ): void {
    this.#setFree(clamped);
    this.#visit(states, rows, (row, fields, kept) => {
      const { table, weights, free, words } = this.#at;
      const twiceBeta = 2 * betas[row];
      if (!Number.isFinite(twiceBeta)) throw new RangeError(`betas must be finite, found ${betas[row]} for row ${row}`);
      for (let step = key.step; step < key.step + sweeps; step++) {
        const { stepLow, stepHigh, key0, key1 } = philoxWords({ ...key, step });
        this.#wasm.sweep(
          table,
          weights,
          this.#stride,
          free,
          this.#freeCount,
          words,
          kept,
          fields,
          twiceBeta,
          scan === "random" ? 1 : 0,
          key.stream + row,
          stepLow,
          stepHigh,
          key0,
          key1,
        );
      }
      states.set(new Int8Array(this.#wasm.memory.buffer, kept, this.units), row * this.units);
    });
  }

  /** Writes E of every row into out [rows]. */
  energies(states: Int8Array, rows: number, out: Float64Array): void {
    this.#visit(states, rows, (row, fields, kept) => {
      out[row] = -0.5 * this.#wasm.alignment(kept, fields, this.#at.bias, this.units);
    });
  }

  /** Calls `work` for each row with the places of its fields and of its state, both up to date. */
  #visit(states: Int8Array, rows: number, work: (row: number, fields: number, kept: number) => void): void {
    const { units } = this;
    this.#addSlots(Math.min(rows, this.#mostSlots));
    const memory = new Int8Array(this.#wasm.memory.buffer);
    for (let row = 0; row < rows; row++) {
      const fields = this.#at.slots + (row % this.#slots) * this.#slotBytes;
      const kept = fields + this.#stride * 8, given = kept + units;
      memory.set(states.subarray(row * units, (row + 1) * units), given);
      if (!this.#wasm.mend(given, kept, fields, this.#at.weights, units, this.#stride)) {
        throw new RangeError(`states must be -1 or +1 in all ${units} units; row ${row} has another value`);
      }
      work(row, fields, kept);
    }
  }

  #addSlots(count: number): void {
    if (count <= this.#slots) return;
    reserve(this.#wasm.memory, this.#at.slots + count * this.#slotBytes);
    this.#beginSlots(this.#slots, count);
    this.#slots = count;
  }

  #beginSlots(from: number, to: number): void {
    const { buffer } = this.#wasm.memory;
    for (let slot = from; slot < to; slot++) {
      const fields = this.#at.slots + slot * this.#slotBytes;
      new Float64Array(buffer, fields, this.#stride).set(this.#upFields);
      new Int8Array(buffer, fields + this.#stride * 8, this.units).fill(1);
    }
  }

  #setFree(clamped: Uint8Array | null): void {
    const { units } = this;
    const free = new Uint32Array(this.#wasm.memory.buffer, this.#at.free, units);
    this.#freeCount = 0;
    for (let i = 0; i < units; i++) if (!clamped?.[i]) free[this.#freeCount++] = i;
  }
}

const align = (address: number) => Math.ceil(address / 16) * 16;

interface Exports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  mend(given: number, kept: number, fields: number, weights: number, units: number, stride: number): number;
  alignment(state: number, fields: number, bias: number, units: number): number;
  sweep(
    table: number,
    weights: number,
    stride: number,
    free: number,
    count: number,
    words: number,
    state: number,
    fields: number,
    twiceBeta: number,
    random: number,
    row: number,
    stepLow: number,
    stepHigh: number,
    key0: number,
    key1: number,
  ): void;
}
