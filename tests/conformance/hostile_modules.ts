/** Modules that mean harm. */
export interface Hostile {
  readonly name: string;
  readonly source: string;
  /** What is said of it, whether it is refused or its job fails; null where it harms nobody and its job completes. */
  readonly says: RegExp | null;
  /** It may complete as well: what it waits for need not come. */
  readonly mayComplete?: boolean;
}

const head = "export const dim = 2;\n";
/** A density that is as it should be. */
const fine = "export function logDensity(x) { return -(x[0] ** 2 + x[1] ** 2) / 2; }\n";
/** In a density, once it has been examined. */
const later = (harm: string, before = "") =>
  `${head}${before}const seen = [];
export function logDensity(x) {
  if (seen.length < 400) seen.push(1);
  else { ${harm} }
  return -(x[0] ** 2 + x[1] ** 2) / 2;
}
`;
const inDensity = (harm: string, before = "") =>
  `${head}${before}export function logDensity(x) { ${harm}; return -(x[0] ** 2 + x[1] ** 2) / 2; }\n`;

export const HOSTILE: readonly Hostile[] = [
  // Time
  {
    name: "loops while it loads",
    source: `${head}while (true) {}\n${fine}`,
    says: /endless loop|never ends|did not finish/,
  },
  {
    name: "loops in logDensity",
    source: inDensity("for (let i = 0; i < 1e15; i++) if (i < -1) return 0"),
    says: /endless loop|did not finish|steps/,
  },
  {
    name: "loops in generated",
    source: `${head}${fine}export function generated() { let n = 0; for (;;) n += 1; return { n }; }\n`,
    says: /endless loop|did not finish|never/,
  },
  {
    name: "loops in a getter of variables",
    source: `export const variables = { get a() { for (;;); } };\nexport function logDensity() { return 0; }\n`,
    says: /endless|did not finish|getter|get /,
  },
  {
    name: "loops where the coordinate is large",
    source:
      `${head}export function logDensity(x) { if (x[0] > 2.5) for (let i = 0; i >= 0; i += 0); return -(x[0] ** 2) / 8 - x[1] ** 2 / 2; }\n`,
    says: /no sign of life|endless loop|did not finish/,
  },
  {
    name: "loops after 400 evaluations",
    source: later("for (;;);"),
    says: /no sign of life|endless loop/,
    mayComplete: true,
  },
  // Memory
  {
    name: "grows an array while it loads",
    source: `${head}const a = [];\nfor (;;) a.push([1, 2, 3, 4]);\n${fine}`,
    says: /memory|endless|did not finish/,
  },
  {
    name: "asks for huge typed arrays",
    source: `${head}const a = [];\nfor (let i = 0; i < 1e6; i++) a.push(new Uint8Array(1e9));\n${fine}`,
    says: /memory|allocation|length|endless|Uint8Array/,
  },
  {
    name: "doubles a text",
    source: `${head}let t = "x";\nfor (let i = 0; i < 60; i++) t = t + t;\n${fine}`,
    says: /string length|memory|threw/,
  },
  { name: "repeats a text", source: `${head}const t = "x".repeat(1e12);\n${fine}`, says: /repeat|count|memory|threw/ },
  {
    name: "fills an array in logDensity",
    source: inDensity("const a = []; for (let i = 0; i < 1e12; i++) a.push({ i })"),
    says: /memory|endless|did not finish|steps/,
  },
  // The stack
  {
    name: "recurses without an end",
    source: `${head}function f(n) { return f(n + 1) + 1; }\nexport function logDensity(x) { return f(x[0]); }\n`,
    says: /recurs|stack/,
  },
  {
    name: "recurses in toString",
    source:
      `${head}const o = { toString() { return \`\${o}\`; } };\nexport function logDensity(x) { return x[0] + \`\${o}\`.length; }\n`,
    says: /recurs|stack|text|object/,
  },
  // What it gives
  {
    name: "throws a value whose message throws",
    source: inDensity("throw { get message() { throw 1; }, toString() { throw 2; } }"),
    says: /threw|get |getter/,
  },
  { name: "throws a symbol", source: inDensity('throw Symbol("x")'), says: /threw|Symbol/ },
  { name: "gives a huge message", source: inDensity('throw new Error("x".repeat(1e7))'), says: /threw/ },
  { name: "gives text for a density", source: `${head}export function logDensity() { return "1"; }\n`, says: /number/ },
  {
    name: "gives an object that turns into a number",
    source: `${head}export function logDensity() { return { valueOf() { return 1; } }; }\n`,
    says: /number/,
  },
  {
    name: "generates too many numbers",
    source: `${head}${fine}export function generated() { return { a: new Array(20_000).fill(0) }; }\n`,
    says: /at most|10000|generated/,
  },
  {
    name: "generates another shape each time",
    source: `${head}${fine}let n = 0;\nexport function generated() { n += 1; return { a: new Array(n).fill(0) }; }\n`,
    says: /generated|shape|numbers|values/,
  },
  {
    name: "names a variable like a page",
    source:
      `export const variables = { "<script>alert(1)</script>": [] };\nexport function logDensity() { return 0; }\n`,
    says: /name|variables/,
  },
  {
    name: "is finite nowhere",
    source: `${head}export function logDensity(x) { return x[0] / 0 - x[1] / 0; }\n`,
    says: /finite/,
  },
  {
    name: "counts its calls",
    source: `${head}let n = 0;\nexport function logDensity(x) { n += 1; return -(x[0] ** 2) - n * x[1] ** 2; }\n`,
    says: /two results|keeps something|once|again/,
  },
  // Its surroundings
  { name: "changes Object.prototype", source: inDensity("Object.prototype.then = 1"), says: null },
  {
    name: "replaces the iterator of arrays",
    source: inDensity("Array.prototype[Symbol.iterator] = () => ({ next: () => ({ done: true }) })"),
    says: null,
  },
  {
    name: "changes the prototype of Float64Array",
    source: inDensity("Float64Array.prototype.set = () => 0"),
    says: null,
  },
  { name: "replaces Math.exp", source: inDensity("Math.exp = () => 1"), says: null },
  {
    name: "changes its data",
    source: `${head}export function logDensity(x, data) { data.y[0] = 7; return -x[0] * x[0] - x[1] * x[1]; }\n`,
    says: /data|read only|read-only|frozen|assign/,
  },
  // Ways out
  {
    name: "makes code of text",
    source: inDensity('(() => 0)["const" + "ructor"]("return Deno")()'),
    says: /constructor|Code generation|function|threw/,
  },
  {
    name: "reaches for the constructor of a library function",
    source: `import { normal } from "ergodic";\n${
      inDensity('const key = ["con", "structor"].join(""); const F = normal[key]; F("return globalThis")()')
    }`,
    says: /constructor|not a function|threw|undefined/,
  },
  {
    name: "reaches through an error",
    source: inDensity(
      'try { null.x } catch (e) { const k = ["con", "structor"].join(""); e[k][k]("return globalThis")().Deno.exit(3) }',
    ),
    says: /constructor|Code generation|threw|undefined/,
  },
  {
    name: "reaches through its data",
    source:
      `${head}export function logDensity(x, data) { const k = ["con", "structor"].join(""); return data[k][k]("return 1")() - x[0] * x[0]; }\n`,
    says: /constructor|Code generation|threw|undefined/,
  },
  { name: "evaluates a text", source: inDensity('eval("1")'), says: /eval/ },
  { name: "reads a file", source: inDensity('Deno.readTextFileSync("/etc/passwd")'), says: /Deno/ },
  { name: "reads the environment", source: inDensity("process.env.HOME"), says: /process/ },
  { name: "imports a file", source: `import { readFileSync } from "node:fs";\n${head}${fine}`, says: /import|node:fs/ },
  { name: "imports when it runs", source: inDensity('import("node:fs")'), says: /import/ },
  { name: "fetches", source: inDensity('fetch("http://127.0.0.1:1/")'), says: /fetch/ },
  { name: "opens a socket", source: inDensity('new WebSocket("ws://127.0.0.1:1")'), says: /WebSocket/ },
  { name: "listens to other workers", source: inDensity('new BroadcastChannel("x")'), says: /BroadcastChannel/ },
  { name: "posts a forged message", source: inDensity("postMessage({ ok: true })"), says: /postMessage/ },
  { name: "asks for the time", source: inDensity("Date.now()"), says: /Date/ },
  { name: "asks for chance", source: inDensity("Math.random()"), says: /Math\.random|random/ },
];
