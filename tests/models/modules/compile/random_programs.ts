/** Random programs, as TypeScript and as the JavaScript that it is without its types. Their statements change a few variables, which they return. */
import type { Random } from "../../../../numerics/random/random.ts";

export interface Pair {
  readonly typed: string;
  readonly plain: string;
}

const BINARY = [
  "+",
  "-",
  "*",
  "/",
  "%",
  "<",
  ">",
  "<=",
  ">=",
  "===",
  "!==",
  "==",
  "!=",
  "&",
  "|",
  "^",
  "<<",
  ">>",
  ">>>",
  ",",
];
const ASSIGNMENTS = [
  "=",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "**=",
  "&=",
  "|=",
  "^=",
  "<<=",
  ">>=",
  ">>>=",
  "&&=",
  "||=",
  "??=",
];
const NAMES = ["a", "b", "c", "plain"];

export function randomProgram(random: Random): Pair {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.uniform() * list.length) % list.length];
  const chance = (p: number): boolean => random.uniform() < p;
  const both = (text: string): Pair => ({ typed: text, plain: text });
  /** A template of pairs. */
  const of = (strings: TemplateStringsArray, ...parts: (Pair | string)[]): Pair => {
    const join = (side: "typed" | "plain") =>
      strings.reduce((text, next, i) => {
        const part = parts[i - 1];
        return text + (typeof part === "string" ? part : part[side]) + next;
      });
    return { typed: join("typed"), plain: join("plain") };
  };
  const space = () => pick(["", " ", "\n", " /* a */ ", " // b\n"]);

  const annotation = (): Pair => chance(0.5) ? { typed: ": any", plain: "" } : both("");

  function place(depth: number): Pair {
    switch (Math.floor(random.uniform() * 6)) {
      case 0:
        return both("o.p");
      case 1:
        return of`list[${index(depth)}]`;
      case 2:
        return of`o.q[${index(depth)}]`;
      case 3:
        return of`get().p`;
      default:
        return both(pick(NAMES.slice(0, 3)));
    }
  }

  function index(depth: number): Pair {
    return pick([both("0"), both("1"), both("i"), of`(${expression(depth - 1)}) & 1`, both("'0'")]);
  }

  function operand(depth: number): Pair {
    return chance(0.5) ? of`(${space()}${expression(depth)})` : primary(depth);
  }

  function primary(depth: number): Pair {
    if (depth <= 0) return both(pick([...NAMES, "i", "1", "2.5", "0", "o.p", "list[1]", "'7'", "null", "true"]));
    switch (Math.floor(random.uniform() * 13)) {
      case 0:
        return place(depth);
      case 1:
        return of`f(${argument(depth)}, ${argument(depth)})`;
      case 2:
        return of`Math.abs(${argument(depth)})`;
      case 3:
        return of`Math.max(${argument(depth)}, ...list)`;
      case 4:
        return of`[${argument(depth)}, ${argument(depth)}].length`;
      case 5:
        return of`({ x: ${argument(depth)}, m() { return ${argument(depth)} } }).${pick(["x", "m()"])}`;
      case 6:
        return of`(${typed(expression(depth - 1))})`;
      case 7:
        return of`((z${annotation()})${annotation()} => z + ${argument(depth)})(${argument(depth)})`;
      case 8:
        return of`\`t\${${expression(depth - 1)}}\``;
      case 9:
        return of`list.indexOf(${argument(depth)})`;
      case 10:
        return of`o?.q[${index(depth)}]`;
      default:
        return both(pick(NAMES));
    }
  }

  function typed(inner: Pair): Pair {
    const { typed: text, plain } = inner;
    return pick([
      { typed: `(${text}) as any`, plain: `(${plain})` },
      { typed: `<any> (${text})`, plain: `(${plain})` },
      { typed: `(${text})!`, plain: `(${plain})` },
      { typed: `(${text}) satisfies\n unknown`, plain: `(${plain})` },
    ]);
  }

  function argument(depth: number): Pair {
    const inner = expression(depth - 1);
    return of`(${inner})`;
  }

  function expression(depth: number): Pair {
    if (depth <= 0) return primary(0);
    switch (Math.floor(random.uniform() * 12)) {
      case 0:
        return of`${pick(["-", "+", "!", "~", "typeof ", "void "])}${operand(depth - 1)}`;
      case 1:
        return of`${operand(depth - 1)} ** ${operand(depth - 1)}`;
      case 2:
        return of`${operand(depth - 1)}${space()}? ${operand(depth - 1)}${space()}: ${operand(depth - 1)}`;
      case 3:
        return of`${operand(depth - 1)} ${pick(["&&", "||"])} ${operand(depth - 1)}`;
      case 4:
        return of`${operand(depth - 1)} ?? ${operand(depth - 1)}`;
      case 5:
        return of`${pick(["++", "--"])}${place(depth - 1)}`;
      case 6:
        return of`${place(depth - 1)}${pick(["++", "--"])}`;
      case 7:
        return of`${place(depth - 1)} ${pick(ASSIGNMENTS)} ${operand(depth - 1)}`;
      default:
        return of`${operand(depth - 1)} ${pick(BINARY)}${space()} ${operand(depth - 1)}`;
    }
  }

  function statement(depth: number): Pair {
    if (depth <= 0) return of`${place(1)} = ${operand(2)}${pick([";", "\n;"])}`;
    switch (Math.floor(random.uniform() * 12)) {
      case 0:
        return of`if (${expression(2)}) ${statement(depth - 1)} else ${statement(depth - 1)}`;
      case 1:
        return of`for (let i = 0; i < 2; i++) { ${statement(depth - 1)} }`;
      case 2:
        return of`for (const z of [${argument(1)}, ${argument(1)}]) { c = z; ${statement(depth - 1)} }`;
      case 3:
        return of`for (let n = 0; n < 3; n++) { if (${expression(2)}) continue; ${statement(depth - 1)} }`;
      case 4:
        return of`switch (${expression(2)}) { case 1: ${statement(0)} case ${expression(1)}: ${
          statement(0)
        } break; default: ${statement(0)} }`;
      case 5:
        return of`[${place(1)}, ${place(1)} = ${argument(1)}] = [${argument(1)}, undefined];`;
      case 6:
        return of`({ p: ${place(1)}, [${argument(0)}]: ${place(1)} = 4 } = ${{ typed: "o as any", plain: "o" }});`;
      case 7:
        return of`try { ${statement(depth - 1)} if (${expression(1)}) throw ${
          expression(1)
        }; } catch (e${annotation()}) { b = e }`;
      case 8:
        return of`do { ${statement(depth - 1)} } while (--budget > 3 && ${operand(1)})${pick([";", "\n"])}`;
      case 9:
        return of`{ ${statement(depth - 1)} ${statement(depth - 1)} }`;
      default:
        return of`${place(1)} ${pick(ASSIGNMENTS)} ${operand(3)};`;
    }
  }

  const lines = Array.from({ length: 6 }, () => statement(3));
  const body = (side: "typed" | "plain") => lines.map((line) => line[side]).join("\n");
  const text = (side: "typed" | "plain") =>
    `function result() {
let a = 1, b = 2, c = "3", i = 1, budget = 9; let plain = 4; plain += 2;
const list = [5, 6], o = { p: 7, q: [8, 9] }, get = () => o, f = (x, y = 2) => x - y;
${body(side)}
return [a, b, c, i, plain, list, o];
}`;
  return { typed: text("typed"), plain: text("plain") };
}
