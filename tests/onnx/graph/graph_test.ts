import assert from "node:assert/strict";
import { Graph, OPSET, ROWS, type Value } from "../../../onnx/graph/graph.ts";
import {
  add,
  convolve,
  forEachRow,
  linear,
  logLogistic,
  negate,
  reshape,
  scaleColumns,
  softplus,
} from "../../../onnx/graph/operations.ts";
import { dense, toFeatures, toRows } from "../../../onnx/graph/features.ts";
import { beside, columns, inPlaces } from "../../../onnx/graph/columns.ts";
import { decodeModel } from "../../../onnx/import/decode.ts";
import { expectClose } from "../close.ts";
import { withSession } from "../session.ts";

function graphOf(width: number, make: (x: Value) => Value): Uint8Array {
  const graph = new Graph("test");
  graph.output("y", make(graph.input("x", width)));
  return graph.encode();
}

async function run(width: number, values: readonly number[], make: (x: Value) => Value) {
  const rows = values.length / width;
  const { y } = await withSession(graphOf(width, make), ({ run }) => run({ x: { rows, values } }));
  return y;
}

Deno.test("a constant is kept once, whoever asks for it; another shape or another number is another", () => {
  const bytes = graphOf(2, (x) => {
    const { graph } = x;
    const [a, b, other] = [[1, 2], [1, 2], [1, 3]].map((values) => graph.reals(values, [2]));
    assert.equal(a, b);
    return add(add(add(x, a), other), graph.reals([1, 2], [1, 2]));
  });
  assert.equal(decodeModel(bytes).graph?.initializer.length, 3);
});

Deno.test("names follow the order of nodes, rows are N, and the opset is 17", () => {
  const model = decodeModel(graphOf(2, (x) => negate(softplus(x))));
  assert.equal(OPSET, 17);
  assert.deepEqual(model.opsetImport.map(({ version }) => version), [17n]);
  const names = model.graph?.node.map(({ output }) => output[0]);
  assert.deepEqual(names, ["relu_0", "abs_1", "neg_2", "exp_3", "add_4", "log_5", "add_6", "y"]);
  const shape = model.graph?.input[0].type?.value;
  assert.ok(shape?.case === "tensorType");
  assert.deepEqual(shape.value.shape?.dim.map(({ value }) => value.value), ["N", 2n]);
});

Deno.test("an input that is an output too, and a value that is two outputs, are copied", async () => {
  const graph = new Graph("copies");
  const x = graph.input("x", 1), y = negate(x);
  for (const [name, value] of [["same", x], ["y", y], ["again", y]] as const) graph.output(name, value);
  const found = await withSession(graph.encode(), ({ run }) => run({ x: { rows: 1, values: [3] } }));
  assert.deepEqual([found.same, found.y, found.again].map(({ values }) => values[0]), [3, -3, -3]);
});

Deno.test("softplus and the logistic log density lose nothing far from 0", async () => {
  const x = [-200, -20, -1, 0, 1, 20, 200];
  const exact = x.map((value) => Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value))));
  expectClose((await run(1, x, softplus)).values, exact, "softplus");
  expectClose((await run(1, x, logLogistic)).values, x.map((value, i) => value - 2 * exact[i]), "log density");
});

Deno.test("columns are taken as they are, as a stretch, or one by one, and put side by side", async () => {
  const operators = (chosen: number[]) =>
    decodeModel(graphOf(4, (x) => negate(columns(x, chosen)))).graph?.node.map(({ opType }) => opType);
  assert.deepEqual(operators([0, 1, 2, 3]), ["Neg"]);
  assert.deepEqual(operators([1, 2]), ["Slice", "Neg"]);
  assert.deepEqual(operators([3, 0]), ["Gather", "Neg"]);
  const found = await run(4, [1, 2, 3, 4, 5, 6, 7, 8], (x) => beside([columns(x, [1, 2]), columns(x, [3, 0])]));
  assert.deepEqual([...found.values], [2, 3, 4, 1, 6, 7, 8, 5]);
});

