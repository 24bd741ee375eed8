/** The laws of layers over images, pixel by pixel in dual numbers; formulas.ts says what they are for. */
import { ConvNet } from "../../../../models/flows/conditioners/conv_net.ts";
import type { Layer } from "../../../../models/flows/layer.ts";
import { Actnorm } from "../../../../models/flows/layers/actnorm.ts";
import { InvertibleConvolution } from "../../../../models/flows/layers/invertible_convolution.ts";
import { Squeeze } from "../../../../models/flows/layers/squeeze.ts";
import { Dual, dual, sum } from "./dual.ts";
import { as, signed, type Walk, type Walked } from "./formulas.ts";

export const imageFormulas: Readonly<Record<string, (layer: Layer, walk: Walk) => Walked>> = {
  "actnorm": (layer, { direction, row, parameter }) => {
    const { channels, pixels } = as(layer, Actnorm), shift = parameter("shift"), s = parameter("logScale");
    const out = row.map((one, k) => {
      const c = k % channels;
      return direction === "inverse" ? one.plus(shift[c]).times(s[c].exp()) : one.over(s[c].exp()).minus(shift[c]);
    });
    return { row: out, logDet: signed(direction, sum(s)).times(-pixels) };
  },

  "squeeze": (layer, { direction, row }) => {
    const { image: [height, width, channels] } = as(layer, Squeeze), out = [...row];
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        for (let c = 0; c < channels; c++) {
          const large = (i * width + j) * channels + c;
          const square = Math.floor(i / 2) * (width / 2) + Math.floor(j / 2);
          const small = square * 4 * channels + 4 * c + 2 * (i % 2) + j % 2;
          if (direction === "inverse") out[small] = row[large];
          else out[large] = row[small];
        }
      }
    }
    return { row: out, logDet: dual(0) };
  },

  "invertible-convolution": (layer, { direction, row, parameter }) => {
    const { channels: n, pixels } = as(layer, InvertibleConvolution);
    const order = parameter("order").map(({ value }) => value), signs = parameter("signs");
    const l = parameter("lower"), u = parameter("upper"), logScale = parameter("logScale");
    const s = logScale.map((one, i) => one.exp().times(signs[i]));
    const out = [...row];
    for (let p = 0; p < pixels; p++) {
      const pixel = row.slice(p * n, (p + 1) * n);
      const moved = direction === "inverse" ? toNoise(pixel) : toData(pixel);
      moved.forEach((one, c) => out[p * n + c] = one);
    }
    return { row: out, logDet: signed(direction, sum(logScale)).times(-pixels) };

    function toNoise(x: readonly Dual[]): Dual[] {
      const up = x.map((_, i) => sum(x.map((one, j) => j < i ? dual(0) : one.times(j === i ? s[i] : u[i * n + j]))));
      const down = up.map((one, i) => one.plus(sum(up.slice(0, i).map((other, j) => other.times(l[i * n + j])))));
      return order.map((from) => down[from]);
    }

    function toData(z: readonly Dual[]): Dual[] {
      const y: Dual[] = [];
      order.forEach((to, i) => y[to] = z[i]);
      for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) y[i] = y[i].minus(y[j].times(l[i * n + j]));
      for (let i = n - 1; i >= 0; i--) {
        for (let j = i + 1; j < n; j++) y[i] = y[i].minus(y[j].times(u[i * n + j]));
        y[i] = y[i].over(s[i]);
      }
      return y;
    }
  },
};

/** What a convolutional net says of an image; its parameters' names begin with `conditioner`. */
export function convolved(
  net: ConvNet,
  input: readonly Dual[],
  context: readonly number[],
  parameter: Walk["parameter"],
): readonly Dual[] {
  const { image: { height, width }, options: { channels, residual }, convolutions } = net;
  const layers: (readonly Dual[])[] = [input];
  convolutions.forEach(({ shape: { from, to, side } }, i) => {
    const weights = parameter(`conditioner.weights[${i}]`), bias = parameter(`conditioner.bias[${i}]`);
    const image = layers[i], reach = (side - 1) / 2, out: Dual[] = [];
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        for (let t = 0; t < to; t++) {
          let a = bias[t];
          for (let di = 0; di < side; di++) {
            for (let dj = 0; dj < side; dj++) {
              const y = row + di - reach, x = column + dj - reach;
              if (y < 0 || y >= height || x < 0 || x >= width) continue;
              for (let f = 0; f < from; f++) {
                const weight = weights[((di * side + dj) * from + f) * to + t];
                a = a.plus(image[(y * width + x) * from + f].times(weight));
              }
            }
          }
          if (i === 0) {
            context.forEach((c, k) => a = a.plus(parameter("conditioner.contextWeights")[k * channels + t].times(c)));
          }
          if (residual && i > 0 && i % 2 === 0 && i < convolutions.length - 1) a = a.plus(layers[i - 1][out.length]);
          out.push(i === convolutions.length - 1 || a.value >= 0 ? a : dual(0));
        }
      }
    }
    layers.push(out);
  });
  return layers[layers.length - 1];
}
