/** The commands of docs/checking.md, as a reader would run them, and that its module is the example's. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { ergodic, withFiles } from "./command_line.ts";

const ROOT = join(import.meta.dirname ?? ".", "..");
const PAGE = Deno.readTextFileSync(join(ROOT, "docs/checking.md"));
const EXAMPLE = Deno.readTextFileSync(join(ROOT, "examples/models/growth.ts"));
const DATA = join(ROOT, "examples/models/growth.data.json");

function blocks(language: string): string[] {
  return [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)]
    .filter(([, found]) => found === language)
    .map(([, , body]) => body);
}

/** What a page says without what differs by rounding or by the machine: numbers below 1, times, histograms, counts of divergences. */
function masked(text: string): string {
  return text.replace(/\d+ divergences/g, "N divergences").replace(/[\d.]+ µs|\d(\.\d+)?e-\d+|0\.\d+/g, "#")
    .replace(/[▁▂▃▄▅▆▇█ ]{15,}/g, " bars ");
}

Deno.test("the commands of the checking page run and print what the page says", async () => {
  const [check, job] = blocks("sh").map((command) => command.trim().split(" ").slice(3));
  const [expected] = blocks("text");
  const found = await ergodic(...check.map((word) => word.startsWith("examples/") ? join(ROOT, word) : word));
  assert.equal(found.code, 0, found.stderr);
  assert.equal(masked(found.stdout), masked(expected));
  const ranks = await ergodic(...job.map((word) => word.startsWith("examples/") ? join(ROOT, word) : word));
  assert.equal(ranks.code, 0, ranks.stderr);
  assert.match(ranks.stdout, /^calibrated: 200 replications, ranks among 99 draws/m);
});

Deno.test("without its log-Jacobian the page's module is found miscalibrated, as the page says, with exit status 1", async () => {
  const [, expected] = blocks("text");
  await withFiles({ "growth.ts": EXAMPLE.replace(" + sigma.logJacobian", "") }, async (path) => {
    const { code, stdout, stderr } = await ergodic("check", path("growth.ts"), "--data", DATA, "--json");
    assert.equal(code, 1, stderr);
    const { ok, calibration } = JSON.parse(stdout);
    assert.ok(ok); // gradient and transforms are right
    assert.equal(calibration.calibration.verdict, "miscalibrated");
    for (const { name, uniform } of calibration.calibration.quantities) {
      const line = expected.split("\n").find((line) => line.startsWith(`${name} `));
      if (name.endsWith("igma")) assert.ok(!uniform && line?.includes("not uniform"), name);
    }
    assert.match(stderr, /warning: .* are not uniform/);
  });
});

Deno.test("what is no module, and a number of replications that is none, are words that are wrong", async () => {
  const refused: [string[], RegExp][] = [
    [["check"], /check expects one module, found none/],
    [["check", "model.json"], /check expects one module, found model\.json/],
    [["check", join(ROOT, "examples/models/growth.ts"), "--replications", "3"], /replications/],
  ];
  for (const [words, expected] of refused) {
    const { code, stderr } = await ergodic(...words);
    assert.equal(code, 2);
    assert.match(stderr, expected);
  }
});

Deno.test("a module that does not compile is refused with its file, line and column", async () => {
  await withFiles(
    { "bad.ts": "export const dim = 1;\nexport function logDensity(x) { return Math.floor(x[0]); }" },
    async (path) => {
      const { code, stderr } = await ergodic("check", path("bad.ts"));
      assert.equal(code, 2);
      assert.match(stderr, /bad\.ts:2:40: /);
    },
  );
});

Deno.test("a prior that leaves the density's support is told with what to look for, with exit status 1", async () => {
  const source = `
export const variables = { mu: [] };
export function logDensity({ mu }, data) { return mu > 0 ? -mu : -Infinity; }
export function prior(random) { return { mu: random.normal() }; }
export function simulate(theta, random) { return { y: 0 }; }`;
  await withFiles({ "positive.ts": source }, async (path) => {
    const { code, stdout, stderr } = await ergodic("check", path("positive.ts"));
    assert.equal(code, 1, stderr);
    assert.match(stdout, /not finite at \d+ of \d+ points/);
    assert.match(stderr, /the calibration failed: .*replication \d+: the log density.*prior's support/);
  });
});

Deno.test("the module of the checking page is that of the example", () => {
  const [module] = blocks("ts");
  for (const part of module.trim().split("\n\n")) assert.ok(EXAMPLE.includes(part), part);
});
