import assert from "node:assert/strict";
import { library } from "../../../models/library/library.ts";
import { compile } from "../../../models/modules/compile/compile.ts";
import { ModuleError } from "../../../models/modules/errors.ts";
import { openModule } from "../../../models/modules/module.ts";

interface Refused {
  readonly title: string;
  /** Statements of a density of { mu: [], theta: [3] } and data { n: 2, y: [1, 2, 3], names: ["a", "b"] }; `same` gives back what it gets. */
  readonly statements: string;
  readonly line: number;
  readonly column: number;
  readonly words: RegExp;
}

/** What the text does not show, as values go through functions. Their first line is line 5. */
const refused: Refused[] = [
  {
    title: "rounding behind a function",
    statements: "const m = same(mu);\nreturn Math.floor(m);",
    line: 6,
    column: 8,
    words: /Math\.floor of a traced value.*round the data/,
  },
  { title: "rounding up", statements: "return Math.ceil(same(mu));", line: 5, column: 8, words: /Math\.ceil/ },
  { title: "rounding to even", statements: "return Math.round(same(mu));", line: 5, column: 8, words: /Math\.round/ },
  { title: "cutting", statements: "return Math.trunc(same(mu));", line: 5, column: 8, words: /Math\.trunc/ },
  { title: "single precision", statements: "return Math.fround(same(mu));", line: 5, column: 8, words: /Math\.fround/ },
  { title: "the sign", statements: "return 2 * Math.sign(same(mu));", line: 5, column: 12, words: /Math\.sign.*Write/ },
  { title: "bits", statements: "return same(mu) | 0;", line: 5, column: 8, words: /\| of a traced value/ },
  { title: "twice not", statements: "return ~~same(mu);", line: 5, column: 9, words: /~ of a traced value/ },
  { title: "shifts", statements: "let m = same(mu);\nm >>= 1;\nreturn m;", line: 6, column: 1, words: />> of/ },
  {
    title: "bits of an element",
    statements: "const a = [same(mu)];\na[0] ^= 1;\nreturn a[0];",
    line: 6,
    column: 1,
    words: /\^ of a traced value/,
  },
  { title: "an index", statements: "return data.y[same(mu)];", line: 5, column: 15, words: /index.*logSumExp/ },
  {
    title: "an index that is written to",
    statements: "const a = [0];\na[same(mu)] = 1;\nreturn a[0];",
    line: 6,
    column: 3,
    words: /index/,
  },
  {
    title: "an index in a pattern",
    statements: "const { [same(mu)]: a } = data;\nreturn a;",
    line: 5,
    column: 10,
    words: /index/,
  },
  {
    title: "a key of an object",
    statements: "const o = { [same(mu)]: 1 };\nreturn 1;",
    line: 5,
    column: 14,
    words: /index/,
  },
  {
    title: "asked whether a key is there",
    statements: "return same(mu) in data ? 1 : 0;",
    line: 5,
    column: 8,
    words: /index/,
  },
  { title: "text in a template", statements: "return `${same(mu)}`.length;", line: 5, column: 11, words: /text of/ },
  { title: "text by joining", statements: "const t = 'a' + same(mu);\nreturn 1;", line: 5, column: 11, words: /text/ },
  { title: "digits", statements: "return same(mu).toFixed(2);", line: 5, column: 8, words: /toFixed/ },
  { title: "its text", statements: "return same(mu).toString();", line: 5, column: 8, words: /toString/ },
  { title: "text of an array", statements: "return same(theta).join();", line: 5, column: 8, words: /join/ },
  {
    title: "switch",
    statements: "switch (same(mu)) { case 1: return 2; }\nreturn 1;",
    line: 5,
    column: 9,
    words: /switch.*if/,
  },
  {
    title: "a case of a switch",
    statements: "switch (data.n) {\n  case same(mu): return 2; }\nreturn 1;",
    line: 6,
    column: 8,
    words: /switch/,
  },
  {
    title: "order by text",
    statements: "return same(theta).sort()[0];",
    line: 5,
    column: 8,
    words: /sort.*\(a, b\) => a - b/,
  },
  {
    title: "looking for a value",
    statements: "return same(theta).indexOf(mu);",
    line: 5,
    column: 8,
    words: /indexOf.*loop/,
  },
  {
    title: "whether a value is there",
    statements: "return data.y.includes(same(mu)) ? 1 : 0;",
    line: 5,
    column: 8,
    words: /includes/,
  },
  {
    title: "an array of integers, by an element",
    statements: "const a = new Int32Array(3);\na[0] = same(mu);\nreturn a[0];",
    line: 6,
    column: 1,
    words: /rounds it.*Float64Array/,
  },
  {
    title: "an array of integers, by addition to an element",
    statements: "const a = new Uint8Array(3);\na[0] += same(mu);\nreturn a[0];",
    line: 6,
    column: 1,
    words: /rounds it/,
  },
  {
    title: "an array of single precision, by a pattern",
    statements: "const a = new Float32Array(2);\n[a[0], a[1]] = [1, same(mu)];\nreturn a[0];",
    line: 6,
    column: 8,
    words: /rounds it/,
  },
  {
    title: "a number of many digits, by JSON",
    statements: "const t = JSON.stringify({ a: same(mu) });\nreturn t.length;",
    line: 5,
    column: 16,
    words: /used where its gradient would be lost/,
  },
  {
    title: "a key of a map",
    statements: "const m = new Map();\nm.set(same(mu), 1);\nreturn 1;",
    line: 6,
    column: 3,
    words: /Map\.set of a traced value.*data/,
  },
  {
    title: "a key that is looked for",
    statements: "return new Map().get(same(mu));",
    line: 5,
    column: 18,
    words: /Map\.get/,
  },
  {
    title: "a set of values",
    statements: "const s = new Set(same(theta));\nreturn s.size;",
    line: 5,
    column: 11,
    words: /Set\.add/,
  },
  {
    title: "a method by its name",
    statements: "const name = data.names.length > 1 ? 'indexOf' : '';\nreturn theta[name](mu);",
    line: 6,
    column: 19,
    words: /indexOf/,
  },
  { title: "sameness", statements: "return Object.is(same(mu), 1) ? 1 : 2;", line: 5, column: 15, words: /Object\.is/ },
  {
    title: "an array of integers, from an array",
    statements: "return new Int32Array(same(theta))[0];",
    line: 5,
    column: 8,
    words: /array of integers/,
  },
  { title: "parseInt", statements: "return parseInt(same(mu));", line: 5, column: 8, words: /parseInt/ },
  { title: "a part of a text", statements: "return 'abc'.charCodeAt(same(mu));", line: 5, column: 14, words: /index/ },
  {
    title: "a forbidden key that is put together",
    statements: "const k = 'constr' + 'uctor';\nreturn data[k];",
    line: 6,
    column: 13,
    words: /constructor as a key/,
  },
  {
    title: "a value of an earlier evaluation",
    statements: "kept.push(mu);\nreturn kept[0] * 2;",
    line: 6,
    column: 8,
    words: /kept from one evaluation/,
  },
  {
    title: "a property of nothing",
    statements: "const none = undefined;\nreturn mu * 2 + none.value;",
    line: 6,
    column: 22,
    words: /undefined/,
  },
  {
    title: "a call of what is no function",
    statements: "let f = 3;\nf += mu * 2; return -mu - (f, data.y)(mu);",
    line: 6,
    column: 38,
    words: /not a function/,
  },
  {
    title: "an array and a number",
    statements: "return mu * same(theta);",
    line: 5,
    column: 8,
    words: /an array.*one element/,
  },
  {
    title: "a name that is not in the data",
    statements: "return mu - data.missing;",
    line: 5,
    column: 8,
    words: /undefined.*name/,
  },
  {
    title: "the library's own complaint",
    statements: "const s = 1;\nreturn normal(same(theta), [1, 2], s);",
    line: 6,
    column: 8,
    words: /normal/,
  },
];

const wrapped = (statements: string) =>
  `import { normal } from "ergodic";
export const variables = { mu: [], theta: [3] };
const kept = [], same = (value) => value;
export function logDensity({ mu, theta }, data) {
${statements}
}`;

function complaintAbout(source: string): ModuleError {
  const compiled = compile(source, Object.keys(library)); // nothing is plain from the text
  try {
    const { module, data } = openModule(compiled, { n: 2, y: [1, 2, 3], names: ["a", "b"] });
    module.examine(data);
  } catch (error) {
    assert.ok(error instanceof ModuleError, String(error));
    return error;
  }
  assert.fail(`not refused: ${source}`);
}

for (const { title, statements, line, column, words } of refused) {
  Deno.test(`refused when it is met: ${title}`, () => {
    const error = complaintAbout(wrapped(statements));
    assert.match(error.message, words);
    assert.deepEqual([error.site?.line, error.site?.column], [line, column], error.message);
  });
}
