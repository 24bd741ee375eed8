/** `run model.ts`: a module and its data from the command line. */
import assert from "node:assert/strict";
import { ergodic, withFiles } from "./command_line.ts";

const MODEL = `import { normal } from "ergodic";
export const variables = { a: [], b: [2] };
export function logDensity({ a, b }, { x, y }) {
  let lp = normal(a, 0, 10) + normal(b, 0, 10);
  for (let i = 0; i < y.length; i++) lp += normal(y[i], a + b[0] * x[i][0] + b[1] * x[i][1], 1);
  return lp;
}
`;
const CSV = "x[1],x[2],y\n1,0,1.1\n0,1,1.9\n1,1,2.8\n2,1,4.2\n";
const JOB = {
  model: { kind: "module", file: "models/line.ts" },
  data: "line.csv",
  chains: 2,
  warmup: 300,
  draws: 500,
  seed: 4,
};
const FILES = {
  "models/line.ts": MODEL,
  "line.csv": CSV,
  "job.json": JSON.stringify(JOB),
  "bad.ts": MODEL.replace("a + b", "A + b"),
};

Deno.test("a module runs on a CSV file's columns, by itself or named in a job file, to the same numbers", () =>
  withFiles(FILES, async (path) => {
    const options = ["--chains", "2", "--warmup", "300", "--draws", "500", "--seed", "4", "--json"];
    const alone = await ergodic("run", path("models/line.ts"), "--data", path("line.csv"), ...options);
    assert.equal(alone.code, 0, alone.stderr);
    const summary = JSON.parse(alone.stdout);
    assert.deepEqual(summary.variables.map(({ name }: { name: string }) => name), ["a", "b[1]", "b[2]"]);
    const named = await ergodic("run", path("job.json"), "--json");
    assert.deepEqual(JSON.parse(named.stdout).variables, summary.variables);
  }));

Deno.test("what is wrong in a module is said of its file, line and column", () =>
  withFiles(FILES, async (path) => {
    const { code, stderr } = await ergodic("run", path("bad.ts"), "--data", path("line.csv"));
    assert.equal(code, 2);
    assert.match(stderr, /bad\.ts:5:57: found A, which nothing declares/);
  }));
