/**
 * Evaluates random programs with dual numbers, which carry a value and its derivatives forward: another way to the gradient than the tape's, that
 * shares nothing with it. Fike & Alonso (2011), section 2.
 */
import type { Binary, Comparison, Expression, Index, RandomProgram, Statement, Unary } from "./syntax.ts";

export interface Dual {
  readonly value: number;
  readonly slopes: readonly number[];
  /** What the slopes would be if nothing in them cancelled: sums of the sizes of all that was added. */
  readonly sizes: readonly number[];
}

export interface Evaluated extends Dual {
  /** How close to a corner or a branch it came: the least distance of two numbers that were compared. */
  readonly margin: number;
}

/** [f, f′] at a. */
const UNARIES: Record<Unary, (a: number) => [number, number]> = {
  neg: (a) => [-a, -1],
  sin: (a) => [Math.sin(a), Math.cos(a)],
  cos: (a) => [Math.cos(a), -Math.sin(a)],
  tanh: (a) => [Math.tanh(a), Math.cosh(a) ** -2],
  atan: (a) => [Math.atan(a), 1 / (1 + a * a)],
  asinh: (a) => [Math.asinh(a), 1 / Math.sqrt(1 + a * a)],
  abs: (a) => [Math.abs(a), Math.sign(a)],
  bell: (a) => [Math.exp(-a * a / 2), -a * Math.exp(-a * a / 2)],
  cauchy: (a) => [1 / (1 + a * a), -2 * a / (1 + a * a) ** 2],
  root: (a) => [Math.sqrt(1 + a * a), a / Math.sqrt(1 + a * a)],
  cube: (a) => [Math.tanh(a) ** 3, 3 * Math.tanh(a) ** 2 / Math.cosh(a) ** 2],
  logOfSquare: (a) => [Math.log1p(a * a), 2 * a / (1 + a * a)],
  expOfTanh: (a) => [Math.exp(Math.tanh(a)), Math.exp(Math.tanh(a)) / Math.cosh(a) ** 2],
};

/** [f, ∂f/∂a, ∂f/∂b]. */
const BINARIES: Record<Binary, (a: number, b: number) => [number, number, number]> = {
  "+": (a, b) => [a + b, 1, 1],
  "-": (a, b) => [a - b, 1, -1],
  "*": (a, b) => [Math.tanh(a * b), b / Math.cosh(a * b) ** 2, a / Math.cosh(a * b) ** 2],
  over: (a, b) => [a / (1.5 + b * b), 1 / (1.5 + b * b), -2 * a * b / (1.5 + b * b) ** 2],
  max: (a, b) => [Math.max(a, b), a > b ? 1 : 0, a > b ? 0 : 1],
  min: (a, b) => [Math.min(a, b), a < b ? 1 : 0, a < b ? 0 : 1],
  hypot: (a, b) => [Math.hypot(a, b), a / Math.hypot(a, b), b / Math.hypot(a, b)],
  power(a, b) {
    const e = Math.exp(Math.tanh(a)), base = 1 + e, exponent = Math.tanh(b), value = base ** exponent;
    return [
      value,
      exponent * value / base * e / Math.cosh(a) ** 2,
      value * Math.log(base) / Math.cosh(b) ** 2,
    ];
  },
};

class Leave extends Error {
  constructor(readonly how: "break" | "continue") {
    super(how);
  }
}

