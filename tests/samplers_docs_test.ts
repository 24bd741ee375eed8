/** The commands of docs/samplers.md, as a reader would run them, and what the page says of their results. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Summary } from "../coordinator/schema/summary.ts";

const ROOT = join(import.meta.dirname ?? ".", "..");
const PAGE = Deno.readTextFileSync(join(ROOT, "docs/samplers.md"));

const commands = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, body]) => body.trim().split("\n"));

async function run(command: string): Promise<Summary> {
  const [deno, task, name, ...words] = command.split(" ");
  assert.deepEqual([deno, task, name], ["deno", "task", "ergodic"]);
  const args = ["run", "-A", "--quiet", join(ROOT, "main.ts"), ...words, "--json"];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return Summary.parse(JSON.parse(new TextDecoder().decode(stdout)));
}

Deno.test("the commands of the samplers page run, without a warning, and their evidences agree", async () => {
  assert.equal(commands.length, 7);
  const found = new Map<string, Summary>();
  for (const command of commands) {
    const summary = await run(command);
    assert.deepEqual(summary.warnings, [], command);
    found.set(command.split("/").at(-1) ?? "", summary);
  }
  const evidence = (file: string) => {
    const told = found.get(`${file}.json`)?.logEvidence;
    assert.ok(told && told.value !== null && told.standardError !== null, file);
    return { value: told.value, error: told.standardError, bound: told.bound };
  };
  const agree = (a: string, b: string) => {
    const [x, y] = [evidence(a), evidence(b)];
    assert.ok(Math.abs(x.value - y.value) < 4.9 * Math.hypot(x.error, y.error), `${x.value}, ${y.value}`);
  };
  agree("eight-schools-importance", "eight-schools-ais");
  agree("rbm-ais", "rbm-reverse-ais");
  assert.deepEqual(["rbm-ais", "rbm-reverse-ais"].map((file) => evidence(file).bound), ["lower", "upper"]);
  // The mixture is normalised: its log evidence is 0, and its first mean 0.3 · −6 + 0.7 · 6.
  const smc = evidence("mixture-smc"), [x] = found.get("mixture-smc.json")?.variables ?? [];
  assert.ok(Math.abs(smc.value) < 5.5 * smc.error, `${smc.value} ± ${smc.error}`); // of eight islands: t₇ at 10⁻³
  assert.ok(x.mean !== null && Math.abs(x.mean - 2.4) < 0.3, `${x.mean}`);
  // A flow weighs the modes rightly: 5 (0.7 − 0.3), within 4.9 standard errors, two-sided 10⁻⁶; and its proposals the whole.
  const modes = found.get("two-modes-flow.json"), [first] = modes?.variables ?? [];
  assert.ok(first.mean !== null && first.mcseMean !== null && Math.abs(first.mean - 2) < 4.9 * first.mcseMean);
  assert.ok(modes?.globalMoves?.acceptRate && modes.globalMoves.acceptRate > 0.5, "most proposals are accepted");
  const flow = evidence("two-modes-flow");
  assert.ok(Math.abs(flow.value) < 4.9 * flow.error, `${flow.value} ± ${flow.error}`);
  assert.ok("khat" in (found.get("eight-schools-importance.json")?.variables[0] ?? {}));
});
