import assert from "node:assert/strict";
import { compile } from "../../../../models/modules/compile/compile.ts";
import { ModuleError } from "../../../../models/modules/errors.ts";

const LIBRARY = ["normal", "studentT", "halfCauchy", "logSumExp", "positive"];

interface Refused {
  /** A whole module if it exports; else statements before one that is right. */
  readonly source: string;
  readonly line: number;
  readonly column: number;
  readonly words: RegExp;
}

const refused: Refused[] = [
  // what is no TypeScript
  { source: "const a = ;", line: 1, column: 11, words: /unexpected token/i },
  { source: "const a = 1;\nconst a = 2;", line: 2, column: 7, words: /'a' has already been declared.*rename/i },
  { source: "let t = 'open;\n", line: 1, column: 9, words: /unterminated string.*quote/i },
  { source: "function f() {\n  return 1;\n", line: 4, column: 1, words: /top level.*close the brace/ },
  { source: "with (Math) {}", line: 1, column: 1, words: /'with'.*write the object's name/i },
  { source: "let a = 1; delete a;", line: 1, column: 12, words: /deleting.*assign undefined/i },
  { source: "const a = <div>text</div>;", line: 1, column: 22, words: /regular expression/ },
  { source: "const c = 1; c = 2;\nlet x = 08;", line: 2, column: 9, words: /octal|leading zero/i },
  { source: "\nconst m = new <string>();", line: 2, column: 11, words: /can't be read.*class's name behind new/ },
  { source: "export { missing };", line: 1, column: 10, words: /'missing' is not defined.*declare/i },
  // imports
  { source: 'import fs from "node:fs";', line: 1, column: 16, words: /"node:fs".*copy the functions/ },
  { source: '\nimport { a } from "./a.ts";', line: 2, column: 19, words: /"\.\/a\.ts".*copy the functions/ },
  { source: 'import "npm:left-pad";', line: 1, column: 8, words: /"npm:left-pad"/ },
  { source: 'import ergodic from "ergodic";', line: 1, column: 8, words: /default.*import \{ ergodic \}/ },
  { source: 'import { norml } from "ergodic"; norml(1);', line: 1, column: 10, words: /norml.*did you mean normal/i },
  {
    source: 'import * as e from "ergodic";\nconst f = e.halfCauchi;',
    line: 2,
    column: 13,
    words: /did you mean halfCauchy/i,
  },
  { source: 'const m = import("ergodic");', line: 1, column: 11, words: /import\(…\).*at the top/ },
  { source: "const u = import.meta.url;", line: 1, column: 11, words: /import\.meta.*data/ },
  { source: 'import e = require("ergodic");', line: 1, column: 1, words: /import … =.*write import/i },
  {
    source: 'import { normal } from "ergodic";\nnormal = 3;',
    line: 2,
    column: 1,
    words: /assignment to normal.*your own/,
  },
  { source: 'import * as e from "ergodic";\ne.normal = 3;', line: 2, column: 1, words: /assignment.*your own/ },
  {
    source: 'import { normal } from "ergodic";\nfor (normal of [1]) ;',
    line: 2,
    column: 6,
    words: /assignment to normal/,
  },
  // exports
  { source: "export default function () {}", line: 1, column: 1, words: /export default.*by name/ },
  { source: 'export * from "ergodic";', line: 1, column: 1, words: /export \*.*by name/ },
  { source: 'export { normal } from "ergodic";', line: 1, column: 1, words: /another module.*declare it here/i },
  { source: "const a = 1; export { a as default };", line: 1, column: 23, words: /named default/ },
  {
    source: "export function logDensity() {}",
    line: 1,
    column: 1,
    words: /neither dim nor variables.*export const dim/,
  },
  { source: "export const dim = 1;", line: 1, column: 1, words: /no logDensity.*export function logDensity/ },
  {
    source: "export const dim = 1; export function logdensity() {}",
    line: 1,
    column: 1,
    words: /rename logdensity.*to logDensity/i,
  },
  {
    source: "export const dim = 1; function logDensity() {}",
    line: 1,
    column: 1,
    words: /write export before logDensity/i,
  },
  { source: "export function generate() {}", line: 1, column: 17, words: /generate, .*did you mean generated/i },
  { source: "const r = /(/;", line: 1, column: 11, words: /regular expression.*correct/i },
  { source: "export = 3;", line: 1, column: 1, words: /export =.*before each declaration/ },
  // what waits
  { source: "async function f() {}", line: 1, column: 1, words: /async.*without/ },
  { source: "const f = async () => 1;", line: 1, column: 11, words: /async/ },
  { source: "const o = { async m() {} };", line: 1, column: 13, words: /async/ },
  { source: "await 3;", line: 1, column: 1, words: /await.*at once/ },
  { source: "for await (const x of []) ;", line: 1, column: 1, words: /await/ },
  { source: "function* f() { yield 1; }", line: 1, column: 1, words: /generator.*array/ },
  { source: "const o = { *g() {} };", line: 1, column: 13, words: /generator/ },
  { source: "class A { async *g() {} }", line: 1, column: 11, words: /async/ },
  // what runs text, or reaches out
  { source: 'eval("1");', line: 1, column: 1, words: /eval.*write the function out/ },
  { source: 'const f = new Function("return 1");', line: 1, column: 15, words: /Function.*write the function out/ },
  { source: 'Deno.readTextFileSync("x");', line: 1, column: 1, words: /Deno.*data/ },
  { source: "const p = process.env;", line: 1, column: 11, words: /process.*data/ },
  { source: 'fetch("http://x");', line: 1, column: 1, words: /fetch.*data/ },
  { source: "const g = globalThis;", line: 1, column: 11, words: /globalThis.*data/ },
  { source: 'require("fs");', line: 1, column: 1, words: /require.*import \{/ },
  { source: "const now = Date.now();", line: 1, column: 13, words: /Date.*no clock/ },
  { source: "const t = performance.now();", line: 1, column: 11, words: /performance.*no clock/ },
  { source: "setTimeout(() => 1);", line: 1, column: 1, words: /setTimeout.*no clock/ },
  { source: "console.log(1);", line: 1, column: 1, words: /console.*generated/ },
  { source: "const r = Math.random();", line: 1, column: 11, words: /Math\.random.*random argument/ },
  { source: "const r = crypto;", line: 1, column: 11, words: /crypto.*random argument/ },
  { source: "const p = new Proxy({}, {});", line: 1, column: 15, words: /Proxy.*getters/ },
  { source: "Reflect.ownKeys({});", line: 1, column: 1, words: /Reflect/ },
  { source: "new Worker('x');", line: 1, column: 5, words: /Worker/ },
  { source: "const w = WebAssembly;", line: 1, column: 11, words: /WebAssembly.*TypeScript/ },
  { source: "new SharedArrayBuffer(8);", line: 1, column: 5, words: /Float64Array/ },
  { source: "const f = () => arguments;", line: 1, column: 17, words: /arguments.*rest parameter/ },
  { source: "if (typeof nothing === 'undefined') {}", line: 1, column: 12, words: /nothing, which nothing declares/ },
  // names
  { source: "const a = normal(1, 0, 1);", line: 1, column: 11, words: /normal.*import \{ normal \}/ },
  { source: "const a = logsumexp([1]);", line: 1, column: 11, words: /did you mean logSumExp, from "ergodic"/i },
  { source: "const total = 1;\nconst b = totel + 1;", line: 2, column: 11, words: /did you mean total/i },
  { source: "let q: number;\n  undeclared += 1;", line: 2, column: 3, words: /undeclared/ },
  { source: "Math = {};", line: 1, column: 1, words: /assignment to Math/ },
  { source: "const a = Math.sqr(2);", line: 1, column: 11, words: /Math\.sqr.*did you mean Math\.sqrt/i },
  { source: "const { lgamma } = Math;", line: 1, column: 9, words: /Math\.lgamma.*"ergodic"/ },
  { source: "const ǂa = 1;", line: 1, column: 7, words: /ǂa.*rename/i },
  { source: "interface T {}\nconst t = T;", line: 2, column: 11, words: /T, which nothing declares/ },
  { source: "declare const d: number;\nconst t = d;", line: 2, column: 11, words: /d, which nothing declares/ },
  // prototypes
  { source: "const o = {}; o.__proto__ = null;", line: 1, column: 17, words: /__proto__.*class/ },
  { source: 'const o = {}; o["__proto__"];', line: 1, column: 17, words: /__proto__/ },
  { source: "const o = { __proto__: null };", line: 1, column: 13, words: /__proto__/ },
  { source: "const { __proto__: p } = {};", line: 1, column: 9, words: /__proto__/ },
  { source: '(() => 1).constructor("return 1")();', line: 1, column: 11, words: /constructor.*class's name/ },
  { source: "const { constructor: c } = [];", line: 1, column: 9, words: /constructor/ },
  { source: "const c = []?.constructor;", line: 1, column: 15, words: /constructor/ },
  { source: "const c = [][`constructor`];", line: 1, column: 14, words: /constructor/ },
  { source: "function f() { return new.target; }", line: 1, column: 23, words: /new\.target.*argument/ },
  { source: "function f() { return arguments.callee; }", line: 1, column: 23, words: /arguments\.callee.*name/ },
  // other syntax
  { source: "debugger;", line: 1, column: 1, words: /debugger.*remove/i },
  { source: "const n = 10n;", line: 1, column: 11, words: /BigInt.*without the n/ },
  { source: "function dec(c: any) {}\n@dec class A {}", line: 2, column: 1, words: /decorator.*call a function/i },
  { source: "class A { @dec m() {} }", line: 1, column: 11, words: /decorator/ },
  { source: "enum Kind { A, B }", line: 1, column: 1, words: /enum.*const Kind/ },
  { source: "const enum Kind { A }", line: 1, column: 1, words: /enum/ },
  { source: "namespace N { export const a = 1; }", line: 1, column: 1, words: /namespace.*object/ },
  { source: "class A { accessor a = 1; }", line: 1, column: 11, words: /accessor.*field/ },
  {
    source: "const d: any = null;\nconst e = d?.list.indexOf(2).toFixed;",
    line: 2,
    column: 11,
    words: /\?\..*indexOf.*const/,
  },
  { source: "class A { m() { super['x'] += 1; } }", line: 1, column: 17, words: /super.*this/ },
];

/** What the text alone shows to lose its gradient: statements of a density of x, with theta: [3] and mu: []. */
const undifferentiable: Refused[] = [
  {
    source: "const i = Math.floor(mu);",
    line: 4,
    column: 11,
    words: /mu depends on the coordinates.*rounding.*discrete/,
  },
  { source: "return Math.round(2 * theta[1] + 1);", line: 4, column: 8, words: /rounding/ },
  { source: "if (false) { Math.ceil(-mu); }", line: 4, column: 14, words: /rounding/ },
  { source: "const s = Math.exp(mu), t = Math.trunc(s);", line: 4, column: 29, words: /s depends.*rounding/ },
  { source: "return Math.sign(mu ** 2);", line: 4, column: 8, words: /rounding/ },
  { source: "return Math.fround(mu);", line: 4, column: 8, words: /rounding/ },
  { source: "return mu | 0;", line: 4, column: 8, words: /bits/ },
  { source: "return ~~mu;", line: 4, column: 9, words: /bits/ },
  { source: "let n = 3; n >>= theta[0];", line: 4, column: 12, words: /bits/ },
  { source: "return data.y[mu];", line: 4, column: 8, words: /index.*loop/ },
  { source: "const a = [0]; a[theta[2] * 1] = 2;", line: 4, column: 16, words: /index/ },
  { source: "return `${mu}`.length;", line: 4, column: 11, words: /text.*generated/ },
  { source: 'return "a" + theta[0];', line: 4, column: 8, words: /text/ },
  { source: "return parseInt(mu);", line: 4, column: 8, words: /text/ },
  { source: "return Number.parseInt(mu);", line: 4, column: 8, words: /text/ },
  { source: "return mu.toFixed(2);", line: 4, column: 8, words: /text/ },
  { source: "return String(mu);", line: 4, column: 8, words: /text/ },
  { source: "return JSON.stringify(mu);", line: 4, column: 8, words: /text/ },
  { source: "switch (mu) { case 1: return 2; }", line: 4, column: 9, words: /switch.*if/ },
  { source: "return new Int32Array(theta)[0];", line: 4, column: 8, words: /rounding/ },
  { source: "return new Array(mu).length;", line: 4, column: 8, words: /index/ },
  { source: "for (const t of theta) { Math.floor(t); }", line: 4, column: 26, words: /rounding/ },
  { source: "for (let i = 0; i < 3; i++) Math.floor(theta[i]);", line: 4, column: 29, words: /rounding/ },
  { source: "theta.forEach((t) => { if (t > 3) Math.round(t); });", line: 4, column: 35, words: /rounding/ },
  { source: "return theta.reduce((s, t) => s + (t | 0), 0);", line: 4, column: 36, words: /bits/ },
  { source: "const never = () => data.y[mu];", line: 4, column: 21, words: /index/ },
  { source: "const [a, , c = 2] = theta; return data.y[c];", line: 4, column: 36, words: /index/ },
];

const wrapped = (statements: string) =>
  `export const variables = { mu: [], theta: [3] };
// The density:
export function logDensity({ mu, theta }, data) {
${statements}
}`;

function complaintAbout(source: string): ModuleError {
  try {
    compile(source, LIBRARY);
  } catch (error) {
    assert.ok(error instanceof ModuleError, String(error));
    return error;
  }
  assert.fail(`not refused: ${source}`);
}

const cases = [
  ...refused.map((one) => ({
    ...one,
    source: /dim = 1|logDensity\(\)/.test(one.source)
      ? one.source
      : `${one.source}\nexport const dim = 1; export function logDensity(x) { return x[0]; }`,
    title: one.source,
  })),
  ...undifferentiable.map((one) => ({ ...one, source: wrapped(one.source), title: one.source })),
];

for (const { source, line, column, words, title } of cases) {
  Deno.test(`refused, with its place and what to write: ${title.replace(/\n/g, "⏎")}`, () => {
    const error = complaintAbout(source);
    assert.match(error.message, words);
    assert.deepEqual([error.site?.line, error.site?.column], [line, column], error.message);
  });
}

Deno.test("every refusal says what to do", () => {
  const remedy =
    /\b(Write|Move|Separate|Declare|Rename|Remove|Call|Copy|Fill|Put|Give|Export|Did you mean|Assign|Use|Return|Read|Close|Correct|Round|Choose|Compute|Hold|Leave|Variables cannot|Wrap|read it from|Only|put what|A density|The density|Text cannot)\b/;
  for (const { source } of cases) {
    const { message } = complaintAbout(source);
    const sentences = message.split(/[.:] /);
    assert.ok(sentences.length >= 3 && remedy.test(sentences.slice(1).join(". ")), message);
    assert.ok(message.endsWith(".") || message.endsWith("?"), message);
  }
});

Deno.test("what is no certain loss is left to the runtime", () => {
  const fine = [
    "const n = Math.floor(theta.length / 2); return theta[n];",
    "for (let i = 0; i < 3; i++) data.y[i | 0] += theta[i];",
    "theta.forEach((t, i) => data.y[i] * t);",
    "let m = mu; m = 3; return Math.floor(m);",
    "{ const mu = 3; return Math.floor(mu); }",
    "const f = (mu) => Math.floor(mu); return f(data.n);",
    "return Math.floor(Math.max(mu, 3));",
    "theta[0] = 1; return Math.floor(theta[0]);",
    "const t = theta; t.fill(2); return Math.floor(theta[0]);",
    "return Math.floor(theta) + data.y[theta.length];",
    "const Math = { floor: (x) => x }; return Math.floor(mu);",
    "return typeof mu === 'number' && mu > 0 ? Math.abs(mu) : +mu;",
    "return String(mu > 0) + `${theta.length}`;",
    "const [a, ...rest] = theta; return data.y[rest.length];",
    "return data.y[mu > 0 ? 1 : 0];",
    "return parseFloat(mu) + Number(mu);",
  ];
  for (const statements of fine) compile(wrapped(statements));
  // A gradient of its own: the density is given numbers.
  compile(`${wrapped("return -Math.floor(mu);")} export function gradient() {}`);
  // What is reported may be rounded.
  compile(`${wrapped("return mu;")} export const generated = ({ mu }) => ({ n: Math.round(mu) });`);
});

Deno.test("what is large or nested too deeply is refused in words", () => {
  const nested = `const a = ${"(".repeat(60_000)}1${")".repeat(60_000)};`;
  assert.match(complaintAbout(nested).message, /nested too deeply.*several statements/);
  const long = `const a = ${"1 + ".repeat(60_000)} 1;`;
  assert.match(complaintAbout(long).message, /nested too deeply|exports no/);
  assert.match(complaintAbout(`// ${"x".repeat(300_000)}`).message, /300003 characters.*at most 262144.*data/);
});

Deno.test("an imported name that only types use need not be a function of the library", () => {
  compile(
    `import { type Values, Value, normal } from "ergodic"; import type { Other } from "./other.ts";
export const dim = 1; export function logDensity(x: Value[], o?: Other): Value { return normal(x[0]); }`,
    LIBRARY,
  );
});

Deno.test("a constructor is spoken of inside a class", () => {
  compile(`class A { clone() { return new this.constructor(); } }
export const dim = 1; export function logDensity(x) { return x[0]; }`);
});
