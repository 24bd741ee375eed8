/** The trial of a graph, on maps whose faults are known. */
import assert from "node:assert/strict";
import { type Reading, readRoles } from "../../../onnx/import/roles.ts";
import { type Run, tryGraph, tryPair } from "../../../onnx/import/trial.ts";
import { logAbsDeterminant } from "../../../numerics/linear_algebra/log_abs_determinant.ts";

const DIM = 3;
const rows = (name: string) => ({ name, type: "float32", shape: [-1, DIM] });
const number = (name: string) => ({ name, type: "float32", shape: [-1] });

function reading(direction: "forward" | "inverse"): Reading {
  const [from, to] = direction === "forward" ? ["z", "x"] : ["x", "z"];
  return readRoles([rows(from)], [rows(to), number("log_det")], { base: "normal", roles: {} });
}

interface Fault {
  /** What is added to each value; `row` counts within the batch. */
  readonly shift?: (row: number, batch: number) => number;
  readonly logDet?: (right: number) => number;
}

/** y = scale · x + shift, with its log-determinant, and faults. */
function map(scale: number, { shift = () => 0, logDet = (right) => right }: Fault = {}): Run {
  return (feeds) => {
    const [[from, { shape: [batch], values }]] = Object.entries(feeds);
    const y = Float32Array.from(values, (value, i) => scale * value + shift(Math.floor(i / DIM), batch));
    const right = DIM * Math.log(scale);
    return Promise.resolve({
      [from === "z" ? "x" : "z"]: { shape: [batch, DIM], values: y },
      log_det: { shape: [batch], values: new Float32Array(batch).fill(logDet(right)) },
    });
  };
}

Deno.test("a map that is right passes without a word", async () => {
  assert.deepEqual(await tryGraph(reading("forward"), map(2)), []);
  assert.deepEqual(await tryGraph(reading("inverse"), map(0.5)), []);
});

Deno.test("a log-determinant that is wrong is warned of, and one of the other direction is called so", async () => {
  const [wrong] = await tryGraph(reading("forward"), map(2, { logDet: (right) => right + 1 }));
  assert.match(wrong.message, /differs from that of a numeric Jacobian/);
  const [reversed] = await tryGraph(reading("forward"), map(2, { logDet: (right) => -right }));
  assert.match(reversed.message, /other sign.*other direction/);
});

Deno.test("numbers that are not finite, that change, or that depend on the rows beside are refused", async () => {
  let calls = 0;
  const faults: [Run, RegExp][] = [
    [map(2, { shift: () => NaN }), /not finite/],
    [map(2, { logDet: () => Infinity }), /not finite/],
    [map(2, { shift: () => 1e-3 * calls++ }), /differs when the same rows are run again/],
    [map(2, { shift: (_, batch) => 1e-3 * batch }), /when it is run alone/],
    [map(2, { shift: (row) => 1e-3 * row }), /when it is run alone/],
  ];
  for (const [run, message] of faults) await assert.rejects(tryGraph(reading("forward"), run), { message });
});

Deno.test("two graphs are a pair when they undo each other and their log-determinants cancel", async () => {
  const pair = (forward: Run, inverse: Run) =>
    tryPair({ reading: reading("forward"), run: forward }, { reading: reading("inverse"), run: inverse });
  await pair(map(2), map(0.5));
  await assert.rejects(pair(map(2), map(0.51)), /off by/);
  await assert.rejects(pair(map(2), map(0.5, { shift: () => 0.01 })), /off by/);
  await assert.rejects(pair(map(2), map(0.5, { logDet: (right) => -right })), /do not cancel/);
});

Deno.test("the log-determinant of a matrix is that of its elimination, with rows exchanged where they have to be", () => {
  assert.equal(logAbsDeterminant(new Float64Array([0, 2, -3, 0]), 2), Math.log(6));
  assert.equal(logAbsDeterminant(new Float64Array([1, 2, 2, 4]), 2), -Infinity);
  const found = logAbsDeterminant(new Float64Array([2, 1, 0, 1, 3, 1, 0, 1, 4]), 3);
  assert.ok(Math.abs(found - Math.log(18)) < 1e-15);
});