export function evaluate(program: RandomProgram, x: ArrayLike<number>): Evaluated {
  const { dim, data, helpers, arrays, body } = program;
  const still = new Array<number>(dim).fill(0);
  const constant = (value: number): Dual => ({ value, slopes: still, sizes: still });
  const inputs = Array.from(x, (value, i): Dual => {
    const slopes = Array.from(x, (_, j) => (i === j ? 1 : 0));
    return { value, slopes, sizes: slopes };
  });
  const lists = new Map<string, Dual[]>([["x", inputs], ["y", data.y.map(constant)]]);
  for (const [name, size] of arrays) lists.set(name, Array.from({ length: size }, (_, i) => inputs[i % dim]));
  const counters = new Map<string, number>();
  let names = new Map<string, Dual>([["sum", constant(0)]]);
  let margin = Infinity;

  const chained = (value: number, ...parts: [number, Dual][]): Dual => {
    if (parts.every(([, { slopes }]) => slopes === still)) return constant(value);
    const slopes = new Array<number>(dim).fill(0), sizes = new Array<number>(dim).fill(0);
    for (const [partial, operand] of parts) {
      for (let i = 0; i < dim; i++) {
        if (operand.sizes[i] === 0) continue;
        slopes[i] += partial * operand.slopes[i];
        sizes[i] += Math.abs(partial) * operand.sizes[i];
      }
    }
    return { value, slopes, sizes };
  };
  const known = <Item>(found: Item | undefined, name: string): Item => {
    if (found === undefined) throw new Error(`${name} is unknown`);
    return found;
  };
  const list = (name: string) => known(lists.get(name), name);
  const place = ({ counter, step, offset, size, gathered }: Index): number => {
    if (counter === null) return offset;
    const at = known(counters.get(counter), counter);
    return gathered ? data.at[(at + offset) % 12] % size : (at * step + offset) % size;
  };
  /** With other names for a while. */
  const within = <Result>(given: Iterable<readonly [string, Dual]>, run: () => Result): Result => {
    const before = names;
    names = new Map([...before, ...given]);
    try {
      return run();
    } finally {
      names = before;
    }
  };

  /** Notes how far two numbers are from each other, where x moves one against the other. */
  const compare = (a: Dual, b: Dual) => {
    if (a.slopes.some((slope, i) => slope !== b.slopes[i])) margin = Math.min(margin, Math.abs(a.value - b.value));
  };

  const holds = ({ operator, left, right }: Comparison): boolean => {
    const one = expression(left), other = expression(right), a = one.value, b = other.value;
    compare(one, other);
    return operator === "<" ? a < b : operator === "<=" ? a <= b : operator === ">" ? a > b : a >= b;
  };

  const expression = (e: Expression): Dual => {
    switch (e.kind) {
      case "number":
        return constant(e.value);
      case "name":
        return known(names.get(e.name), e.name);
      case "element":
        return list(e.array)[place(e.index)];
      case "unary": {
        const a = expression(e.operand), [value, slope] = UNARIES[e.operator](a.value);
        if (e.operator === "abs") compare(a, constant(0));
        return chained(value, [slope, a]);
      }
      case "binary": {
        const a = expression(e.left),
          b = expression(e.right),
          [value, toA, toB] = BINARIES[e.operator](a.value, b.value);
        if (e.operator === "max" || e.operator === "min") compare(a, b);
        if (e.operator === "hypot" && value === 0) margin = 0;
        return chained(value, [toA, a], [toB, b]);
      }
      case "choice":
        return holds(e.test) ? expression(e.yes) : expression(e.no);
      case "call": {
        const { parameters, body } = known(helpers.find(({ name }) => name === e.helper), e.helper);
        const given = e.given.map(expression);
        return within(parameters.map((name, i) => [name, given[i]] as const), () => expression(body));
      }
      case "reduce": {
        let total = expression(e.start);
        for (const element of list(e.array)) {
          total = within([["total", total], ["element", element]], () => expression(e.step));
        }
        return total;
      }
    }
  };

  const added = (operator: "=" | "+=" | "-=", before: () => Dual, value: Dual): Dual => {
    if (operator === "=") return value;
    const old = before(), sign = operator === "+=" ? 1 : -1;
    return chained(old.value + sign * value.value, [1, old], [sign, value]);
  };

  /** A turn of a loop: false where it was the last. */
  const turn = (statements: readonly Statement[]): boolean => {
    try {
      statements.forEach(statement);
      return true;
    } catch (error) {
      if (!(error instanceof Leave)) throw error;
      return error.how === "continue";
    }
  };

  const statement = (s: Statement): void => {
    switch (s.kind) {
      case "let":
        names.set(s.name, expression(s.value));
        return;
      case "assign":
        names.set(s.name, added(s.operator, () => known(names.get(s.name), s.name), expression(s.value)));
        return;
      case "put": {
        const values = list(s.array), at = place(s.index);
        values[at] = added(s.operator, () => values[at], expression(s.value));
        return;
      }
      case "for":
        for (let i = 0; i < s.turns; i++) {
          counters.set(s.counter, i);
          if (!turn(s.body)) break;
        }
        return;
      case "each":
        for (const value of list(s.array)) {
          names.set(s.name, value);
          if (!turn(s.body)) break;
        }
        return;
      case "if":
        (holds(s.test) ? s.yes : s.no).forEach(statement);
        return;
      case "leave":
        if (holds(s.test)) throw new Leave(s.how);
        return;
      case "map":
        lists.set(
          s.array,
          list(s.array).map((element) => within([["element", element]], () => expression(s.value))),
        );
    }
  };

  body.forEach(statement);
  return { ...known(names.get("sum"), "sum"), margin };
}
