/**
 * The operations that exported graphs are made of, each a node or a few. They keep to what every backend has: no Softplus, Det, Random*,
 * SpaceToDepth, NonZero or ConstantOfShape, and no Min or Max.
 */
import { type ElementType, type Graph, ROWS, type Shape, type Value } from "./graph.ts";

/** Elementwise, b broadcast to a's shape or a to b's. A number is a constant. */
export const add = (a: Value, b: Value | number) => elementwise("Add", a, b);
export const subtract = (a: Value, b: Value | number) => elementwise("Sub", a, b);
export const multiply = (a: Value, b: Value | number) => elementwise("Mul", a, b);
export const divide = (a: Value, b: Value | number) => elementwise("Div", a, b);
export const less = (a: Value, b: Value | number) => elementwise("Less", a, b, "bool");
export const greater = (a: Value, b: Value | number) => elementwise("Greater", a, b, "bool");

export const negate = (x: Value) => x.graph.apply("Neg", [x], x);
export const absolute = (x: Value) => x.graph.apply("Abs", [x], x);
export const exponential = (x: Value) => x.graph.apply("Exp", [x], x);
export const logarithm = (x: Value) => x.graph.apply("Log", [x], x);
export const tangent = (x: Value) => x.graph.apply("Tanh", [x], x);
export const sigmoid = (x: Value) => x.graph.apply("Sigmoid", [x], x);
export const relu = (x: Value) => x.graph.apply("Relu", [x], x);
export const leakyRelu = (x: Value, slope: number) => x.graph.apply("LeakyRelu", [x], x, { alpha: { real: slope } });

/** log(1 + exp(x)), which does not overflow. */
export const softplus = (x: Value) => add(relu(x), logarithm(add(exponential(negate(absolute(x))), 1)));
/** log σ(x) σ(−x) = −|x| − 2 log(1 + exp(−|x|)): the log density of a logistic variable. */
export function logLogistic(x: Value): Value {
  const size = absolute(x);
  return negate(add(size, multiply(logarithm(add(exponential(negate(size)), 1)), 2)));
}

/** 1 where true, 0 where false. */
export function asReal(condition: Value): Value {
  return condition.graph.apply("Cast", [condition], { type: "float32", shape: condition.shape }, { to: 1 });
}

/** a where the condition holds, b elsewhere. */
export function where(condition: Value, a: Value | number, b: Value | number): Value {
  const { graph } = condition;
  const [yes, no] = [a, b].map((value) => typeof value === "number" ? graph.real(value) : value);
  const shape = broadcast(condition.shape, broadcast(yes.shape, no.shape));
  return graph.apply("Where", [condition, yes, no], { type: "float32", shape });
}

/** x B + c, of rows x [N, k], B [k, n] and c [n]. */
export function linear(x: Value, b: Value, c?: Value): Value {
  const [rows, k] = x.shape, [inner, n] = b.shape;
  if (x.shape.length !== 2 || b.shape.length !== 2 || k !== inner) {
    throw new RangeError(
      `expected rows of as many numbers as the matrix has rows, found [${x.shape}] and [${b.shape}]`,
    );
  }
  return x.graph.apply(c ? "Gemm" : "MatMul", c ? [x, b, c] : [x, b], { type: "float32", shape: [rows, n] });
}

/** Convolution of x [N, C, H, W] with kernels [C′, C, side, side], zeros around, the same H and W. */
export function convolve(x: Value, kernels: Value, bias?: Value): Value {
  const [n, c, h, w] = x.shape, [out, inner, side] = kernels.shape;
  if (c !== inner || side % 2 === 0) {
    throw new RangeError(`expected odd kernels of ${c} channels, found [${kernels.shape}]`);
  }
  const margin = (side - 1) / 2;
  return x.graph.apply("Conv", bias ? [x, kernels, bias] : [x, kernels], { type: "float32", shape: [n, out, h, w] }, {
    kernel_shape: [side, side],
    pads: [margin, margin, margin, margin],
  });
}

