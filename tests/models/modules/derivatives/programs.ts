/** Programs that use what people write, each with its gradient by hand. Values of x are drawn on (−1.5, 1.5), or (0.2, 1.7) where `positive`. */
export interface Program {
  readonly name: string;
  readonly dim: number;
  /** Before logDensity. */
  readonly before?: string;
  /** The body of logDensity(x, data). */
  readonly body: string;
  readonly data?: unknown;
  readonly positive?: true;
  gradient(x: readonly number[]): number[];
}

const { exp, log, sin, cos, tanh, cosh, sinh, sqrt, atan, abs, PI } = Math;
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** Math's functions of one number: at x, f(x + 0.1 y) has the slope f′ and 0.1 f′. */
const FUNCTIONS: Record<string, (u: number) => number> = {
  exp,
  expm1: exp,
  log: (u) => 1 / u,
  log1p: (u) => 1 / (1 + u),
  log2: (u) => 1 / (u * log(2)),
  log10: (u) => 1 / (u * log(10)),
  sqrt: (u) => 1 / (2 * sqrt(u)),
  cbrt: (u) => u ** (-2 / 3) / 3,
  sin: cos,
  cos: (u) => -sin(u),
  tan: (u) => 1 / cos(u) ** 2,
  asin: (u) => 1 / sqrt(1 - u * u),
  acos: (u) => -1 / sqrt(1 - u * u),
  atan: (u) => 1 / (1 + u * u),
  sinh: cosh,
  cosh: sinh,
  tanh: (u) => 1 / cosh(u) ** 2,
  asinh: (u) => 1 / sqrt(1 + u * u),
  acosh: (u) => 1 / sqrt(u * u - 1),
  atanh: (u) => 1 / (1 - u * u),
  abs: (u) => Math.sign(u),
};
const shifted: Record<string, { text: string; u(x: readonly number[]): number; slope: number }> = {
  // Into (−1, 1), and above 1.
  ...Object.fromEntries(
    ["asin", "acos", "atanh"].map((
      name,
    ) => [name, {
      text: "0.4 * x[0] + 0.04 * x[1]",
      u: (x: readonly number[]) => 0.4 * x[0] + 0.04 * x[1],
      slope: 0.4,
    }]),
  ),
  acosh: { text: "1.5 + x[0] + 0.1 * x[1]", u: (x) => 1.5 + x[0] + 0.1 * x[1], slope: 1 },
};
const functions = Object.entries(FUNCTIONS).map(([name, derivative]): Program => {
  const { text, u, slope } = shifted[name] ??
    { text: "x[0] + 0.1 * x[1]", u: (x: readonly number[]) => x[0] + 0.1 * x[1], slope: 1 };
  return {
    name: `Math.${name}`,
    dim: 2,
    positive: true,
    body: `return Math.${name}(${text});`,
    gradient: (x) => [slope * derivative(u(x)), slope / 10 * derivative(u(x))],
  };
});

