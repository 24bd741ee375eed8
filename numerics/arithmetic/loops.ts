/**
 * The operations of an Arithmetic as plain loops, over numbers of either precision: sums and functions are taken in double precision
 * and rounded where they are stored. They check nothing; checked.ts does.
 */
import { softplus } from "../special/logarithms.ts";
import {
  type Activation,
  type AdamStep,
  type AffineBackStep,
  type AffineStep,
  LEAK,
  type Patches,
  type Reals,
} from "./arithmetic.ts";

interface Blended {
  readonly alpha?: number;
  readonly beta?: number;
}

/** beta · old, where beta 0 makes even NaN nothing. */
function faded(beta: number, old: number): number {
  return beta === 0 ? 0 : beta * old;
}

function activated(value: number, activation: Activation): number {
  switch (activation) {
    case "none":
      return value;
    case "relu":
      return value < 0 ? 0 : value; // NaN stays
    case "leaky-relu":
      return value < 0 ? LEAK * value : value;
    case "tanh":
      return Math.tanh(value);
  }
}

export const loops = {
  activate(x: Reals, rows: number, m: number, bias: Reals | null, activation: Activation): void {
    for (let r = 0, k = 0; r < rows; r++) {
      for (let j = 0; j < m; j++, k++) x[k] = activated(bias ? x[k] + bias[j] : x[k], activation);
    }
  },

  activateBack(y: Reals, dy: Reals, count: number, activation: Activation): void {
    switch (activation) {
      case "none":
        return;
      case "relu":
        for (let k = 0; k < count; k++) if (!(y[k] > 0)) dy[k] = 0;
        return;
      case "leaky-relu":
        for (let k = 0; k < count; k++) if (!(y[k] > 0)) dy[k] *= LEAK;
        return;
      case "tanh":
        for (let k = 0; k < count; k++) dy[k] *= 1 - y[k] * y[k];
    }
  },

  columnSums(x: Reals, rows: number, m: number, out: Reals, { alpha = 1, beta = 0 }: Blended = {}): void {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += x[r * m + j];
      out[j] = alpha * sum + faded(beta, out[j]);
    }
  },

  rowSums(x: Reals, rows: number, m: number, out: Float64Array, { alpha = 1, beta = 0 }: Blended = {}): void {
    for (let r = 0; r < rows; r++) {
      let sum = 0;
      for (let j = 0; j < m; j++) sum += x[r * m + j];
      out[r] = alpha * sum + faded(beta, out[r]);
    }
  },

  columnDots(x: Reals, y: Reals, rows: number, m: number, out: Reals, { alpha = 1, beta = 0 }: Blended = {}): void {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += x[r * m + j] * y[r * m + j];
      out[j] = alpha * sum + faded(beta, out[j]);
    }
  },

  rowDots(x: Reals, y: Reals, rows: number, m: number, out: Float64Array, { alpha = 1, beta = 0 }: Blended = {}): void {
    for (let r = 0; r < rows; r++) {
      let sum = 0;
      for (let j = 0; j < m; j++) sum += x[r * m + j] * y[r * m + j];
      out[r] = alpha * sum + faded(beta, out[r]);
    }
  },

  scaleColumns(x: Reals, rows: number, m: number, scale: Reals | null, shift: Reals | null): void {
    for (let r = 0, k = 0; r < rows; r++) {
      for (let j = 0; j < m; j++, k++) x[k] = x[k] * (scale ? scale[j] : 1) + (shift ? shift[j] : 0);
    }
  },

  addToRows(x: Reals, rows: number, m: number, weight: Float64Array, alpha: number): void {
    for (let r = 0, k = 0; r < rows; r++) {
      const term = alpha * weight[r];
      for (let j = 0; j < m; j++, k++) x[k] += term;
    }
  },

  add(x: Reals, y: Reals, count: number, { alpha = 1, beta = 0 }: Blended = {}): void {
    for (let k = 0; k < count; k++) y[k] = alpha * x[k] + faded(beta, y[k]);
  },

  multiply(x: Reals, y: Reals, out: Reals, count: number): void {
    for (let k = 0; k < count; k++) out[k] = x[k] * y[k];
  },

  exp(x: Reals, out: Reals, count: number): void {
    for (let k = 0; k < count; k++) out[k] = Math.exp(x[k]);
  },

  log(x: Reals, out: Reals, count: number): void {
    for (let k = 0; k < count; k++) out[k] = Math.log(x[k]);
  },

  tanh(x: Reals, out: Reals, count: number): void {
    for (let k = 0; k < count; k++) out[k] = Math.tanh(x[k]);
  },

  sigmoid(x: Reals, out: Reals, count: number): void {
    for (let k = 0; k < count; k++) out[k] = 1 / (1 + Math.exp(-x[k]));
  },

  softplus(x: Reals, out: Reals, count: number): void {
    for (let k = 0; k < count; k++) out[k] = softplus(x[k]);
  },

  gather(x: Reals, rows: number, width: number, columns: Int32Array, out: Reals): void {
    const m = columns.length;
    for (let r = 0, k = 0; r < rows; r++) {
      for (let j = 0, at = r * width; j < m; j++, k++) out[k] = x[at + columns[j]];
    }
  },

  scatter(y: Reals, rows: number, width: number, columns: Int32Array, x: Reals, adding = false): void {
    const m = columns.length;
    for (let r = 0, k = 0; r < rows; r++) {
      for (let j = 0, at = r * width; j < m; j++, k++) {
        if (adding) x[at + columns[j]] += y[k];
        else x[at + columns[j]] = y[k];
      }
    }
  },

  patches(x: Reals, { rows, height, width, channels, side }: Patches, out: Reals): void {
    const reach = (side - 1) / 2;
    let k = 0;
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < height; i++) {
        for (let j = 0; j < width; j++) {
          for (let di = -reach; di <= reach; di++) {
            for (let dj = -reach; dj <= reach; dj++) {
              const inside = i + di >= 0 && i + di < height && j + dj >= 0 && j + dj < width;
              const from = ((r * height + i + di) * width + j + dj) * channels;
              for (let c = 0; c < channels; c++, k++) out[k] = inside ? x[from + c] : 0;
            }
          }
        }
      }
    }
  },

  patchesBack(patches: Reals, { rows, height, width, channels, side }: Patches, x: Reals): void {
    const reach = (side - 1) / 2;
    x.fill(0, 0, rows * height * width * channels);
    let k = 0;
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < height; i++) {
        for (let j = 0; j < width; j++) {
          for (let di = -reach; di <= reach; di++) {
            for (let dj = -reach; dj <= reach; dj++, k += channels) {
              if (i + di < 0 || i + di >= height || j + dj < 0 || j + dj >= width) continue;
              const to = ((r * height + i + di) * width + j + dj) * channels;
              for (let c = 0; c < channels; c++) x[to + c] += patches[k + c];
            }
          }
        }
      }
    }
  },

  affine({ rows, m, inverse, x, raw, bound, logDet, squashed, moved }: AffineStep): void {
    for (let r = 0, k = 0; r < rows; r++) {
      let sum = 0;
      for (let j = 0, at = 2 * r * m; j < m; j++, k++, at++) {
        const tanh = squashed[k] = Math.tanh(raw[at]);
        const s = bound[j] * tanh, t = raw[at + m];
        sum += s;
        if (inverse) x[k] = moved[k] = (x[k] - t) * Math.exp(-s);
        else x[k] = (moved[k] = x[k] * Math.exp(s)) + t;
      }
      logDet[r] += inverse ? -sum : sum;
    }
  },

  affineBack({ rows, m, inverse, bound, squashed, moved, dx, dLogDet, dRaw, dBound }: AffineBackStep): void {
    const sign = inverse ? -1 : 1;
    for (let r = 0, k = 0; r < rows; r++) {
      for (let j = 0, at = 2 * r * m; j < m; j++, k++, at++) {
        const tanh = squashed[k], scaled = dx[k] * Math.exp(sign * bound[j] * tanh);
        const ds = sign * (dx[k] * moved[k] + dLogDet[r]);
        dRaw[at] = ds * bound[j] * (1 - tanh * tanh);
        dRaw[at + m] = inverse ? -scaled : dx[k];
        dBound[j] += ds * tanh;
        dx[k] = scaled;
      }
    }
  },

  sumOfSquares(x: Reals, count: number): number {
    let sum = 0;
    for (let k = 0; k < count; k++) sum += x[k] * x[k];
    return sum;
  },

  adam({ parameters, gradient, first, second, rate, beta1, beta2, epsilon, decay, step, scale }: AdamStep): void {
    const correction1 = 1 - beta1 ** step, correction2 = 1 - beta2 ** step;
    for (let k = 0; k < parameters.length; k++) {
      const g = scale * gradient[k];
      const m = first[k] = beta1 * first[k] + (1 - beta1) * g;
      const v = second[k] = beta2 * second[k] + (1 - beta2) * g * g;
      parameters[k] -= rate * ((m / correction1) / (Math.sqrt(v / correction2) + epsilon) + decay * parameters[k]);
    }
  },
};
export type Loops = typeof loops;