/** The matrices [side² · from, to] of a convolution's patches, patch rows first, as `convolve` takes them: [to, from, side, side]. */
export function kernelsOf(
  graph: Graph,
  values: ArrayLike<number>,
  { from, to, side }: { readonly from: number; readonly to: number; readonly side: number },
): Value {
  const kernels = new Float64Array(to * from * side * side);
  let k = 0;
  for (let o = 0; o < to; o++) {
    for (let c = 0; c < from; c++) {
      for (let p = 0; p < side * side; p++, k++) kernels[k] = values[(p * from + c) * to + o];
    }
  }
  return graph.reals(kernels, [to, from, side, side]);
}

/** Entries first … first + count − 1 along the second axis. */
export function slice(x: Value, first: number, count: number): Value {
  const bounds = [first, first + count, 1].map((bound) => x.graph.integers([bound]));
  return x.graph.apply("Slice", [x, ...bounds], { type: x.type, shape: x.shape.with(1, count) });
}

/** Entries along the second axis, in the order that they are chosen in. */
export function gather(x: Value, chosen: readonly number[]): Value {
  const shape = x.shape.with(1, chosen.length);
  return x.graph.apply("Gather", [x, x.graph.integers(chosen)], { type: x.type, shape }, { axis: 1 });
}

/** The same numbers in another shape, in which one length, that of the batch or of what it multiplies, is ROWS. */
export function reshape(x: Value, shape: Shape): Value {
  return x.graph.apply("Reshape", [x, x.graph.integers(shape)], { type: x.type, shape });
}

/** Axis i of what comes out is axis order_i of x. */
export function transpose(x: Value, order: readonly number[]): Value {
  return x.graph.apply("Transpose", [x], { type: x.type, shape: order.map((axis) => x.shape[axis]) }, { perm: order });
}

/** Σ over the last axis, which goes. */
export function sumLast(x: Value): Value {
  if (x.shape.at(-1) === 1) return reshape(x, x.shape.slice(0, -1));
  return x.graph.apply("ReduceSum", [x, x.graph.integers([-1])], { type: x.type, shape: x.shape.slice(0, -1) }, {
    keepdims: 0,
  });
}

/** The largest, or the smallest, along the last axis, which stays with length 1. */
export const largestOfLast = (x: Value) => extreme("ReduceMax", x);
export const smallestOfLast = (x: Value) => extreme("ReduceMin", x);

/** Rows times a number for each column. A single column is told to be a vector: runtimes broadcast over columns of one number one by one. */
export function scaleColumns(x: Value, factors: readonly number[]): Value {
  if (factors.length > 1) return multiply(x, x.graph.reals(factors, [factors.length]));
  return reshape(multiply(reshape(x, [ROWS]), factors[0]), x.shape);
}

/** One number for each row of x. */
export function forEachRow(x: Value, value: number): Value {
  const { graph } = x;
  const rows = graph.apply("Shape", [x], { type: "int64", shape: [1] }, { start: 0, end: 1 });
  return graph.apply("Expand", [graph.reals([value], [1]), rows], { type: "float32", shape: [ROWS] });
}

function extreme(operator: string, x: Value): Value {
  const shape = [...x.shape.slice(0, -1), 1];
  return x.graph.apply(operator, [x], { type: x.type, shape }, { axes: [-1], keepdims: 1 });
}

function elementwise(operator: string, a: Value, b: Value | number, type: ElementType = "float32"): Value {
  const other = typeof b === "number" ? a.graph.real(b) : b;
  return a.graph.apply(operator, [a, other], { type, shape: broadcast(a.shape, other.shape) });
}

function broadcast(a: Shape, b: Shape): Shape {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, i) => {
    const [m, n] = [a, b].map((shape) => shape[i - length + shape.length] ?? 1);
    if (m === n || n === 1) return m;
    if (m === 1) return n;
    throw new RangeError(`shapes [${a}] and [${b}] do not go together`);
  });
}
