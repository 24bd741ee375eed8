/** The dense kernels in plain TypeScript, one number after the other: what the Wasm kernels are held against. */
import { philoxWords } from "../random/rows_key.ts";
import { philox4x32 } from "../random/philox.ts";
import { Arena } from "./arena.ts";
import { fixedPointExponent, largest } from "./fixed_point.ts";
import { cosSin, exp, log, nearest, sigmoid, softplus } from "./float32.ts";
import {
  type Blend,
  type Correlation,
  type DenseKernels,
  type DenseOptions,
  type Gemm,
  GEMM_RUN,
  type MomentumStep,
  MOST_BITS,
  type RowScale,
  type RowSum,
  rowSumBytes,
  type SampleBits,
  type SampleNormals,
} from "./kernels.ts";

const f = Math.fround;
const TWO_32 = 4294967296;

/** The twin's kernels. `relaxed` is not theirs to give: they are of class `wasm`. */
export function twinDense({ bytes }: Pick<DenseOptions, "bytes">): DenseKernels {
  const arena = new Arena(new ArrayBuffer(bytes), 0);
  const check = arena.check.bind(arena);
  return {
    numericClass: "wasm",
    float32: (length) => arena.float32(length),
    float64: (length) => arena.float64(length),
    int8: (length) => arena.int8(length),
    gemm(product) {
      check("a", product.a, product.m * product.k);
      check("b", product.b, product.k * product.n);
      check("c", product.c, product.m * product.n);
      gemm(product);
    },
    rowSum(n, m) {
      arena.int8(rowSumBytes(n, m)); // the memory that the Wasm kernels need
      return new TwinRowSum(arena, n, m);
    },
    correlation(rows, n, m) {
      arena.int8(rowSumBytes(rows, m));
      arena.int8(rows * n);
      return new TwinCorrelation(arena, rows, n, m);
    },
    sampleBits(sampling) {
      const { rows, m, field, out, probabilities } = sampling;
      check("field", field, rows * m);
      check("out", out, rows * m);
      if (probabilities) check("probabilities", probabilities, rows * m);
      sampleBits(sampling);
    },
    sampleNormals(sampling) {
      const { rows, m, mean, sd, out } = sampling;
      check("mean", mean, rows * m);
      check("sd", sd, m);
      check("out", out, rows * m);
      sampleNormals(sampling);
    },
    sigmoid(field, rows, m, scale, out) {
      check("field", field, rows * m);
      check("out", out, rows * m);
      for (let i = 0; i < rows * m; i++) out[i] = sigmoid(f(rowScale(scale, Math.floor(i / m)) * field[i]));
    },
    softplusSums(field, rows, m, scale, out) {
      check("field", field, rows * m);
      check("out", out, rows);
      softplusSums(field, rows, m, scale, out);
    },
    columnSums(x, rows, m, out, blend) {
      check("x", x, rows * m);
      check("out", out, m);
      for (let j = 0; j < m; j++) {
        let sum = 0;
        for (let r = 0; r < rows; r++) sum = f(sum + x[r * m + j]);
        out[j] = blended(sum, out[j], blend);
      }
    },
    momentumStep(step) {
      check("parameters", step.parameters, 0);
      check("velocity", step.velocity, step.parameters.length);
      check("gradient", step.gradient, step.parameters.length);
      momentumStep(step);
    },
  };
}

class TwinRowSum implements RowSum {
  readonly #arena: Arena;
  readonly #weights: Int32Array; // [n × m]
  readonly #bias: Int32Array;
  /** The worth of one; NaN where the weights are not finite. */
  #step = 0;

  constructor(arena: Arena, readonly n: number, readonly m: number) {
    if (n > MOST_BITS) throw new RangeError(`a row has at most ${MOST_BITS} bits, found ${n}`);
    this.#arena = arena;
    this.#weights = new Int32Array(n * m);
    this.#bias = new Int32Array(m);
  }

