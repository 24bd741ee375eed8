/**
 * Random densities with loops: interpreted, compiled and newly recorded programs give the same bits, and the gradient is that of dual numbers,
 * which know nothing of tapes.
 */
import assert from "node:assert/strict";
import { Random } from "../../../../numerics/random/random.ts";
import { Derivative } from "../../../../models/modules/tape/derivative.ts";
import { createRuntime } from "../../../../models/modules/tape/runtime.ts";
import { applyScalar, type ScalarOperation } from "../../../../models/modules/tape/scalar.ts";
import { apply, argument, type Value, type VectorOperation } from "../../../../models/modules/tape/vector.ts";

/** What a random density is written in: numbers, traced values or duals. */
interface Algebra<V> {
  constant(value: number): V;
  add(a: V, b: V): V;
  sub(a: V, b: V): V;
  mul(a: V, b: V): V;
  div(a: V, b: V): V;
  tanh(a: V): V;
  exp(a: V): V;
  neg(a: V): V;
  /** sin(x) a + b c: a function of four numbers. */
  scalar(x: V, a: V, b: V, c: V): V;
  /** Σ (i + 1) xᵢ² and Π-like Σ xᵢ xᵢ₊₁: two outputs. */
  vector(xs: readonly V[]): [V, V];
  isLess(a: V, b: V): boolean;
}

type Instruction = {
  readonly op: "add" | "sub" | "mul" | "tanh" | "exp" | "neg" | "div" | "scalar" | "vector" | "branch";
  readonly operands: readonly Operand[];
  /** Turns in which another operation stands in its place, as by a branch on data. */
  readonly otherwise?: { readonly op: "add" | "tanh" | "mul"; readonly turns: readonly boolean[] };
};
type Operand =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "data"; readonly values: readonly number[] }
  | { readonly kind: "x"; readonly index: number }
  | { readonly kind: "strided"; readonly step: number }
  | { readonly kind: "gathered"; readonly indices: readonly number[] }
  | { readonly kind: "here"; readonly back: number }
  | { readonly kind: "lag"; readonly turns: number; readonly position: number }
  | { readonly kind: "sum" };

interface Loop {
  readonly turns: number;
  readonly body: readonly Instruction[];
  /** Inside: a loop of the same sort, run each turn. */
  readonly inner?: Loop;
}

const DIM = 7;

/** All values are kept bounded: products go through tanh, exponentials too. */
function evaluate<V>(algebra: Algebra<V>, x: readonly V[], loops: readonly Loop[]): V {
  let sum = algebra.constant(0);
  const history: V[] = [];
  const run = ({ turns, body, inner }: Loop) => {
    const begin = history.length;
    for (let r = 0; r < turns; r++) {
      const turn = history.length;
      const value = (operand: Operand): V => {
        switch (operand.kind) {
          case "constant":
            return algebra.constant(operand.value);
          case "data":
            return algebra.constant(operand.values[r % operand.values.length]);
          case "x":
            return x[operand.index];
          case "strided":
            return x[(r * operand.step) % DIM];
          case "gathered":
            return x[operand.indices[r % operand.indices.length]];
          case "here":
            return history.length - 1 - operand.back >= turn ? history[history.length - 1 - operand.back] : x[0];
          case "lag": {
            const at = turn - operand.turns * body.length + operand.position;
            return at >= begin && at < history.length ? history[at] : x[1];
          }
          case "sum":
            return sum;
        }
      };
      for (const { op: usual, operands, otherwise } of body) {
        const op = otherwise?.turns[r % otherwise.turns.length] ? otherwise.op : usual;
        const [a, b, c, d] = operands.map(value);
        switch (op) {
          case "scalar":
            history.push(algebra.tanh(algebra.scalar(a, b, c, d)));
            break;
          case "vector": {
            const [first, second] = algebra.vector([a, b, c]);
            history.push(algebra.tanh(algebra.add(first, second)));
            break;
          }
          case "branch":
            history.push(algebra.isLess(a, b) ? algebra.mul(c, algebra.constant(0.5)) : algebra.tanh(d));
            break;
          case "div":
            history.push(algebra.div(a, algebra.add(algebra.mul(b, b), algebra.constant(1.5))));
            break;
          case "mul":
            history.push(algebra.tanh(algebra.mul(a, b)));
            break;
          case "exp":
            history.push(algebra.exp(algebra.tanh(a)));
            break;
          case "tanh":
          case "neg":
            history.push(algebra[op](a));
            break;
          default:
            history.push(algebra.mul(algebra[op](a, b), algebra.constant(0.7)));
        }
        if (history.length % 3 === 0) sum = algebra.add(sum, history[history.length - 1]);
      }
      if (inner) run(inner);
      sum = algebra.add(sum, history[history.length - 1]);
    }
  };
  for (const loop of loops) run(loop);
  return sum;
}

