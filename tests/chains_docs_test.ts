/** The commands, chains and programs of docs/chains.md, as a reader would run them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { acceptChain } from "../coordinator/chains/accept.ts";
import { analyse } from "../coordinator/chains/analyse.ts";
import { chainReport } from "../coordinator/chains/report.ts";
import { Service } from "./conformance/service.ts";

const ROOT = join(import.meta.dirname ?? ".", "..");
const PAGE = Deno.readTextFileSync(join(ROOT, "docs/chains.md"));
const LIMITS = { mostStates: 2000 };

function blocks(language: string): string[] {
  return [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)]
    .filter(([, found]) => found === language)
    .map(([, , body]) => body);
}

async function deno(args: string[], cwd: string, env: Record<string, string> = {}): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd, env: { ...env, NO_COLOR: "1" } });
  const { code, stdout, stderr } = await command.output();
  assert.equal(code, 0, `${args.join(" ")}\n${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

Deno.test("the commands of the chain page print what the page says", async () => {
  const commands = blocks("sh"), printed = blocks("text");
  assert.equal(commands.length, 2);
  for (const [i, command] of commands.entries()) {
    const [deno_, task, name, ...words] = command.trim().split(" ");
    assert.deepEqual([deno_, task, name], ["deno", "task", "ergodic"]);
    assert.equal(await deno(["run", "-A", "--quiet", join(ROOT, "main.ts"), ...words], ROOT), printed[i]);
  }
});

Deno.test("the chains of the chain page are what it says of them", () => {
  const [gambler, walk] = blocks("json").map((block) => analyse(acceptChain(JSON.parse(block), LIMITS)));
  assert.deepEqual(gambler.closedClasses.map(({ states }) => states), [[0], [3]]);
  assert.ok(gambler.absorption && gambler.hitting[0].expectedSteps[0] === 0);
  const [{ detailedBalance, functions, stationary }] = walk.closedClasses;
  assert.ok(detailedBalance.reversible && functions[0].name === "place" && walk.transitions?.length === 5);
  stationary.forEach((p, i) => assert.ok(Math.abs(p - [0.1, 0.2, 0.4, 0.2, 0.1][i]) < 1e-15));
  assert.match(chainReport(walk), /reversible: detailed balance holds/);
});

Deno.test("by a random scan the machine of the example is reversible, and slower", () => {
  const example = JSON.parse(Deno.readTextFileSync(join(ROOT, "examples/chain.json")));
  const report = (scan: string) => analyse(acceptChain({ ...example, sampler: { kind: "gibbs", scan } }, LIMITS));
  const [random, systematic] = [report("random"), report("systematic")].map(({ closedClasses: [only] }) => only);
  assert.deepEqual([random, systematic].map(({ detailedBalance }) => detailedBalance.reversible), [true, false]);
  random.functions.forEach(({ autocorrelationTime }, i) => {
    const other = systematic.functions[i].autocorrelationTime;
    assert.ok(autocorrelationTime !== null && other !== null && autocorrelationTime > other);
  });
});

Deno.test("the program of the chain page runs against a service", async () => {
  const folder = await Deno.makeTempDir();
  const service = await Service.start(join(folder, "store"));
  try {
    const program = join(folder, "program.ts");
    await Deno.writeTextFile(program, blocks("ts").join("\n").replaceAll('"../', `"file://${ROOT}/`));
    const args = ["run", "-A", "--quiet", "--config", join(ROOT, "deno.json"), program];
    assert.match(await deno(args, folder, { ERGODIC_URL: service.url }), /\[ 0\.7[45]\d*, 0\.25 \] 0\.4\d* 9/);
  } finally {
    await service.end("SIGTERM");
    await Deno.remove(folder, { recursive: true });
  }
});