  load(weights: Float32Array, bias: Float32Array | null, transposed = false): void {
    const { n, m } = this;
    this.#arena.check("weights", weights, n * m);
    if (bias) this.#arena.check("bias", bias, m);
    const at = (i: number, j: number) => weights[transposed ? j * n + i : i * m + j];
    const sums = new Float32Array(m);
    for (let j = 0; j < m; j++) {
      sums[j] = Math.abs(bias ? bias[j] : 0);
      for (let i = 0; i < n; i++) sums[j] += Math.abs(at(i, j));
    }
    const exponent = fixedPointExponent(largest(sums));
    if (exponent === null) {
      this.#step = NaN;
      return;
    }
    this.#step = 2 ** (exponent - 30);
    const scale = 2 ** (30 - exponent);
    for (let j = 0; j < m; j++) {
      this.#bias[j] = nearest(f((bias ? bias[j] : 0) * scale));
      for (let i = 0; i < n; i++) this.#weights[i * m + j] = nearest(f(at(i, j) * scale));
    }
  }

  apply(bits: Int8Array, rows: number, out: Float32Array): void {
    const { n, m } = this;
    this.#arena.check("bits", bits, rows * n);
    this.#arena.check("out", out, rows * m);
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < m; j++) {
        let sum = this.#bias[j];
        for (let i = 0; i < n; i++) if (bits[r * n + i]) sum += this.#weights[i * m + j];
        out[r * m + j] = f(sum) * this.#step;
      }
    }
  }
}

class TwinCorrelation implements Correlation {
  readonly #arena: Arena;

  constructor(arena: Arena, readonly rows: number, readonly n: number, readonly m: number) {
    if (rows > MOST_BITS) throw new RangeError(`a correlation has at most ${MOST_BITS} rows, found ${rows}`);
    this.#arena = arena;
  }

  apply(bits: Int8Array, values: Float32Array, rows: number, out: Float32Array, blend?: Blend): void {
    const { n, m } = this;
    if (rows > this.rows) throw new RangeError(`this correlation has at most ${this.rows} rows, found ${rows}`);
    this.#arena.check("bits", bits, rows * n);
    this.#arena.check("values", values, rows * m);
    this.#arena.check("out", out, n * m);
    const sums = new Float32Array(m);
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < m; j++) sums[j] += Math.abs(values[r * m + j]);
    }
    const exponent = fixedPointExponent(largest(sums));
    const step = exponent === null ? NaN : 2 ** (exponent - 30), scale = exponent === null ? 0 : 2 ** (30 - exponent);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        let sum = 0;
        for (let r = 0; r < rows; r++) if (bits[r * n + i]) sum += nearest(f(values[r * m + j] * scale));
        out[i * m + j] = blended(f(f(sum) * step), out[i * m + j], blend);
      }
    }
  }
}

function blended(result: number, old: number, { alpha = 1, beta = 0 }: Blend = {}): number {
  return f(f(f(alpha) * result) + (f(beta) === 0 ? 0 : f(f(beta) * old)));
}

function gemm({ m, n, k, a, transposeA, b, transposeB, c, alpha = 1, beta = 0 }: Gemm): void {
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
  const words = new Uint32Array(4);
  for (let r = 0; r < rows; r++) {
    const s = rowScale(scale, r);
    for (let j = 0; j < m; j++) {
      if (j % 4 === 0) philox4x32(firstBlock + j / 4, stepLow, stepHigh, key.stream + r, key0, key1, words);
      const x = f(s * field[r * m + j]);
      const likely = x >= 0;
      // u = (word + ½) / 2^32, or 1 − u where the bit is likely: whether the rarer outcome comes is decided near 0, where u is fine.
      const word = likely ? ~words[j % 4] : words[j % 4] | 0;
      const e = exp(-Math.abs(x));
      const rare = word >= 0 && f(f(f(word) + 0.5) * f(1 + e)) < f(e * TWO_32); // u < e / (1 + e)
      out[r * m + j] = likely !== rare ? 1 : 0;
      if (probabilities) probabilities[r * m + j] = sigmoid(x);
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
