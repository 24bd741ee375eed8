/**
 * Programs that cover what people write, with what they give. Each is the body of a module: it defines `result()`, whose value is `gives`. What
 * the language itself makes of the program without its types is compared too.
 */
export interface Program {
  readonly name: string;
  readonly source: string;
  readonly gives: unknown;
}

export const programs: Program[] = [
  {
    name: "every arithmetic operator",
    source:
      `function result() { const a = 7, b = 3; return [a + b, a - b, a * b, a / b, a % b, a ** b, -a, +b, -(-a)]; }`,
    gives: [10, 4, 21, 7 / 3, 1, 343, -7, 3, 7],
  },
  {
    name: "precedence and associativity",
    source:
      `const f = (a: number, b: number, c: number) => [a - b - c, a - (b - c), a ** b ** c, (a ** b) ** c, a + b * c, (a + b) * c, a / b / c, -a * b];
function result() { return f(2, 3, 2); }`,
    gives: [-3, 1, 512, 64, 8, 10, 1 / 3, -6],
  },
  {
    name: "compound assignment to names",
    source:
      `function result(n = 5) { let s = n; s += 2; s -= 1; s *= 4; s /= 3; s **= 2; s %= 5; const t = (s += 1) * 2; return [s, t]; }`,
    gives: [5, 10],
  },
  {
    name: "compound assignment to members evaluates what stands left once",
    source: `function result() {
  let calls = 0;
  const o = { p: 1, q: [1, 2, 3] };
  const at = () => { calls++; return o; };
  const k = () => { calls += 10; return 1; };
  at().p += 2; at().q[k()] *= 5; at().q[k()] -= at().p;
  return [o.p, ...o.q, calls];
}`,
    gives: [3, 1, 7, 3, 24],
  },
  {
    name: "a member is read before the value that is added to it",
    source: `function result() {
  const o = { total: 1 };
  const add = () => { o.total = 100; return 1; };
  o.total += add();
  const a = [1]; const k = "0";
  a[k] += (a[k] = 50, 2);
  return [o.total, a[0]];
}`,
    gives: [2, 3],
  },
  {
    name: "increments of names, members and fields, before and after",
    source:
      `class C { #n = 1; static s = 1; bump(o: C) { return [this.#n++, ++this.#n, o.#n--, (() => o)().#n--, --(() => o)().#n, this.#n]; } }
function result(x = 1) {
  const o = { a: 1, b: [5] }; let i = 0;
  const r = [x++, x, ++x, x--, o.a++, o.a, --o.b[0], o.b[i++]--, o.b[0], C.s++, C.s];
  return [...r, ...new C().bump(new C()), i];
}`,
    gives: [1, 2, 3, 3, 1, 2, 4, 4, 3, 1, 2, 1, 3, 1, 0, -2, 3, 1],
  },
  {
    name: "++ makes numbers of text",
    source: `function result(s: any = "5") { const o: any = { t: "6" }; s++; o.t++; return [s, o.t, typeof s]; }`,
    gives: [6, 7, "number"],
  },
  {
    name: "comparisons of every kind",
    source:
      `function result(a: any = 1, b: any = "1", c = null, d?: number) { return [a < 2, a <= 1, a > 1, a >= 1, a === 1, a !== 1, a == b, a != b, c == null, c === undefined, d === undefined, d == null, a === b, NaN === NaN]; }`,
    gives: [true, true, false, true, true, false, true, false, true, false, true, true, false, false],
  },
  {
    name: "bits",
    source:
      `function result(a = 12, b = 10) { let c = a; c |= 1; c <<= 2; const o = { f: 6 }; o.f &= 3; o["f"] ^= 8; return [a & b, a | b, a ^ b, a << 1, a >> 1, -a >>> 28, ~a, c, o.f]; }`,
    gives: [8, 14, 6, 24, 6, 15, -13, 52, 10],
  },
  {
    name: "branches with else and without braces",
    source: `const sign = (x: number) => { if (x > 0) return 1
  else if (x < 0) return -1
  return 0 }
function result() { return [sign(3), sign(-2), sign(0), 0 ? 1 : 2, "" ? 1 : "a" ? 2 : 3]; }`,
    gives: [1, -1, 0, 2, 2],
  },
  {
    name: "and, or, not and ?? give values and cut short",
    source: `function result(n = 0) {
  const f = (v: unknown) => { n++; return v; };
  const r = [f(0) && f(1), f(2) && f(3), f(0) || f(4), f(5) || f(6), null ?? 7, f(undefined) ?? 8, !f(0), !!f("a")];
  const o: any = f(0) || {}; const g = f(1) && ((a: number) => ({ a }));
  return [...r, typeof o, g(1).a, n];
}`,
    gives: [0, 3, 4, 5, 7, 8, true, true, "object", 1, 11],
  },
  {
    name: "logical assignment",
    source: `function result() {
  let a: any = 0, b: any = 1, c: any; const o: any = { x: 0, y: [1, 0, null] };
  a ||= 2; b &&= 3; c ??= 4; o.x ||= 5; o.y[0] &&= 6; o.y[1] ||= 7; o.y[2] ??= 8; o.z ??= 9; o.x &&= o.x + 1;
  return [a, b, c, o.x, ...o.y, o.z];
}`,
    gives: [2, 3, 4, 6, 6, 7, 8, 9],
  },
  {
    name: "logical assignment does not evaluate what it does not need",
    source:
      `function result() { let n = 0; const f = () => ++n; const o: any = { a: 1, b: 0 }; o.a ||= f(); o.b &&= f(); o["a"] ??= f(); return [n, o.a, o.b]; }`,
    gives: [0, 1, 0],
  },
  {
    name: "loops of every kind",
    source: `function result() {
  let s = 0; const xs = [1, 2, 3];
  for (let i = 0; i < xs.length; i++) s += xs[i] * i;
  for (let i = 0, j = 10; i < j; i += 2, j--) s += 1;
  for (const x of xs) s += x;
  for (const [k, v] of xs.entries()) s += k * v;
  for (const k in { a: 1, b: 2 }) s += k.length;
  let n = 3; while (n) { s += n; n--; }
  while (n++ < 2) s += 100;
  do s += 1000; while (--n > 0)
  for (;;) { if (s > 0) break }
  return s;
}`,
    gives: 8 + 4 + 6 + 8 + 2 + 6 + 200 + 3000,
  },
  {
    name: "loops that assign to what is there",
    source: `function result() {
  const a: number[] = [0, 0]; let i = 0, k: string, v: number; let s = "";
  for (a[i] of [5, 6]) s += a[0];
  for (k in { p: 1, q: 2 }) s += k;
  for ({ v } of [{ v: 1 }, { v: 2 }]) s += v;
  for ([a[1], v = 9] of [[3], [4, 8]]) s += a[1] * v;
  return s;
}`,
    gives: "56pq122732",
  },
  {
    name: "labels, break and continue",
    source: `function result() {
  const seen: number[] = [];
  outer: for (let i = 0; i < 4; i++) { for (let j = 0; j < 4; j++) { if (j === 2) continue outer; if (i === 2) break outer; seen.push(10 * i + j) } }
  block: { if (seen.length > 0) break block; seen.push(-1) }
  return seen;
}`,
    gives: [0, 1, 10, 11],
  },
  {
    name: "closures in loops hold their own variable",
    source:
      `function result() { const fs: (() => number)[] = []; for (let i = 0; i < 3; i++) fs.push(() => i * i); return fs.map((f) => f()); }`,
    gives: [0, 1, 4],
  },
  {
    name: "switch with fall-through and default",
    source:
      `const name = (x: unknown) => { switch (x) { case 1: case 2: return "few"; case "a": { return "text" } default: return "many"; case 3: return "three" } };
const range = (x: number) => { let r = 0; switch (true) { case x < 0: r = -1; break; case x > 10: r = 2; break; default: r = 1 } return r };
function result() { return [name(1), name(2), name("a"), name(3), name(9), range(-1), range(11), range(5)]; }`,
    gives: ["few", "few", "text", "three", "many", -1, 2, 1],
  },
  {
    name: "arrays: literals with holes, spread, length, methods with callbacks",
    source: `function result() {
  const a = [3, , 1]; const b = [...a, ...[4, 5]]; b[1] = 2; b.push(b.length);
  const z = new Array<number>(3).fill(0).map((_, i) => i + 1);
  let sum = 0; b.forEach((x) => { sum += x });
  return [b, z, sum, b.reduce((s, x) => s + x, 0), b.filter((x) => x > 2).length, [...b].sort((p, q) => p - q), b.indexOf(4), b.includes(9), z.join("-"), Array.from({ length: 2 }, (_, i) => 2 * i), Math.max(...b), b.slice(1, 3).reverse().concat([1]), b.at(-1)];
}`,
    gives: [[3, 2, 1, 4, 5, 5], [1, 2, 3], 20, 20, 4, [1, 2, 3, 4, 5, 5], 3, false, "1-2-3", [0, 2], 5, [1, 2, 1], 5],
  },
  {
    name: "arrays of arrays, with computed indices on both sides",
    source: `function result() {
  const m = [[1, 2], [3, 4]]; let i = 0;
  m[i][i + 1] = m[i + 1][i] * 2; m[i++][0] += m[i][1]; [m[0][1], m[1][0]] = [m[1][0], m[0][1]];
  return m;
}`,
    gives: [[5, 3], [6, 4]],
  },
  {
    name: "typed arrays",
    source:
      `function result() { const f = new Float64Array([1.5, 2]), n = new Int32Array(2); f[0] *= 2; n[0] = 7; n[1]++; f.set([9], 1); return [...f, ...n, f.length, f.subarray(1)[0], Float64Array.of(1)[0]]; }`,
    gives: [3, 9, 7, 1, 2, 9, 1],
  },
  {
    name: "destructuring with defaults, holes, nesting, rest and computed names",
    source: `function result() {
  const k = "z"; const data: any = { a: 1, b: { c: [2, 3, 4] }, z: 5, y: 6, x: 7 };
  const { a, b: { c: [first, , third = 9, fourth = a + first] }, [k]: renamed, missing = 8, ...rest } = data;
  const [p, [q] = [10], ...others] = [1, undefined, 3, 4];
  return [a, first, third, fourth, renamed, missing, rest, p, q, others];
}`,
    gives: [1, 2, 4, 3, 5, 8, { y: 6, x: 7 }, 1, 10, [3, 4]],
  },
  {
    name: "destructuring to what is there",
    source: `function result() {
  let a = 1, b = 2; const o: any = { list: [0, 0] }; let i = 0;
  [a, b] = [b, a];
  ({ a: o.first, b: o.list[i], c: o.list[i + 1] = a * 10 } = { a: 5, b: 6 } as any);
  [o.x, ...o.rest] = [1, 2, 3];
  ({ length: i } = "four");
  return [a, b, o, i];
}`,
    gives: [2, 1, { list: [6, 20], first: 5, x: 1, rest: [2, 3] }, 4],
  },
  {
    name: "functions: hoisting, defaults that see what stands before, rest, recursion, closures, immediate calls",
    source:
      `function result() { return [fib(10), f(1), f(1, 5), f(1, 2, 3, 4), counter()(), (function () { return typeof this })(), (() => 3)(), even(10)]; }
function fib(n: number): number { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
function f(a: number, b = a * 2, ...rest: number[]) { return a + b + rest.length }
function counter() { let n = 0; return () => { n += 1; return n } }
const even = (n: number): boolean => n === 0 || odd(n - 1), odd = (n: number): boolean => n !== 0 && even(n - 1);`,
    gives: [55, 3, 6, 5, 1, "undefined", 3, true],
  },
  {
    name: "functions keep their names",
    source:
      `function result() { const f = () => 1, g = function () {}; const { h = () => 2 } = {} as any; let k; k = (x: number) => x; const o = { m() {}, n: () => 3 }; class A {} return [f, g, h, k, o.m, o.n, A].map((q) => q.name); }`,
    gives: ["f", "g", "h", "k", "m", "n", "A"],
  },
  {
    name: "arguments and this",
    source:
      `function total() { let s = 0; for (let i = 0; i < arguments.length; i++) s += arguments[i] || this.d; return s && (arguments[0] + arguments.length) || 0 }
function result() { return total.call({ d: 10 }, 1, 0, 2); }`,
    gives: 4,
  },
  {
    name: "classes: fields, private fields, accessors, static members, inheritance",
    source: `abstract class Shape<T = number> {
  static count = 0;
  static #made: string[] = [];
  protected readonly sides: number = 4;
  label?: string;
  #area = 0
  static { Shape.count += 10 }
  constructor(area: number) { this.#area = area; Shape.count++; Shape.#made.push(this.name()) }
  abstract name(): string;
  get area(): number { return this.#area }
  set area(value) { this.#area = value * 2 }
  grow(by = 1): this { this.#area += by; this.#area **= 1; return this }
  static names() { return Shape.#made.join() }
  static has(o: object) { return #area in o }
  describe(): string { return \`\${this.name()} \${this.area}\` }
}
class Square extends Shape<string> implements Iterable<number> {
  constructor(private readonly side: number, public extra = 2, tag?: string) { super(side * side); this.label = tag ?? "none" }
  override name(): string { return "square" }
  describe() { return super.describe() + "!" + this.side + this.extra + this.label }
  ["computed" + 1]() { return this.sides }
  [Symbol.iterator]() { return [this.side, this.extra][Symbol.iterator]() }
}
function result() {
  const s = new Square(3); s.area = 5; s.grow().grow(3);
  return [s.describe(), s.area, Shape.count, Shape.names(), (s as any).computed1(), [...s], Shape.has(s), Shape.has({}), s instanceof Shape];
}`,
    gives: ["square 14!32none", 14, 11, "square", 4, [3, 2], true, false, true],
  },
  {
    name: "class expressions, instance arrow fields, super properties",
    source:
      `const Base = class Named { v = 2; twice = () => this.v * 2; get w() { return this.v + 1 } static make() { return new Named() } };
class D extends Base { get w() { return super.w * 10 } up() { super.v = 7; return this.v } }
function result() { return [Base.make().twice(), new D().w, new D().up(), Base.name]; }`,
    gives: [4, 30, 7, "Named"],
  },
  {
    name: "objects: shorthand, methods, accessors, computed names, spread, delete, in",
    source: `function result() {
  const a = 1, key = "k", Number2 = Number;
  const o: Record<string, any> = { a, ["x" + a]: 2, m(b: number) { return this.a + b }, get g() { return this.a * 5 }, set g(v) { this.a = v }, ...{ s: 3 }, "quoted key": 4, 7: 8, [key]: Math.abs(-9), Number2, Math };
  o.g = 2; delete o["s"]; delete o.x1;
  return [o.a, o.m(1), o.g, "s" in o, key in o, o["quoted key"], o[7], o.k, o.Number2("3"), o.Math.sqrt(4), Object.keys(o).length];
}`,
    gives: [2, 3, 10, false, true, 4, 8, 9, 3, 2, 8],
  },
  {
    name: "optional chaining",
    source: `function result() {
  const d: any = { a: { b: [1, 2] }, f: () => 3, name: "ab" }, none: any = null;
  let n = 0;
  return [d?.a?.b?.[1], none?.a.b.c, d.f?.(), d.g?.(n++), d?.a.b.map((x: number) => x + 1), none?.[n++], d?.["a"].b.length, d.a?.b.indexOf(2), none?.list.indexOf(n++), d.a!.b!.join?.("+"), (none?.x)?.y, d?.name.toString(), n];
}`,
    gives: [2, undefined, 3, undefined, [2, 3], undefined, 2, 1, undefined, "1+2", undefined, "ab", 0],
  },
  {
    name: "try, catch, finally, throw",
    source: `function result() {
  const log: unknown[] = [];
  const f = (x: number) => { try { if (x > 1) throw new RangeError("large"); return "fine" } catch (e: unknown) { log.push((e as Error).message); return "caught" } finally { log.push(x) } };
  try { throw 3 } catch { log.push("no name") }
  return [f(1), f(2), log];
}`,
    gives: ["fine", "caught", ["no name", 1, "large", 2]],
  },
  {
    name: "sequences, in tests, indices, updates and arguments",
    source:
      `function result() { let a = 0, b = 0; const xs = [1, 2, 3]; if (a++, b += 2, a < b) b++; const c = (a, b, a + b); for (let i = 0; a++, i < 2; i++, b--) ; return [a, b, c, xs[a, 1], \`\${a, b}\`, ((a, b), 7)]; }`,
    gives: [4, 1, 4, 2, "1", 7],
  },
  {
    name: "templates and tags",
    source:
      "function result() { const tag = (s: TemplateStringsArray, ...v: number[]) => s.raw.join('|') + v.length; const n = 2; return [`a${n}b${n + 1}`, `${`in ${n}`}`, tag`x${n}\\n${n}`, String.raw`a${n}`, `line\n${n}`]; }",
    gives: ["a2b3", "in 2", "x|\\n|2", "a2", "line\n2"],
  },
  {
    name: "text is joined, measured and compared",
    source:
      `function result() { let s = "a" + 1 + 2; s += "b"; const [x, y] = "pq"; return [s, 1 + 2 + "c", "a" < "b", s.length, s[0], s.toUpperCase(), x + y, typeof s === "string", typeof (1 as any) !== "number"]; }`,
    gives: ["a12b", "3c", true, 4, "a", "A12B", "pq", true, false],
  },
  {
    name: "types of every kind leave nothing",
    source: `import type { Foo } from "./types.ts";
interface A<T> { x: T; f(a: number): void }
type B = A<number> & { readonly [k: string]: number } | null;
type Fn = typeof result;
declare const nowhere: number;
declare function ghost(x: number): void;
declare class Phantom { x: number }
declare enum Ghost { A }
declare namespace Nowhere { const x: number }
export type { A };
export type * from "./types.ts";
function over(x: number): number;
function over(x: string): string;
function over(x: any): any { return x }
function isNumber(x: unknown): x is number { return typeof x === "number" }
function assertNumber(x: unknown): asserts x is number { if (!isNumber(x)) throw new TypeError("no") }
let late!: number;
const list = <const T,>(x: T): T[] => [x];
const fixed = { a: [1, 2] } as const satisfies { a: readonly number[] };
function withThis(this: { v: number } | void, a: number) { return a }
class G<T> { declare z: number; [k: string]: unknown; q?: T; m?(): void; static create<U>(this: new () => G<U>): G<U> { return new this() } }
function result(opt?: number): unknown {
  assertNumber(1); late = 5;
  const n = <number> over(3), m = over("s")!, k = (late as unknown as number)!;
  const make = list<number>; const g = new G<string>(), mm = new Map<string, number>([["a", 1]]);
  for (const v of [1] as number[]) late += v as number;
  return [n, m, k, make(4)[0], fixed.a[1], withThis(6), late, opt ?? "none", Object.keys(G.create()).length, mm.get("a")!, (late as any) = 8, late!++, late, -(late as number) ** 1 || 0];
}`.replace("-(late as number) ** 1 || 0", "(-(late as number)) ** 1 || 0"),
    gives: [3, "s", 5, 4, 2, 6, 6, "none", 1, 1, 8, 8, 9, -9],
  },
  {
    name: "a type holds an expression together",
    source:
      `function result(a = 2, b = 3) { return [a + b as number * 2, (-a as number) ** 2, a || b as number, a * b as number + 1]; }`
        .replace("a + b as number * 2", "(a + b as number) * 2"),
    gives: [10, 4, 2, 7],
  },
  {
    name: "nothing joins the next line",
    source: `let log: number[] = []
function result() {
  let a = 1
  let b = a as number
  ;[a, b] = [b + 1, a]
  const f = (x: number) => x
  type Local = number
  ;(log as any).push(a)
  const c = a!
  ;[1].forEach((x) => log.push(x))
  let d = f
  /* not a call */
  ;(f)(3)
  do log.push(7); while (false) log.push(8)
  a
  ++b
  return [
    a,
    b, typeof d
  ].concat(
    log.length as any)
}`,
    gives: [2, 2, "function", 4],
  },
  {
    name: "types over several lines do not end a return or stand before an arrow",
    source: `const f = (x: number): {
  a: number;
} => ({ a: x });
function g() {
  return <
    number
  >f(2).a;
}
function h() {
  return <
    T
  >(x: T) => x;
}
function result() { return [f(1).a, g(), h()(3)]; }`,
    gives: [1, 2, 3],
  },
  {
    name: "functions of Math",
    source: `const { exp, PI } = Math; const m = Math;
function result() { return [Math.max(1, 2, 3), Math.min(), Math.hypot(3, 4), exp(0), PI === Math.PI, m.log(1), Math["sqrt"](9), Math.pow(2, 3), Math.pow(...[2, 4] as [number, number]), [1, 4].map(Math.sqrt), Math.atan2(0, 1), Math.floor(2.5), Math.max.apply(null, [5]), Math.round?.(2.4)]; }`,
    gives: [3, Infinity, 5, 1, true, 0, 3, 8, 16, [1, 2], 0, 2, 5, 2],
  },
  {
    name: "functions of the language",
    source:
      `function result() { return [Number("3"), Number.isInteger(3), isNaN(NaN), isFinite(1), parseInt("12px"), parseFloat("1.5"), String(2), Boolean(0), JSON.stringify([1]), Array.isArray([]), Object.entries({ a: 1 })[0], new Map([[1, 2]]).get(1), new Set([1, 1]).size, (3.14159).toFixed(2), [10, 9].toString(), typeof undefined, void 0, Number.EPSILON > 0]; }`,
    gives: [
      3,
      true,
      true,
      true,
      12,
      1.5,
      "2",
      false,
      "[1]",
      true,
      ["a", 1],
      2,
      1,
      "3.14",
      "10,9",
      "undefined",
      undefined,
      true,
    ],
  },
  {
    name: "a module's own names come before the language's",
    source:
      `function result(Math = { exp: (x: number) => x + 1 }) { const Number = 3, isNaN = () => "mine"; { const Array = 4; var undefined2 = Array; } return [Math.exp(1), Number, isNaN(), undefined2]; }`,
    gives: [2, 3, "mine", 4],
  },
  {
    name: "var is one variable of its function, and functions are known before they stand",
    source:
      `function result() { const before = typeof f; if (true) { var v = 1; function g() { return 2 } v += g(); } for (var i = 0; i < 2; i++) ; return [before, v, i, f()]; function f() { return 3 } }`,
    gives: ["function", 3, 2, 3],
  },
  {
    name: "a counter that gets what is not plain is not plain",
    source:
      `function result(n = 3) { let i = 0, j = i, k = 1; j += n; for (i = 0; i < 2; i++) k *= 2; let t; t = k; t = t + 1; const c = k * 2 - -k; return [i, j, k, t, c, k ** -1, -k, +k, ~k]; }`,
    gives: [2, 3, 4, 5, 12, 0.25, -4, 4, -5],
  },
  {
    name: "comments, text and regular expressions stay as they are",
    source: `function result() { const /* a + b */ a = "x + y // no"; // a * b
  return [a, 'it\\'s', /[+*/]+/g.test("*"), "ǂ", /* <!-- */ 1 /* --> */] }`,
    gives: ["x + y // no", "it's", true, "ǂ", 1],
  },
  {
    name: "other ends of lines, and names with escapes",
    source: "function result() {\r\n  const \\u0061b = 1;\r  return ab +\r\n    1;\u2028}",
    gives: 2,
  },
  {
    name: "getters, iterators and maps hold values",
    source:
      `class Range { constructor(private n: number) {} [Symbol.iterator]() { let i = 0; const n = this.n; return { next: () => i < n ? { value: i++, done: false } : { value: undefined, done: true } } } }
function result() { const m = new Map<string, number>(); for (const i of new Range(3)) m.set("k" + i, i * i); let s = 0; for (const [, v] of m) s += v; return [s, [...m.keys()], Math.max(...new Range(4) as any)]; }`,
    gives: [5, ["k0", "k1", "k2"], 3],
  },
];
