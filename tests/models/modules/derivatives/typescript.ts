/** Random programs as TypeScript. */
import type { Binary, Comparison, Expression, Index, RandomProgram, Statement, Unary } from "./syntax.ts";

const UNARIES: Record<Unary, (a: string) => string> = {
  neg: (a) => `(-${a})`,
  sin: (a) => `Math.sin(${a})`,
  cos: (a) => `Math.cos(${a})`,
  tanh: (a) => `Math.tanh(${a})`,
  atan: (a) => `Math.atan(${a})`,
  asinh: (a) => `Math.asinh(${a})`,
  abs: (a) => `Math.abs(${a})`,
  bell: (a) => `Math.exp(-0.5 * ${a} ** 2)`,
  cauchy: (a) => `(1 / (1 + ${a} * ${a}))`,
  root: (a) => `Math.sqrt(1 + ${a} ** 2)`,
  cube: (a) => `(Math.tanh(${a}) ** 3)`,
  logOfSquare: (a) => `Math.log1p(${a} ** 2)`,
  expOfTanh: (a) => `Math.exp(Math.tanh(${a}))`,
};

const BINARIES: Record<Binary, (a: string, b: string) => string> = {
  "+": (a, b) => `(${a} + ${b})`,
  "-": (a, b) => `(${a} - ${b})`,
  "*": (a, b) => `Math.tanh(${a} * ${b})`,
  over: (a, b) => `(${a} / (1.5 + ${b} ** 2))`,
  max: (a, b) => `Math.max(${a}, ${b})`,
  min: (a, b) => `Math.min(${a}, ${b})`,
  hypot: (a, b) => `Math.hypot(${a}, ${b})`,
  power: (a, b) => `((1 + Math.exp(Math.tanh(${a}))) ** Math.tanh(${b}))`,
};

export function typescript({ dim, helpers, arrays, body }: RandomProgram): string {
  const locals = [...arrays].map(([name, size]) =>
    `let ${name} = Array.from({ length: ${size} }, (_, i) => x[i % ${dim}]);`
  );
  return [
    `export const dim = ${dim};`,
    ...helpers.map(({ name, parameters, body }) =>
      `const ${name} = (${parameters.map((p) => `${p}: number`).join(", ")}): number => ${expression(body)};`
    ),
    `export function logDensity(x: number[], data: { y: number[]; at: number[] }): number {`,
    ...locals,
    `let sum = 0;`,
    ...body.map(statement),
    `return sum;`,
    `}`,
  ].join("\n");
}

function expression(e: Expression): string {
  switch (e.kind) {
    case "number":
      return e.value < 0 ? `(${e.value})` : String(e.value);
    case "name":
      return e.name;
    case "element":
      return element(e.array, e.index);
    case "unary":
      return UNARIES[e.operator](expression(e.operand));
    case "binary":
      return BINARIES[e.operator](expression(e.left), expression(e.right));
    case "choice":
      return `(${comparison(e.test)} ? ${expression(e.yes)} : ${expression(e.no)})`;
    case "call":
      return `${e.helper}(${e.given.map(expression).join(", ")})`;
    case "reduce":
      return `${arrayText(e.array)}.reduce((total, element) => ${expression(e.step)}, ${expression(e.start)})`;
  }
}

function arrayText(array: string): string {
  return array === "y" ? "data.y" : array;
}

function element(array: string, index: Index): string {
  return `${arrayText(array)}[${indexText(index)}]`;
}

function indexText({ counter, step, offset, size, gathered }: Index): string {
  if (counter === null) return String(offset);
  if (gathered) return `data.at[(${counter} + ${offset}) % 12] % ${size}`;
  const moved = step === 1 ? counter : `${counter} * ${step}`;
  return `(${moved} + ${offset}) % ${size}`;
}

function comparison({ operator, left, right }: Comparison): string {
  return `${expression(left)} ${operator} ${expression(right)}`;
}

function block(statements: readonly Statement[]): string {
  return `{\n${statements.map(statement).join("\n")}\n}`;
}

function statement(s: Statement): string {
  switch (s.kind) {
    case "let":
      return `let ${s.name} = ${expression(s.value)};`;
    case "assign":
      return `${s.name} ${s.operator} ${expression(s.value)};`;
    case "put":
      return `${element(s.array, s.index)} ${s.operator} ${expression(s.value)};`;
    case "for":
      switch (s.style) {
        case "for":
          return `for (let ${s.counter} = 0; ${s.counter} < ${s.turns}; ${s.counter}++) ${block(s.body)}`;
        case "while":
          return `let ${s.counter} = -1;\nwhile (++${s.counter} < ${s.turns}) ${block(s.body)}`;
        default:
          return `Array.from({ length: ${s.turns} }, (_, k) => k).forEach((${s.counter}) => ${block(s.body)});`;
      }
    case "each":
      return `for (const ${s.name} of ${arrayText(s.array)}) ${block(s.body)}`;
    case "if":
      return `if (${comparison(s.test)}) ${block(s.yes)} else ${block(s.no)}`;
    case "leave":
      return `if (${comparison(s.test)}) ${s.how};`;
    case "map":
      return `${s.array} = ${s.array}.map((element) => ${expression(s.value)});`;
  }
}
