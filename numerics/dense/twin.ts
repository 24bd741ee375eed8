/** The dense kernels in plain TypeScript, one number after the other: what the Wasm kernels are held against. */
import { philoxWords } from "../random/rows_key.ts";
import { philox4x32 } from "../random/philox.ts";
import { Arena } from "./arena.ts";
import { checked } from "./checked.ts";
import { toFixedPoint } from "./fixed_point.ts";
import { cosSin, log, odds, sigmoid, softplus } from "./float32.ts";
import {
  type Blend,
  type Correlation,
  correlationBytes,
  type DenseKernels,
  type DenseOptions,
  type Gemm,
  GEMM_RUN,
  type MomentumStep,
  type RowScale,
  type RowSum,
  rowSumBytes,
  type SampleBits,
  type SampleNormals,
} from "./kernels.ts";

const f = Math.fround;
/** Where the blocks begin that decide what half words leave open. */
const REFINEMENT = 2 ** 30;

/** The twin's kernels, of class `wasm`. */
export function twinDense({ bytes }: Pick<DenseOptions, "bytes">): DenseKernels {
  const arena = new Arena(new ArrayBuffer(bytes), 0, bytes);
  return checked(arena, {
    numericClass: "wasm",
    gemm,
    rowSum(n, m) {
      arena.int8(rowSumBytes(n, m)); // the memory that the Wasm kernels need
      return new TwinRowSum(n, m);
    },
    correlation(rows, n, m) {
      arena.int8(correlationBytes(rows, m));
      return new TwinCorrelation(rows, n, m);
    },
    sampleBits,
    sampleNormals,
    sigmoid(field, rows, m, scale, out) {
      for (let i = 0; i < rows * m; i++) out[i] = sigmoid(f(rowScale(scale, Math.floor(i / m)) * field[i]));
    },
    softplusSums,
    columnSums(x, rows, m, out, blend) {
      for (let j = 0; j < m; j++) {
        let sum = 0;
        for (let r = 0; r < rows; r++) sum = f(sum + x[r * m + j]);
        out[j] = blended(sum, out[j], blend);
      }
    },
    momentumStep,
  });
}

class TwinRowSum implements RowSum {
  /** By columns: the bias, then the weights. */
  readonly #columns: Int32Array[];
  /** What one is worth in each column. */
  readonly #steps: Float32Array;

  constructor(readonly n: number, readonly m: number) {
    this.#columns = Array.from({ length: m }, () => new Int32Array(n + 1));
    this.#steps = new Float32Array(m);
  }

  load(weights: Float32Array, bias: Float32Array | null, transposed = false): void {
    const { n, m } = this;
    const column = new Float32Array(n + 1);
    for (let j = 0; j < m; j++) {
      column[0] = bias ? bias[j] : 0;
      for (let i = 0; i < n; i++) column[i + 1] = weights[transposed ? j * n + i : i * m + j];
      this.#steps[j] = toFixedPoint(column, this.#columns[j]);
    }
  }

  apply(bits: Int8Array, rows: number, out: Float32Array): void {
    const { n, m } = this;
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < m; j++) {
        const column = this.#columns[j];
        let sum = column[0];
        for (let i = 0; i < n; i++) if (bits[r * n + i]) sum += column[i + 1];
        out[r * m + j] = f(sum) * this.#steps[j];
      }
    }
  }
}

class TwinCorrelation implements Correlation {
  constructor(readonly rows: number, readonly n: number, readonly m: number) {}

  apply(bits: Int8Array, values: Float32Array, rows: number, out: Float32Array, blend?: Blend): void {
    const { n, m } = this;
    const column = new Float32Array(rows), integers = new Int32Array(rows);
    for (let j = 0; j < m; j++) {
      for (let r = 0; r < rows; r++) column[r] = values[r * m + j];
      const step = toFixedPoint(column, integers);
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let r = 0; r < rows; r++) if (bits[r * n + i]) sum += integers[r];
        out[i * m + j] = blended(f(f(sum) * step), out[i * m + j], blend);
      }
    }
  }
}

function blended(result: number, old: number, { alpha = 1, beta = 0 }: Blend = {}): number {
  return f(f(f(alpha) * result) + (f(beta) === 0 ? 0 : f(f(beta) * old)));
}

