/**
 * The operators that an uploaded graph may use: those of ai.onnx that onnxruntime-web has, that take tensors to tensors, and that
 * give the same for the same. Noise is an input, so Random*, Bernoulli and Multinomial are out; so are the operators with
 * subgraphs (If, Loop, Scan, SequenceMap), on sequences, on optional values and on text.
 */

/** Of ai.onnx, as opset_import names it. */
export const LEAST_OPSET = 7; // onnxruntime promises nothing below it
export const MOST_OPSET = 24;

const OPERATORS = new Set(
  `Abs Acos Acosh Add AffineGrid And ArgMax ArgMin Asin Asinh Atan Atanh AveragePool BatchNormalization BitShift
   BitwiseAnd BitwiseNot BitwiseOr BitwiseXor BlackmanWindow Cast CastLike Ceil Celu CenterCropPad Clip Col2Im Compress
   Concat Constant ConstantOfShape Conv ConvInteger ConvTranspose Cos Cosh CumSum DFT DeformConv DepthToSpace
   DequantizeLinear Det Div Dropout DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor GRU Gather
   GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool Greater GreaterOrEqual GridSample
   GroupNormalization HammingWindow HannWindow HardSigmoid HardSwish Hardmax Identity InstanceNormalization IsInf IsNaN
   LRN LSTM LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax LpNormalization LpPool MatMul MatMulInteger Max
   MaxPool MaxRoiPool MaxUnpool Mean MeanVarianceNormalization MelWeightMatrix Min Mish Mod Mul Neg NonMaxSuppression
   NonZero Not OneHot Or PRelu Pad Pow QLinearConv QLinearMatMul QuantizeLinear RNN Range Reciprocal ReduceL1 ReduceL2
   ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Resize
   ReverseSequence RMSNormalization RoiAlign Round STFT Scatter ScatterElements ScatterND Selu Shape Shrink Sigmoid Sign
   Sin Sinh Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Swish Tan Tanh ThresholdedRelu
   Tile TopK Transpose Trilu Unique Unsqueeze Upsample Where Xor`.split(/\s+/),
);

const RANDOM = /^Random|^Bernoulli$|^Multinomial$/;
const NESTED = new Set(["If", "Loop", "Scan", "SequenceMap"]);

/** What speaks against an operator of ai.onnx; null where nothing does. */
export function objectionTo(operator: string): string | null {
  if (OPERATORS.has(operator)) return null;
  if (RANDOM.test(operator)) {
    return "draws random numbers, which no seed can repeat. Make the noise an input of the graph.";
  }
  if (NESTED.has(operator)) return "runs a subgraph. Export the flow without branches and loops, or unroll them.";
  return "is not among the operators of ai.onnx that are taken: those from tensors to tensors, without randomness and " +
    "subgraphs. Export with standard operators alone.";
}