Deno.test("the same channels of every pixel are sliced, and channels are put in their places again", async () => {
  const places = [[1, 2, 4, 5], [0, 3]] as const;
  const model = decodeModel(graphOf(6, (x) => negate(columns(x, places[0]))));
  assert.deepEqual(model.graph?.node.map(({ opType }) => opType), ["Reshape", "Slice", "Reshape", "Neg"]);
  const row = [1, 2, 3, 4, 5, 6];
  const found = await run(6, row, (x) => beside([columns(x, places[0]), columns(x, places[1])]));
  assert.deepEqual([...found.values], [2, 3, 5, 6, 1, 4]);
  for (const split of [places, [places[1], places[0]], [[0, 5, 2], [4, 1, 3]]] as const) {
    const same = await run(6, row, (x) => inPlaces(columns(x, split[0]), columns(x, split[1]), split));
    assert.deepEqual([...same.values], row);
  }
});

Deno.test("columns that came from a part are taken from it, and what no output needs is left out", async () => {
  const split = [[0, 3], [1, 2]] as const;
  const turns = (x: Value) => {
    for (let turn = 0; turn < 3; turn++) {
      const [outer, inner] = split.map((places) => columns(x, places));
      x = inPlaces(negate(inner), outer, [split[1], split[0]]);
    }
    return x;
  };
  const operators = decodeModel(graphOf(4, turns)).graph?.node.map(({ opType }) => opType);
  assert.deepEqual(operators, ["Gather", "Slice", "Neg", "Neg", "Neg", "Concat", "Gather"]);
  assert.deepEqual([...(await run(4, [1, 2, 3, 4], turns)).values], [1, -2, -3, 4]);
});

Deno.test("rows that are turned over and back are the same rows, of which some columns are turned back alone", async () => {
  const rows = [1, 2, 3, 4, 5, 6];
  const same = await run(3, rows, (x) => toRows(toFeatures(x)));
  assert.deepEqual([same.shape, [...same.values]], [[2, 3], rows]);
  for (const [chosen, found] of [[[1, 2], [2, 3, 5, 6]], [[2, 0], [3, 1, 6, 4]], [[1], [2, 5]]]) {
    assert.deepEqual([...(await run(3, rows, (x) => columns(toRows(toFeatures(x)), chosen))).values], found);
  }
});

Deno.test("a dense layer over features is the product of rows", async () => {
  const rows = [1, -2, 0.5, 3], weights = [1, 2, 3, 4, 5, 6], bias = [0.5, 0, -1];
  const matrix = { values: weights, shape: [2, 3] };
  const products = await run(2, rows, (x) => linear(x, x.graph.reals(weights, [2, 3]), x.graph.reals(bias, [3])));
  const layers = await run(2, rows, (x) => toRows(dense(toFeatures(x), matrix, bias)));
  expectClose(layers.values, products.values, "dense");
});

Deno.test("rows of one column and of more are scaled by a number for each", async () => {
  assert.deepEqual([...(await run(1, [1, 2], (x) => scaleColumns(x, [3]))).values], [3, 6]);
  assert.deepEqual([...(await run(2, [1, 2, 3, 4], (x) => scaleColumns(x, [3, -1]))).values], [3, -2, 9, -4]);
});

Deno.test("one number a row has as many rows as there are", async () => {
  for (const rows of [1, 3]) {
    const found = await run(2, Array(2 * rows).fill(7), (x) => forEachRow(x, 2.5));
    assert.deepEqual([found.shape, [...found.values]], [[rows], Array(rows).fill(2.5)]);
  }
});

Deno.test("shapes that do not go together are refused when the graph is written", () => {
  const graph = new Graph("wrong"), x = graph.input("x", 4);
  assert.throws(() => add(x, graph.reals([1, 2, 3], [3])), /\[-1,4\] and \[3\]/);
  assert.throws(() => linear(x, graph.reals([1, 2, 3], [3, 1])), /as the matrix has rows/);
  const image = reshape(x, [ROWS, 1, 2, 2]);
  assert.throws(() => convolve(image, graph.reals([1, 1, 1, 1], [1, 1, 2, 2])), /odd kernels/);
  assert.throws(() => add(x, new Graph("other").input("x", 4)), /another graph/);
});
