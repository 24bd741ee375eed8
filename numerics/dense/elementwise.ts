/** Loops over entries: how elementwise.as is driven, in runs of rows whose scales fit the scratch space. */
import { philoxWords } from "../random/rows_key.ts";
import type { Blend, MomentumStep, RowScale, SampleBits, SampleNormals } from "./kernels.ts";
import { MOST_ROWS, SCRATCH } from "./memory.ts";

/** What elementwise.as exports; addresses in bytes. */
export interface ElementwiseExports {
  sampleBits(
    field: number,
    rows: number,
    m: number,
    scales: number,
    key0: number,
    key1: number,
    stepLow: number,
    stepHigh: number,
    stream: number,
    firstBlock: number,
    out: number,
    probabilities: number,
    temporary: number,
    words: number,
  ): void;
  sampleNormals(
    mean: number,
    rows: number,
    m: number,
    sd: number,
    scales: number,
    key0: number,
    key1: number,
    stepLow: number,
    stepHigh: number,
    stream: number,
    firstBlock: number,
    out: number,
    temporary: number,
    words: number,
  ): void;
  sigmoid(field: number, rows: number, m: number, scales: number, out: number, temporary: number): void;
  softplusSums(field: number, rows: number, m: number, scales: number, out: number): void;
  columnSums: ColumnSums;
  columnSumsOfBits: ColumnSums;
  momentumStep(
    parameters: number,
    velocity: number,
    gradient: number,
    count: number,
    momentum: number,
    rate: number,
    decay: number,
  ): void;
}

type ColumnSums = (
  x: number,
  rows: number,
  line: number,
  m: number,
  out: number,
  alpha: number,
  beta: number,
  sums: number,
) => void;

const { temporary, scales, words, right } = SCRATCH;

export class Elementwise {
  readonly #wasm: ElementwiseExports;
  readonly #scales: Float32Array;

  constructor(wasm: ElementwiseExports, memory: WebAssembly.Memory) {
    this.#wasm = wasm;
    this.#scales = new Float32Array(memory.buffer, scales.at, MOST_ROWS);
  }

  sampleBits({ field, rows, m, scale = 1, key, firstBlock, out, probabilities }: SampleBits): void {
    const { key0, key1, stepLow, stepHigh } = philoxWords(key);
    this.#inRuns(rows, scale, (first, count) => {
      this.#wasm.sampleBits(
        field.byteOffset + 4 * first * m,
        count,
        m,
        scales.at,
        key0,
        key1,
        stepLow,
        stepHigh,
        key.stream + first,
        firstBlock,
        out.byteOffset + first * m,
        probabilities ? probabilities.byteOffset + 4 * first * m : 0,
        temporary.at,
        words.at,
      );
    });
  }

  sampleNormals({ mean, rows, m, sd, scale = 1, key, firstBlock, out }: SampleNormals): void {
    const { key0, key1, stepLow, stepHigh } = philoxWords(key);
    this.#inRuns(rows, scale, (first, count) => {
      this.#wasm.sampleNormals(
        mean.byteOffset + 4 * first * m,
        count,
        m,
        sd.byteOffset,
        scales.at,
        key0,
        key1,
        stepLow,
        stepHigh,
        key.stream + first,
        firstBlock,
        out.byteOffset + 4 * first * m,
        temporary.at,
        words.at,
      );
    });
  }

  sigmoid(field: Float32Array, rows: number, m: number, scale: RowScale, out: Float32Array): void {
    this.#inRuns(rows, scale, (first, count) => {
      const offset = 4 * first * m;
      this.#wasm.sigmoid(field.byteOffset + offset, count, m, scales.at, out.byteOffset + offset, temporary.at);
    });
  }

  softplusSums(field: Float32Array, rows: number, m: number, scale: RowScale, out: Float64Array): void {
    this.#inRuns(rows, scale, (first, count) => {
      this.#wasm.softplusSums(field.byteOffset + 4 * first * m, count, m, scales.at, out.byteOffset + 8 * first);
    });
  }

  columnSums(x: Float32Array | Int8Array, rows: number, m: number, out: Float32Array, blend: Blend = {}): void {
    const { alpha = 1, beta = 0 } = blend;
    const sum = x instanceof Int8Array ? this.#wasm.columnSumsOfBits : this.#wasm.columnSums;
    const most = right.bytes / 4;
    for (let first = 0; first < m; first += most) {
      const count = Math.min(most, m - first);
      sum(
        x.byteOffset + first * x.BYTES_PER_ELEMENT,
        rows,
        m,
        count,
        out.byteOffset + 4 * first,
        alpha,
        beta,
        right.at,
      );
    }
  }

  momentumStep({ parameters, velocity, gradient, momentum, rate, decay }: MomentumStep): void {
    this.#wasm.momentumStep(
      parameters.byteOffset,
      velocity.byteOffset,
      gradient.byteOffset,
      parameters.length,
      momentum,
      rate,
      decay,
    );
  }

  #inRuns(rows: number, scale: RowScale, run: (first: number, count: number) => void): void {
    for (let first = 0; first < rows; first += MOST_ROWS) {
      const count = Math.min(MOST_ROWS, rows - first);
      if (typeof scale === "number") this.#scales.fill(scale, 0, count);
      else this.#scales.set(scale.subarray(first, first + count));
      run(first, count);
    }
  }
}