function randomLoops(random: Random): Loop[] {
  const below = (n: number) => Math.floor(random.uniform() * n);
  const ops: Instruction["op"][] = ["add", "sub", "mul", "tanh", "exp", "neg", "div", "scalar", "vector", "branch"];
  const operand = (length: number): Operand => {
    switch (below(8)) {
      case 0:
        return { kind: "constant", value: random.normal() };
      case 1:
        return { kind: "data", values: Array.from({ length: 5 + below(40) }, () => random.normal()) };
      case 2:
        return { kind: "x", index: below(DIM) };
      case 3:
        return { kind: "strided", step: 1 + below(3) };
      case 4:
        return { kind: "gathered", indices: Array.from({ length: 5 + below(30) }, () => below(DIM)) };
      case 5:
        return { kind: "here", back: below(3) };
      case 6:
        return { kind: "lag", turns: 1 + below(3), position: below(length) };
      default:
        return { kind: "sum" };
    }
  };
  const loop = (depth: number): Loop => {
    const length = 1 + below(5);
    const body = Array.from({ length }, (): Instruction => {
      const op = ops[below(random.uniform() < 0.8 ? ops.length - 1 : ops.length)];
      const operands = Array.from({ length: 4 }, () => operand(length));
      if (random.uniform() < 0.8) return { op, operands };
      const turns = Array.from({ length: 40 }, () => random.uniform() < 0.4);
      return { op, operands, otherwise: { op: (["add", "tanh", "mul"] as const)[below(3)], turns } };
    });
    const turns = depth === 0 ? 3 + below(40) : 1 + below(8);
    return { turns, body, ...(depth === 0 && random.uniform() < 0.3 ? { inner: loop(1) } : {}) };
  };
  return Array.from({ length: 1 + below(3) }, () => loop(0));
}

const scalar: ScalarOperation = {
  name: "four",
  value: (x, a, b, c) => Math.sin(x) * a + b * c,
  partials: [(x, a) => Math.cos(x) * a, (x) => Math.sin(x), (_x, _a, _b, c) => c, (_x, _a, b) => b],
};
const vector: VectorOperation = {
  name: "two",
  outputs: 2,
  forward(x, y) {
    y[0] = x[0] * x[0] + 2 * x[1] * x[1] + 3 * x[2] * x[2];
    y[1] = x[0] * x[1] + x[1] * x[2];
  },
  backward(x, _y, g, into) {
    into[0] += g[0] * 2 * x[0] + g[1] * x[1];
    into[1] += g[0] * 4 * x[1] + g[1] * (x[0] + x[2]);
    into[2] += g[0] * 6 * x[2] + g[1] * x[1];
  },
};

const $ = createRuntime([]);
const traced: Algebra<Value> = {
  constant: (value) => value,
  add: (a, b) => asValue($.add(a, b, 0)),
  sub: (a, b) => asValue($.sub(a, b, 0)),
  mul: (a, b) => asValue($.mul(a, b, 0)),
  div: (a, b) => asValue($.div(a, b, 0)),
  neg: (a) => asValue($.neg(a, 0)),
  tanh: (a) => asValue($.math.tanh(a, 0)),
  exp: (a) => asValue($.math.exp(a, 0)),
  scalar: (x, a, b, c) => applyScalar(scalar, [x, a, b, c]),
  vector(xs) {
    const found = apply(vector, [argument("xs", xs)], [2]);
    if (!Array.isArray(found)) throw new Error("expected two");
    return [asValue(found[0]), asValue(found[1])];
  },
  isLess: (a, b) => $.lt(a, b, 0),
};