export function gemm({ m, n, k, a, transposeA, b, transposeB, c, alpha = 1, beta = 0 }: Gemm): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let value = f(beta) === 0 ? 0 : f(f(beta) * c[i * n + j]);
      for (let start = 0; start < k; start += GEMM_RUN) {
        let sum = 0;
        for (let l = start; l < Math.min(start + GEMM_RUN, k); l++) {
          sum = f(sum + f(a[transposeA ? l * m + i : i * k + l] * b[transposeB ? j * k + l : l * n + j]));
        }
        value = f(value + f(f(alpha) * sum));
      }
      c[i * n + j] = value;
    }
  }
}

function rowScale(scale: RowScale, row: number): number {
  return f(typeof scale === "number" ? scale : scale[row]);
}

function sampleBits({ field, rows, m, scale = 1, key, firstBlock, out, probabilities }: SampleBits): void {
  const { key0, key1, stepLow, stepHigh } = philoxWords(key);
  const words = new Uint32Array(4), more = new Uint32Array(4);
  for (let r = 0; r < rows; r++) {
    const s = rowScale(scale, r), stream = key.stream + r;
    for (let j = 0; j < m; j++) {
      if (j % 8 === 0) philox4x32(firstBlock + j / 8, stepLow, stepHigh, stream, key0, key1, words);
      const x = f(s * field[r * m + j]);
      const likely = x >= 0, e = odds(x);
      // u = (k + part) / 2^16, or 1 − u where the bit is likely: whether the rarer outcome comes is decided near 0, where u is fine.
      const half = words[(j >> 1) % 4] >>> 16 * (j % 2) & 0xffff;
      const k = likely ? 0xffff - half : half;
      const room = f(f(e * 65536) - f(k * f(1 + e)));
      const isRare = (part: number) => f(part * f(1 + e)) < room; // u < e / (1 + e)
      let rare = isRare(1);
      if (!rare && isRare(0)) {
        philox4x32(REFINEMENT + 2 * firstBlock + (j >> 2), stepLow, stepHigh, stream, key0, key1, more);
        rare = isRare(f(f(more[j % 4] >>> 1) + 0.5) * 2 ** -31);
      }
      out[r * m + j] = likely !== rare ? 1 : 0;
      if (probabilities) probabilities[r * m + j] = f((likely ? 1 : e) / f(1 + e));
    }
  }
}

function sampleNormals({ mean, rows, m, sd, scale = 1, key, firstBlock, out }: SampleNormals): void {
  const { key0, key1, stepLow, stepHigh } = philoxWords(key);
  const words = new Uint32Array(4), direction = new Float32Array(2);
  for (let r = 0; r < rows; r++) {
    const s = rowScale(scale, r);
    for (let j = 0; j < m; j++) {
      if (j % 4 === 0) philox4x32(firstBlock + j / 4, stepLow, stepHigh, key.stream + r, key0, key1, words);
      const even = j % 4 & 2;
      const u = f(f(f(words[even] >>> 1) + 0.5) * 2 ** -31); // in (0, 1]
      cosSin(words[even + 1] | 0, direction);
      const z = f(f(Math.sqrt(f(-2 * log(u)))) * direction[j % 2]);
      out[r * m + j] = f(mean[r * m + j] + f(f(sd[j] * s) * z));
    }
  }
}

function softplusSums(field: Float32Array, rows: number, m: number, scale: RowScale, out: Float64Array): void {
  const lanes = new Float64Array(4);
  for (let r = 0; r < rows; r++) {
    const s = rowScale(scale, r);
    lanes.fill(0);
    for (let j = 0; j < m; j++) lanes[j % 4] += softplus(f(s * field[r * m + j]));
    out[r] = lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
  }
}

function momentumStep({ parameters, velocity, gradient, momentum, rate, decay }: MomentumStep): void {
  const [mu, eta, lambda] = [momentum, rate, decay].map(f);
  for (let i = 0; i < parameters.length; i++) {
    velocity[i] = f(f(mu * velocity[i]) + f(eta * f(gradient[i] - f(lambda * parameters[i]))));
    parameters[i] += velocity[i];
  }
}
