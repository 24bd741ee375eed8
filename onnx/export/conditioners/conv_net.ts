/**
 * A convolutional net, in NCHW between two transpositions: h ← a(h * W + b), where a residual block closes with what it was given added.
 * The class moves the first layer's bias.
 */
import type { ConvNet } from "../../../models/flows/conditioners/conv_net.ts";
import { ROWS, type Value } from "../../graph/graph.ts";
import { add, convolve, kernelsOf, linear, reshape, transpose } from "../../graph/operations.ts";
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
      kernelsOf(x.graph, convolution.weights.values, convolution.shape),
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
