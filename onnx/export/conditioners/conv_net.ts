/**
 * A convolutional net, in NCHW between two transpositions: h ← a(h * W + b), where a residual block closes with what it was given added.
 * The class moves the first layer's bias.
 */
import type { ConvNet } from "../../../models/flows/conditioners/conv_net.ts";
import type { Convolution } from "../../../models/flows/conditioners/convolution.ts";
import { type Graph, ROWS, type Value } from "../../graph/graph.ts";
import { add, convolve, linear, reshape, transpose } from "../../graph/operations.ts";
import { activate } from "../activation.ts";

export function writeConvNet(net: ConvNet, x: Value, context: Value | null): Value {
  const { height, width, from } = net.image, { channels } = net.options, last = net.convolutions.length - 1;
  const hidden: Value[] = [];
  let h = from === 1
    ? reshape(x, [ROWS, 1, height, width])
    : transpose(reshape(x, [ROWS, height, width, from]), [0, 3, 1, 2]);
  net.convolutions.forEach((convolution, i) => {
    let sum = convolve(
      h,
      kernelsOf(x.graph, convolution),
      x.graph.reals(convolution.bias.values, [convolution.shape.to]),
    );
    if (i === 0 && context && net.contextWeights) {
      const { values, shape } = net.contextWeights;
      sum = add(sum, reshape(linear(context, x.graph.reals(values, shape)), [ROWS, channels, 1, 1]));
    }
    if (i < last && net.addsInput(i)) sum = add(sum, hidden[i - 2]);
    h = i === last ? sum : activate(sum, net.activation);
    hidden.push(h);
  });
  return reshape(transpose(h, [0, 2, 3, 1]), [ROWS, net.outputWidth]);
}

/** From [side² · from, to], patch rows first, to [to, from, side, side]. */
function kernelsOf(graph: Graph, { weights, shape: { from, to, side } }: Convolution): Value {
  const kernels = new Float64Array(to * from * side * side);
  let k = 0;
  for (let o = 0; o < to; o++) {
    for (let c = 0; c < from; c++) {
      for (let p = 0; p < side * side; p++, k++) kernels[k] = weights.values[(p * from + c) * to + o];
    }
  }
  return graph.reals(kernels, [to, from, side, side]);
}