export const programs: Program[] = [
  ...functions,
  {
    name: "sums, differences and products",
    dim: 3,
    body: "return x[0] * x[1] - x[2] * 3 + 2 * x[0] - 5;",
    gradient: ([a, b]) => [b + 2, a, -3],
  },
  {
    name: "quotients",
    dim: 2,
    positive: true,
    body: "return x[0] / x[1] + 2 / x[0] - x[1] / 4;",
    gradient: ([a, b]) => [1 / b - 2 / a ** 2, -a / b ** 2 - 1 / 4],
  },
  {
    name: "remainders",
    dim: 2,
    positive: true,
    body: "return (5 * x[0]) % 2 + 7 % (x[1] + 1) + (-5 * x[0]) % 3;",
    gradient: ([a, b]) => [5 - 5, -Math.floor(7 / (b + 1)) + 0 * a],
  },
  {
    name: "powers with constant, traced and negative exponents",
    dim: 2,
    positive: true,
    body: "return x[0] ** 3 + x[0] ** x[1] + 2 ** x[1] + x[1] ** -0.5 + Math.pow(x[0], 1) + x[0] ** 0;",
    gradient: ([a, b]) => [3 * a ** 2 + b * a ** (b - 1) + 1, a ** b * log(a) + 2 ** b * log(2) - 0.5 * b ** -1.5],
  },
  {
    name: "powers of negative numbers",
    dim: 1,
    body: "return x[0] ** 2 + x[0] ** 3 - x[0] ** 4;",
    gradient: ([a]) => [2 * a + 3 * a ** 2 - 4 * a ** 3],
  },
  {
    name: "compound assignment",
    dim: 2,
    positive: true,
    body: "let s = x[0]; s += x[1]; s *= x[0]; s -= 3 * x[1]; s /= 1 + x[1]; s **= 2; s %= 1000; return s;",
    gradient([a, b]) {
      const n = (a + b) * a - 3 * b, d = 1 + b, s = n / d;
      return [2 * s * (2 * a + b) / d, 2 * s * ((a - 3) / d - n / d ** 2)];
    },
  },
  {
    name: "unary minus and plus",
    dim: 2,
    body: "return -x[0] * -(-x[1]) + +x[0] - -x[1];",
    gradient: ([a, b]) => [-b + 1, -a + 1],
  },
  {
    name: "increments of a sum",
    dim: 1,
    body: "let s = x[0]; s++; const t = s++; --s; return s * t;",
    gradient: ([a]) => [2 * (a + 1)],
  },
  {
    name: "if, else if, else",
    dim: 2,
    body:
      "if (x[0] < -0.5) return x[0] ** 2; else if (x[0] <= x[1]) { return x[1] * x[0]; } else return Math.exp(x[1]);",
    gradient: ([a, b]) => a < -0.5 ? [2 * a, 0] : a <= b ? [b, a] : [0, exp(b)],
  },
  {
    name: "ternaries in ternaries",
    dim: 2,
    body: "return x[0] > 0 ? (x[1] > 0 ? x[0] * x[1] : x[0] - x[1]) : x[1] >= 0.5 ? x[1] ** 2 : 3 * x[0];",
    gradient: ([a, b]) => a > 0 ? (b > 0 ? [b, a] : [1, -1]) : b >= 0.5 ? [0, 2 * b] : [3, 0],
  },
  {
    name: "&&, ||, ! and ?? in tests and as values",
    dim: 2,
    body: `const inside = x[0] > 0 && x[1] > 0, outside = !inside || x[0] > 1;
const value = inside && x[0] ** 2, other = (0 || x[1]) * (data.missing ?? 2);
return (outside ? x[1] : x[0]) + (inside ? value : 0) + other;`,
    data: {},
    gradient([a, b]) {
      const inside = a > 0 && b > 0, outside = !inside || a > 1;
      return [(outside ? 0 : 1) + (inside ? 2 * a : 0), (outside ? 1 : 0) + 2];
    },
  },
  {
    name: "a for loop over data",
    dim: 2,
    data: { y: [1.5, -0.5, 2, 0.25, 1, -2] },
    body:
      "let lp = 0; for (let i = 0; i < data.y.length; i++) lp -= (data.y[i] - x[0]) ** 2 * Math.exp(x[1]); return lp;",
    gradient: ([a, b]) => [
      sum([1.5, -0.5, 2, 0.25, 1, -2].map((y) => 2 * (y - a) * exp(b))),
      -sum([1.5, -0.5, 2, 0.25, 1, -2].map((y) => (y - a) ** 2 * exp(b))),
    ],
  },
  {
    name: "while and do loops",
    dim: 1,
    body: "let p = 1, i = 0; while (i < 4) { p = p * x[0]; i++; } do { p += x[0]; i--; } while (i > 0); return p;",
    gradient: ([a]) => [4 * a ** 3 + 4],
  },
  {
    name: "for…of over x, its entries and a set of data",
    dim: 3,
    body: `let s = 0; for (const v of x) s += v * v; for (const [i, v] of x.entries()) s += i * v;
for (const k of new Set([2, 2, 3])) s += k * x[0]; return s;`,
    gradient: ([a, b, c]) => [2 * a + 5, 2 * b + 1, 2 * c + 2],
  },
  {
    name: "a for…in loop over named parameters",
    dim: 2,
    body: "const o = { p: x[0], q: x[1] }; let s = 1; for (const k in o) s *= o[k]; return s;",
    gradient: ([a, b]) => [b, a],
  },
  {
    name: "break, continue and labels",
    dim: 2,
    body: `let s = 0;
outer: for (let i = 0; i < 5; i++) { for (let j = 0; j < 5; j++) {
  if (j === 3) continue outer; if (i === 3) break outer; s += (i + 1) * x[0] * (j + x[1]); } }
return s;`,
    gradient: ([a, b]) => [6 * (3 + 3 * b), 6 * 3 * a],
  },
  {
    name: "a while loop whose count depends on x",
    dim: 1,
    positive: true,
    body: "let s = x[0], n = 0; while (s < 4) { s *= 1.5; n++; } return s + n;",
    gradient([a]) {
      let factor = 1;
      while (a * factor < 4) factor *= 1.5;
      return [factor];
    },
  },
  {
    name: "Newton's iteration until it converges",
    dim: 1,
    positive: true,
    body:
      "let r = 1; for (let k = 0; k < 100; k++) { const next = (r + x[0] / r) / 2; if (Math.abs(next - r) < 1e-13) break; r = next; } return r;",
    gradient: ([a]) => [1 / (2 * sqrt(a))],
  },
  {
    name: "arrays that are filled and read",
    dim: 2,
    body:
      "const a = []; for (let i = 0; i < 6; i++) a.push(i * x[0]); a[2] = x[1]; a[3] *= a[2]; return a[1] + a[3] + a.length * a.at(-1);",
    gradient: ([a, b]) => [1 + 3 * b + 30, 3 * a],
  },
  {
    name: "typed arrays",
    dim: 2,
    body: `const a = new Float64Array(4); a[0] = x[0]; a.set([x[1], x[0]], 1); a[3] += a[1] * a[2];
const n = new Int32Array([1, 2]); return a[0] * n[1] + a[3] + Float64Array.from(x).length;`,
    gradient: ([a, b]) => [2 + b, a],
  },
  {
    name: "destructuring of arrays and objects, with defaults and rest",
    dim: 4,
    body:
      "const [a, , ...rest] = x; const { p, q: { r = 3 } = {}, ...others } = { p: rest[0], s: rest[1] }; return a * p + r * others.s;",
    gradient: ([a, , c]) => [c, 0, a, 3],
  },
  {
    name: "destructuring assignment that swaps",
    dim: 2,
    body:
      "let a = x[0], b = x[1]; [a, b] = [b * 2, a]; const o = {}; ({ a: o.c, b: o['d'] } = { a, b }); return o.c ** 2 + o.d;",
    gradient: ([, b]) => [1, 8 * b],
  },
  {
    name: "spread in arrays, objects and calls",
    dim: 3,
    body:
      "const f = (a, b, ...c) => a * b + c.length * c[0]; const o = { ...{ k: x[0] }, l: 1 }; return f(...[...x, ...x]) + o.k;",
    gradient: ([a, b]) => [b + 1, a, 4],
  },
  {
    name: "closures that keep a traced value",
    dim: 2,
    body:
      "const scale = (s) => (v) => s * v; const by = scale(x[0]); let n = 0; const count = () => { n += x[1]; return n; }; count(); return by(x[1]) + count() * by(2);",
    gradient: ([a, b]) => [b + 4 * b, a + 4 * a],
  },
  {
    name: "helper functions with default arguments",
    dim: 2,
    before: "function normal(y, mu = 0, sd = 1) { return -0.5 * ((y - mu) / sd) ** 2 - Math.log(sd); }",
    body: "return normal(x[0]) + normal(x[1], x[0]) + normal(1, 0, Math.exp(x[1]));",
    gradient: ([a, b]) => [-a + (b - a), -(b - a) + exp(-2 * b) - 1],
  },
  {
    name: "default arguments that depend on others",
    dim: 2,
    body:
      "const f = (a, b = a * 2, { c = b + 1 } = {}) => a * b * c; return f(x[0]) + f(x[0], x[1]) + f(x[1], 3, { c: x[0] });",
    gradient: ([a, b]) => [12 * a ** 2 + 4 * a + b * b + b + 3 * b, 2 * a * b + a + 3 * a],
  },
  {
    name: "map, reduce and forEach",
    dim: 3,
    body: "let s = 0; x.forEach((v, i) => { s += i * v; }); return x.map((v) => v * v).reduce((a, b) => a + b, 0) * s;",
    gradient([a, b, c]) {
      const q = a * a + b * b + c * c, s = b + 2 * c;
      return [2 * a * s, 2 * b * s + q, 2 * c * s + 2 * q];
    },
  },
  {
    name: "reduce without a start, and reduceRight",
    dim: 3,
    body: "return x.reduce((a, b) => a * b) + x.reduceRight((a, b) => a - b);",
    gradient: ([a, b, c]) => [b * c - 1, a * c - 1, a * b + 1],
  },
  {
    name: "fill, concat, slice, reverse and flat",
    dim: 2,
    body:
      "const a = new Array(3).fill(x[0]).concat([x[1], 2]); const b = [a.slice(2), [x[1]]].flat().reverse(); return b[0] * b[1] + b[2] * b[3];",
    gradient: ([a, b]) => [b, 2 + a],
  },
  {
    name: "filter, find, some and every with conditions on x",
    dim: 3,
    body: `const kept = x.filter((v) => v > 0); const first = x.find((v) => v < 0) ?? 0;
return kept.reduce((s, v) => s + v ** 2, 0) + 3 * first + (x.some((v) => v > 1) ? x[0] : 0) + (x.every((v) => v > -1) ? x[1] : 0);`,
    gradient(x) {
      const first = x.findIndex((v) => v < 0), some = x.some((v) => v > 1), every = x.every((v) => v > -1);
      return x.map((v, i) =>
        (v > 0 ? 2 * v : 0) + (i === first ? 3 : 0) + (i === 0 && some ? 1 : 0) + (i === 1 && every ? 1 : 0)
      );
    },
  },
  {
    name: "flatMap, Array.from and entries",
    dim: 2,
    body:
      "const a = x.flatMap((v, i) => [v, i * v]); const b = Array.from({ length: 3 }, (_, i) => i * x[0]); return a.reduce((s, v) => s + v) + [...b.entries()].reduce((s, [i, v]) => s + i * v, 0);",
    gradient: () => [1 + 5, 2],
  },
  {
    name: "objects of traced values",
    dim: 2,
    body:
      "const o = { a: x[0], sum() { return this.a + this.b; }, get twice() { return 2 * this.a; } }; o.b = x[1]; o.a *= o.b; const { keys } = Object; return o.sum() * o.twice + keys(o).length + Object.values({ p: x[0] })[0];",
    gradient([a, b]) {
      const p = a * b;
      return [4 * p * b + 2 * b * b + 1, 4 * p * a + 2 * p + 2 * b * a];
    },
  },
  {
    name: "classes with traced values, getters, setters and statics",
    dim: 2,
    before: `class Normal { static half = 0.5; mu; sd;
  constructor(mu, sd) { this.mu = mu; this.sd = sd; }
  get precision() { return 1 / this.sd ** 2; } set variance(v) { this.sd = Math.sqrt(v); }
  log(y) { return -Normal.half * (y - this.mu) ** 2 * this.precision - Math.log(this.sd); } }`,
    body: "const n = new Normal(x[0], 1); n.variance = Math.exp(x[1]); return n.log(2);",
    gradient: ([a, b]) => [(2 - a) * exp(-b), 0.5 * (2 - a) ** 2 * exp(-b) - 0.5],
  },
  {
    name: "private fields and inheritance",
    dim: 2,
    before: `class Sum { #s = 0; add(v) { this.#s += v; return this; } get value() { return this.#s; } }
class Squares extends Sum { add(v) { return super.add(v * v); } }`,
    body: "return new Sum().add(x[0]).add(x[1]).value * new Squares().add(x[0]).add(2).value;",
    gradient: ([a, b]) => [a * a + 4 + (a + b) * 2 * a, a * a + 4],
  },
  {
    name: "recursion",
    dim: 2,
    before:
      "const power = (b, n) => n === 0 ? 1 : b * power(b, n - 1); const tree = (a, i, j) => j - i === 1 ? a[i] : tree(a, i, (i + j) >> 1) * tree(a, (i + j) >> 1, j);",
    body: "return power(x[0], 5) + tree([x[0], x[1], x[1], 3], 0, 4);",
    gradient: ([a, b]) => [5 * a ** 4 + 3 * b * b, 6 * a * b],
  },
  {
    name: "a switch on data",
    dim: 2,
    data: ["a", "b", "c", "a"],
    body:
      "let s = 0; for (const kind of data) switch (kind) { case 'a': s += x[0] ** 2; break; case 'b': s += x[1]; default: s += x[0] * x[1]; } return s;",
    gradient: ([a, b]) => [4 * a + 2 * b, 1 + 2 * a],
  },
  {
    name: "try, catch and finally",
    dim: 2,
    body:
      "let s = 0; try { s += x[0]; if (x[0] > 0) throw new Error('no'); s += 5 * x[1]; } catch { s *= 2; } finally { s += x[1]; } return s;",
    gradient: ([a]) => a > 0 ? [2, 1] : [1, 6],
  },
  {
    name: "optional chaining and nullish values",
    dim: 2,
    data: { a: { k: 2 } },
    body:
      "const f = { g: (v) => v * x[1] }; return (data.a?.k ?? 1) * x[0] + (data.b?.k ?? 3) * x[1] + f.g?.(x[0]) + (f.h?.(1) ?? 0);",
    gradient: ([a, b]) => [2 + b, 3 + a],
  },
  {
    name: "generics and types",
    dim: 2,
    before:
      "type Pair<T> = [T, T]; interface Box<T> { value: T } function swap<T>([a, b]: Pair<T>): Pair<T> { return [b, a]; }",
    body:
      "const box: Box<number> = { value: x[0]! as number }; const [p, q] = swap<number>([box.value, x[1]] satisfies Pair<number>); return p * p - q;",
    gradient: ([, b]) => [-1, 2 * b],
  },
  {
    name: "Math.max and Math.min of many",
    dim: 3,
    body: "return Math.max(...x) * 2 + Math.min(...x, 5) + Math.max(x[0], 0.1) + Math.min(x[1]) + Math.max(1, 2);",
    gradient(x) {
      const most = x.indexOf(Math.max(...x)), least = x.indexOf(Math.min(...x));
      return x.map((v, i) =>
        (i === most ? 2 : 0) + (i === least ? 1 : 0) + (i === 0 && v > 0.1 ? 1 : 0) + (i === 1 ? 1 : 0)
      );
    },
  },
  {
    name: "hypot and atan2",
    dim: 3,
    body: "return Math.hypot(...x) + Math.hypot(x[0], 3) + Math.atan2(x[1], x[2]) + Math.atan2(x[0], 2);",
    gradient([a, b, c]) {
      const r = sqrt(a * a + b * b + c * c), s = b * b + c * c;
      return [a / r + a / sqrt(a * a + 9) + 2 / (4 + a * a), b / r + c / s, c / r - b / s];
    },
  },
  {
    name: "Math's functions as values",
    dim: 2,
    positive: true,
    body:
      "const { exp, PI } = Math; const f = [Math.log, Math.sqrt]; return exp(x[0]) * PI + x.map(Math.log)[1] + f[1](x[0]) + Math['sin'](x[1]);",
    gradient: ([a, b]) => [PI * exp(a) + 0.5 / sqrt(a), 1 / b + cos(b)],
  },
  {
    name: "Math's functions of two numbers and of data, as values",
    dim: 2,
    positive: true,
    body:
      "const { imul, floor, max, pow, atan2 } = Math; return imul(3, 4) * x[0] + floor(2.7) * max(x[0], x[1], 9) + pow(x[0], 2) + atan2(x[1], 1);",
    gradient: ([a, b]) => [12 + 2 * a, 1 / (1 + b * b)],
  },
  {
    name: "sort with a comparator",
    dim: 3,
    body:
      "const s = [...x].sort((a, b) => a - b), t = x.toSorted((a, b) => b - a); return s[0] + 2 * s[1] + 3 * s[2] + 10 * t[0];",
    gradient(x) {
      const order = x.map((_, i) => i).sort((i, j) => x[i] - x[j]), slopes = [0, 0, 0];
      order.forEach((at, rank) => slopes[at] = [1, 2, 13][rank]);
      return slopes;
    },
  },
  {
    name: "named variables with shapes",
    dim: 7,
    before: "export const variables = { mu: [], beta: [2], w: [2, 2] };",
    body: "const { mu, beta, w } = x; return mu * beta[1] + beta[0] ** 2 + w[0][1] * w[1][0] + x[6] + x.length;",
    gradient: ([mu, b0, b1, , w01, w10]) => [b1, 2 * b0, mu, 0, w10, w01, 1],
  },
  {
    name: "matrices as nested arrays",
    dim: 4,
    data: { m: [[2, 1], [0.5, 3]] },
    body: `const w = [[x[0], x[1]], [x[2], x[3]]];
const p = w.map((row) => data.m[0].map((_, j) => row.reduce((s, v, k) => s + v * data.m[k][j], 0)));
return p[0][0] * p[1][1] - p[0][1] * p[1][0];`,
    gradient: ([a, b, c, d]) => [5.5 * d, -5.5 * c, -5.5 * b, 5.5 * a],
  },
  {
    name: "Number.isFinite and isNaN as guards",
    dim: 1,
    body:
      "const l = Math.log(x[0]); if (Number.isNaN(l) || !Number.isFinite(l)) return x[0] * 2; return isNaN(x[0]) || !isFinite(l) ? 0 : l;",
    gradient: ([a]) => a > 0 ? [1 / a] : [2],
  },
  {
    name: "Number, Boolean and parseFloat of traced values",
    dim: 1,
    body: "return Number(x[0]) ** 2 + (Boolean(x[0]) ? parseFloat(x[0]) : 0) + Number('3') * x[0];",
    gradient: ([a]) => [2 * a + 4],
  },
  {
    name: "data in texts and maps",
    dim: 2,
    data: { groups: ["u", "v", "u"] },
    body:
      "const at = new Map([['u', x[0]], ['v', x[1]]]); return data.groups.reduce((s, g, i) => s + (i + 1) * at.get(`${g}`) ** 2, 0);",
    gradient: ([a, b]) => [8 * a, 4 * b],
  },
  {
    name: "bits and rounding of data",
    dim: 1,
    data: [5, 6, 7.6],
    body:
      "let s = 0; for (const d of data) s += (d & 1 ? x[0] : x[0] ** 2) * Math.floor(d / 2) * (~~d << 1); return s;",
    gradient: ([a]) => [2 * 10 + 2 * a * 3 * 12 + 3 * 14],
  },
  {
    name: "a gather by index from data",
    dim: 3,
    data: { group: [0, 1, 2, 0, 2, 1, 1, 0], y: [1, 2, 3, 4, 5, 6, 7, 8] },
    body:
      "let lp = 0; for (let i = 0; i < data.y.length; i++) lp -= 0.5 * (data.y[i] - x[data.group[i]]) ** 2; return lp;",
    gradient: ([a, b, c]) => [13 - 3 * a, 15 - 3 * b, 8 - 2 * c],
  },
  {
    name: "a recurrence",
    dim: 2,
    body:
      "const h = [x[0]]; for (let t = 1; t < 12; t++) h[t] = x[1] * h[t - 1] * 0.9; return h.reduce((s, v) => s + v, 0);",
    gradient: ([a, b]) => [
      sum(Array.from({ length: 12 }, (_, t) => (0.9 * b) ** t)),
      a * sum(Array.from({ length: 11 }, (_, t) => (t + 1) * 0.9 ** (t + 1) * b ** t)),
    ],
  },
  {
    name: "a recurrence of two turns back",
    dim: 2,
    body: "let p = x[0], q = x[1]; for (let t = 0; t < 10; t++) [p, q] = [q, p + q]; return q;",
    gradient: () => [55, 89],
  },
  {
    name: "log-sum-exp by hand",
    dim: 3,
    body: "const m = Math.max(...x); return m + Math.log(x.reduce((s, v) => s + Math.exp(v - m), 0));",
    gradient: (x) => x.map((v) => exp(v) / sum(x.map(exp))),
  },
  {
    name: "a softmax in place",
    dim: 3,
    body:
      "const e = x.map(Math.exp); let t = 0; for (const v of e) t += v; for (let k = 0; k < 3; k++) e[k] /= t; return Math.log(e[1]);",
    gradient: (x) => x.map((v, k) => (k === 1 ? 1 : 0) - exp(v) / sum(x.map(exp))),
  },
  {
    name: "a comma and a void in a for loop's head",
    dim: 1,
    body: "let s = 0; for (let i = 0, j = 3; i < j; i++, j--) s += (void 0, i + j) * x[0]; return s;",
    gradient: () => [6],
  },
  {
    name: "functions declared after their use, and immediately called",
    dim: 2,
    body: "return late(x[0]) + (function (v) { return v * late(v); })(x[1]); function late(v) { return v * v; }",
    gradient: ([a, b]) => [2 * a, 3 * b * b],
  },
  {
    name: "functions of the library on numbers",
    dim: 2,
    before: 'import { normal, logSumExp, softplus, positive } from "ergodic";',
    body: "const s = positive(x[1]); return normal(x[0], 1, s.value) + s.logJacobian + softplus(x[0]) + logSumExp(x);",
    gradient([a, b]) {
      const z = (a - 1) / exp(b), e = exp(a) / (exp(a) + exp(b));
      return [-z / exp(b) + 1 / (1 + exp(-a)) + e, z * z - 1 + 1 + 1 - e];
    },
  },
  {
    name: "functions of the library on arrays",
    dim: 3,
    before: 'import { dot, matVec, sum, cumulativeSum, bernoulliLogit } from "ergodic";',
    data: { X: [[1, 2, 0], [0, 1, -1]], y: [1, 0] },
    body:
      "const c = cumulativeSum(x); return dot(x, [1, 2, 3]) + sum(c) * c[1] + bernoulliLogit(data.y, matVec(data.X, x));",
    gradient([a, b, c]) {
      const s = 3 * a + 2 * b + c, d = a + b, u = 1 / (1 + exp(a + 2 * b)), v = -1 / (1 + exp(c - b));
      return [1 + 3 * d + s + u, 2 + 2 * d + s + 2 * u + v, 3 + d - v];
    },
  },
  {
    name: "a library function by its name space, over a loop",
    dim: 2,
    before: 'import * as lib from "ergodic";',
    data: [0.5, 1.5, -1, 2, 0, 1, 3, -2],
    body: "let lp = 0; for (const y of data) lp += lib.normal(y, x[0], Math.exp(x[1])); return lp;",
    gradient([a, b]) {
      const data = [0.5, 1.5, -1, 2, 0, 1, 3, -2];
      return [sum(data.map((y) => (y - a) * exp(-2 * b))), sum(data.map((y) => (y - a) ** 2 * exp(-2 * b) - 1))];
    },
  },
  {
    name: "−∞ outside a support",
    dim: 1,
    body: "return x[0] > 0 ? Math.log(x[0]) - x[0] : -Infinity;",
    gradient: ([a]) => [a > 0 ? 1 / a - 1 : 0],
  },
  {
    name: "a density that is constant",
    dim: 2,
    body: "return 3;",
    gradient: () => [0, 0],
  },
  {
    name: "a branch that is not taken has no part in the gradient",
    dim: 1,
    body:
      "const safe = x[0] > 0 ? Math.sqrt(x[0]) : 0, never = 0 > 1 ? Math.log(-1) * x[0] : 0; return safe + never + Math.atan(x[0]) + Math.tanh(x[0]);",
    gradient: ([a]) => [(a > 0 ? 0.5 / sqrt(a) : 0) + 1 / (1 + a * a) + 1 - tanh(a) ** 2],
  },
  {
    name: "what was computed and not used has no part in it",
    dim: 1,
    body:
      "const unused = Math.log(x[0] - x[0]); const kept = [unused, Math.atan(x[0])]; return kept[1] + Math.abs(x[0]);",
    gradient: ([a]) => [1 / (1 + a * a) + abs(a) / a + 0 * atan(a)],
  },
];