Deno.test("names of both sides at once, and noise beside data, make no flow of a step", () => {
  const hints = { roles: {} };
  const step = readRoles([rows("x"), rows("noise")], [rows("next"), rows("probabilities")], hints);
  assert.equal(step.kind, "other");
  assert.equal(readRoles([rows("x"), rows("uniforms")], [rows("probabilities"), rows("h")], hints).kind, "other");
  assert.equal(readRoles([rows("x")], [rows("fields"), rows("next")], hints).kind, "other");
  assert.throws(() => readRoles([rows("z"), rows("noise")], [rows("x")], hints), {
    path: "z",
    message: /both "z" and "noise"/,
  });
});

/** log p(x) = −Σ x², or what is called so, with its gradient, times faults. */
function bowl(fixed: number | null, { gradient = 1, beside = 0 } = {}): Run {
  return (feeds) => {
    const [{ shape: [batch], values }] = Object.values(feeds);
    assert.ok(fixed === null || batch === fixed, `it was run on ${batch} rows`);
    const rowOf = (row: number) => [...values.subarray(row * DIM, (row + 1) * DIM)];
    const value = Float32Array.from(
      { length: batch },
      (_, row) => -rowOf(row).reduce((sum, x) => sum + x * x, 0) + beside * rowOf(batch - 1)[0],
    );
    return Promise.resolve({
      log_prob: { shape: [batch], values: value },
      gradient: { shape: [batch, DIM], values: Float32Array.from(values, (x) => -2 * gradient * x) },
    });
  };
}

const bowlOf = (batch: number) =>
  readRoles(
    [{ name: "x", type: "float32", shape: [batch, DIM] }],
    [number("log_prob"), rows("gradient")],
    { roles: {} },
  );

Deno.test("a density whose gradient is right passes without a word, on any number of rows or on the one that it takes", async () => {
  assert.deepEqual(await tryGraph(bowlOf(-1), bowl(null)), []);
  for (const batch of [1, 5]) assert.deepEqual(await tryGraph(bowlOf(batch), bowl(batch)), []);
});

Deno.test("a gradient that is wrong is warned of, and one of minus the density is called so", async () => {
  const [wrong] = await tryGraph(bowlOf(-1), bowl(null, { gradient: 1.2 }));
  assert.match(wrong.message, /^the gradient differs from numeric differences of logProb by up to 0\.1/);
  const [reversed] = await tryGraph(bowlOf(-1), bowl(null, { gradient: -1 }));
  assert.match(reversed.message, /other sign.*where the density grows/);
});

Deno.test("a density whose rows depend on each other is refused, where its number of rows is fixed too", async () => {
  for (const batch of [-1, 5]) {
    const run = bowl(batch < 0 ? null : batch, { beside: 0.01 });
    await assert.rejects(tryGraph(bowlOf(batch), run), { message: /when it is run alone/ });
  }
});

Deno.test("densities are known by their outputs, and what is missing is asked for by name", () => {
  const read = (outputs: ReturnType<typeof number>[], roles = {}, input = rows("input")) =>
    readRoles([input], outputs, { roles });
  const roles = ({ inputs, outputs }: Reading) => [...inputs, ...outputs].map(({ role }) => role);
  assert.deepEqual(roles(read([number("lp")])), ["x", "logProb"]);
  assert.deepEqual(roles(read([number("energy"), rows("grad")])), ["x", "energy", "gradient"]);
  assert.deepEqual(roles(read([number("out"), rows("slope")], { logProb: "out", gradient: "slope" })), [
    "x",
    "logProb",
    "gradient",
  ]);
  // A flow that tells the densities of its samples has such outputs too.
  assert.throws(() => read([number("log_prob"), rows("y")]), {
    path: "direction",
    message: /If it is a density with its gradient, say x=input, logProb=log_prob .* and gradient=y/,
  });
  const [note] = read([number("log_prob"), rows("slope")], {}, rows("x")).warnings;
  assert.match(note.message, /"slope" has the shape of a gradient with respect to "x": if it is, say gradient=slope/);
  assert.throws(() => read([number("log_prob"), { ...rows("gradient"), shape: [-1, DIM + 1] }]), {
    path: "outputs.gradient",
    message: /a number for each of x, 3; found \[-1, 4\]/,
  });
  const fixed = { ...rows("z"), shape: [4, DIM] };
  assert.throws(() => readRoles([fixed], [rows("x")], { base: "normal", roles: {} }), {
    path: "inputs.z",
    message: /expected any number of rows/,
  });
});
