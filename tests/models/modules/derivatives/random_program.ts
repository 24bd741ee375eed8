/** Makes random programs: loops with every sort of operand, branches, early ends, arrays, helpers, repeated bodies. */
import type { Random } from "../../../../numerics/random/random.ts";
import type { Binary, Comparison, Expression, Index, RandomProgram, Statement, Unary } from "./syntax.ts";

const UNARIES: readonly Unary[] = [
  ...["neg", "sin", "cos", "tanh", "atan", "asinh", "abs"] as const,
  ...["bell", "cauchy", "root", "cube", "logOfSquare", "expOfTanh"] as const,
];
const BINARIES: readonly Binary[] = [
  ...["+", "+", "-", "*", "*", "over"] as const,
  ...["max", "min", "hypot", "power"] as const,
];
const DEEPEST = 3;
const MOST_NESTED = 2; // loops in loops

/** What can be named where a statement or an expression stands. */
interface Scope {
  readonly names: readonly string[];
  readonly counters: readonly string[];
  /** Loops around: 0 at the top. */
  readonly depth: number;
  /** Whether break and continue have a loop: a callback has none. */
  readonly isLeft: boolean;
  /** Whether x, the arrays and the data can be seen: not by helpers. */
  readonly seesArrays: boolean;
}

export function randomProgram(random: Random): RandomProgram {
  const below = (n: number) => Math.floor(random.uniform() * n);
  const chance = (p: number) => random.uniform() < p;
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)];
  const rounded = (value: number) => Number(value.toFixed(3));

  const dim = 2 + below(4);
  const data = {
    y: Array.from({ length: 3 + below(12) }, () => rounded(random.normal())),
    at: Array.from({ length: 12 }, () => below(60)),
  };
  const arrays = new Map(["a", "b"].slice(0, below(3)).map((name) => [name, 3 + below(8)]));
  const sizes = new Map([["x", dim], ["y", data.y.length], ...arrays]);
  const helpers: { name: string; parameters: readonly string[]; body: Expression }[] = [];
  let next = 0;

  const index = (array: string, { counters }: Scope): Index => {
    const size = sizes.get(array) ?? 1;
    const counter = counters.length > 0 && chance(0.85) ? pick(counters) : null;
    if (counter === null) return { counter, step: 0, offset: below(size), size, gathered: false };
    // The turn itself, and one or two turns back, come often.
    const offset = chance(0.6) ? pick([0, size - 1, size - 2]) : below(size);
    return { counter, step: chance(0.7) ? 1 : 1 + below(3), offset, size, gathered: chance(0.2) };
  };
  const element = (array: string, scope: Scope): Expression => ({ kind: "element", array, index: index(array, scope) });

  const leaf = (scope: Scope): Expression => {
    if (chance(0.15)) return { kind: "number", value: chance(0.3) ? pick([0, 1, -1, 2]) : rounded(random.normal()) };
    if (!scope.seesArrays || (scope.names.length > 0 && chance(0.45))) return { kind: "name", name: pick(scope.names) };
    if (scope.seesArrays && chance(0.1)) return bounded({ kind: "name", name: "sum" });
    return element(pick([...sizes.keys(), "x"]), scope);
  };

  const comparison = (scope: Scope, depth: number): Comparison => ({
    operator: pick(["<", "<=", ">", ">="]),
    left: expression(scope, depth),
    right: chance(0.5) ? { kind: "number", value: rounded(random.normal() / 2) } : expression(scope, depth),
  });

  const expression = (scope: Scope, depth = 0): Expression => {
    if (depth >= DEEPEST || chance(0.35)) return leaf(scope);
    const more = () => expression(scope, depth + 1);
    const kind = random.uniform();
    if (kind < 0.35) return { kind: "unary", operator: pick(UNARIES), operand: more() };
    if (kind < 0.8) return { kind: "binary", operator: pick(BINARIES), left: more(), right: more() };
    if (kind < 0.87) return { kind: "choice", test: comparison(scope, depth + 1), yes: more(), no: more() };
    if (kind < 0.97 && helpers.length > 0) {
      const { name, parameters } = pick(helpers);
      return { kind: "call", helper: name, given: parameters.map(more) };
    }
    if (kind < 0.985 && depth === 0 && scope.seesArrays) {
      const step = bounded(expression({ ...scope, names: ["total", "element"], counters: [] }, 1));
      return { kind: "reduce", array: pick([...sizes.keys()]), start: more(), step };
    }
    return leaf(scope);
  };

  /** What a loop feeds back to itself stays small, so that gradients do. */
  const bounded = (operand: Expression): Expression => ({ kind: "unary", operator: pick(["tanh", "sin"]), operand });

  const statements = (scope: Scope, count: number): Statement[] => {
    const made: Statement[] = [];
    let { names } = scope;
    for (let i = 0; i < count; i++) {
      const here = { ...scope, names };
      const kind = random.uniform();
      if (kind < 0.15) {
        const name = `v${next++}`;
        made.push({ kind: "let", name, value: expression(here) });
        names = [...names, name];
      } else if (kind < 0.3 && names.some((name) => name.startsWith("v"))) {
        const name = pick(names.filter((name) => name.startsWith("v")));
        made.push({ kind: "assign", name, operator: pick(["=", "=", "+=", "-="]), value: bounded(expression(here)) });
      } else if (kind < 0.5 && arrays.size > 0) {
        const array = pick([...arrays.keys()]);
        const operator = pick(["=", "=", "+="] as const);
        made.push({ kind: "put", array, index: index(array, here), operator, value: bounded(expression(here)) });
      } else if (kind < 0.75 && scope.depth < MOST_NESTED) {
        made.push(loop(here));
      } else if (kind < 0.82 && scope.depth <= MOST_NESTED) {
        const inner = { ...here, depth: scope.depth + 1 };
        made.push({
          kind: "if",
          test: comparison(here, 1),
          yes: statements(inner, 1 + below(2)),
          no: statements(inner, below(2)),
        });
      } else if (kind < 0.87 && scope.isLeft) {
        made.push({ kind: "leave", how: pick(["break", "continue"]), test: comparison(here, 2) });
      } else if (kind < 0.9 && arrays.size > 0) {
        const value = bounded(expression({ ...here, names: [...names, "element"] }, 1));
        made.push({ kind: "map", array: pick([...arrays.keys()]), value });
      } else {
        made.push({ kind: "assign", name: "sum", operator: pick(["+=", "+=", "-="]), value: expression(here) });
      }
    }
    return made;
  };

  const loop = (scope: Scope): Statement => {
    const depth = scope.depth + 1;
    if (chance(0.2)) {
      const name = `e${next++}`; // which nothing assigns to
      const array = pick(["x", "y"]);
      const body = statements({ ...scope, names: [...scope.names, name], depth, isLeft: true }, 1 + below(3));
      return { kind: "each", name, array, body };
    }
    const style = pick(["for", "for", "for", "while", "forEach"] as const);
    const counter = `i${next++}`;
    const body = statements(
      { ...scope, counters: [...scope.counters, counter], depth, isLeft: style !== "forEach" },
      1 + below(3),
    );
    const turns = depth === 1 ? 4 + below(8) : 1 + below(3);
    return { kind: "for", style, counter, turns, body };
  };

  for (const name of ["f", "g"].slice(0, below(3))) {
    const parameters = ["p", "q"].slice(0, 1 + below(2));
    const body = expression({ names: parameters, counters: [], depth: 0, isLeft: false, seesArrays: false }, 1);
    helpers.push({ name, parameters, body });
  }
  const top: Scope = { names: [], counters: [], depth: 0, isLeft: false, seesArrays: true };
  const body = statements(top, below(3));
  const last: Statement = { kind: "assign", name: "sum", operator: "+=", value: expression(top) };
  return { dim, data, helpers, arrays, body: [...body, loop(top), last] };
}