function asValue(value: unknown): Value {
  return value as Value; // what goes in are numbers and traced values
}

/** A value and its derivative in one direction. */
interface Dual {
  readonly v: number;
  readonly d: number;
}
const dual: Algebra<Dual> = {
  constant: (v) => ({ v, d: 0 }),
  add: (a, b) => ({ v: a.v + b.v, d: a.d + b.d }),
  sub: (a, b) => ({ v: a.v - b.v, d: a.d - b.d }),
  mul: (a, b) => ({ v: a.v * b.v, d: a.d * b.v + a.v * b.d }),
  div: (a, b) => ({ v: a.v / b.v, d: (a.d * b.v - a.v * b.d) / (b.v * b.v) }),
  neg: (a) => ({ v: -a.v, d: -a.d }),
  tanh: (a) => ({ v: Math.tanh(a.v), d: a.d / Math.cosh(a.v) ** 2 }),
  exp: (a) => ({ v: Math.exp(a.v), d: a.d * Math.exp(a.v) }),
  scalar: (x, a, b, c) => ({
    v: Math.sin(x.v) * a.v + b.v * c.v,
    d: Math.cos(x.v) * a.v * x.d + Math.sin(x.v) * a.d + b.d * c.v + b.v * c.d,
  }),
  vector([x, y, z]) {
    return [
      { v: x.v * x.v + 2 * y.v * y.v + 3 * z.v * z.v, d: 2 * x.v * x.d + 4 * y.v * y.d + 6 * z.v * z.d },
      { v: x.v * y.v + y.v * z.v, d: x.d * y.v + x.v * y.d + y.d * z.v + y.v * z.d },
    ];
  },
  isLess: (a, b) => a.v < b.v,
};

const CASES = Number(Deno.env.get("CASES") ?? 400);
const RUNS = 6; // beyond which programs are compiled

Deno.test("interpreted, compiled and new programs of random loops give the same bits, and the gradient of dual numbers", () => {
  const seed = Number(Deno.env.get("SEED") ?? 1);
  const random = new Random(seed);
  for (let i = Number(Deno.env.get("FIRST") ?? 0); i < CASES; i++) {
    random.at(i, 0);
    const loops = randomLoops(random);
    const density = (x: readonly Value[]) => evaluate(traced, x, loops);
    const derivative = new Derivative(DIM, density);
    for (let run = 0; run < RUNS; run++) {
      const x = Float64Array.from({ length: DIM }, () => 0.5 * random.normal());
      const gradient = new Float64Array(DIM), again = new Float64Array(DIM);
      const value = derivative.valueAndGradient(x, gradient);
      const fresh = new Derivative(DIM, density).valueAndGradient(x, again);
      assert.ok(Object.is(value, fresh), `case ${i}, run ${run}: ${value} and ${fresh}`);
      assert.deepEqual(gradient, again, `case ${i}, run ${run}`);
      if (run % 3 !== 0) continue;
      const k = run % DIM;
      const { v, d } = evaluate(dual, Array.from(x, (v, j) => ({ v, d: j === k ? 1 : 0 })), loops);
      const close = (a: number, b: number) => Math.abs(a - b) <= 1e-8 * Math.max(1, Math.abs(a), Math.abs(b));
      if (!Number.isFinite(v) || Math.abs(d) > 1e6) continue; // ill-conditioned: long products of large factors
      assert.ok(close(value, v), `case ${i}, run ${run}: value ${value} and ${v}`);
      assert.ok(close(gradient[k], d), `case ${i}, run ${run}, coordinate ${k}: ${gradient[k]} and ${d}`);
    }
  }
});
