/** The commands of docs/posteriors.md run, and its table has every posterior. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { NAMES } from "./examples/posterior.ts";

const ROOT = join(import.meta.dirname ?? ".", "..");
const page = Deno.readTextFileSync(join(ROOT, "docs/posteriors.md"));

Deno.test("the page of posteriors names each, and its data", () => {
  const rows = [...page.matchAll(/^\| \[(\w+)\]\(\.\.\/(\S+)\).*`(\S+)`\s*\|$/gm)];
  assert.deepEqual(rows.map(([, name]) => name).toSorted(), NAMES);
  for (const [, , module, data] of rows) {
    assert.ok(Deno.statSync(join(ROOT, module)).isFile);
    assert.ok(Deno.statSync(join(ROOT, "examples/models", data)).isFile);
  }
});

Deno.test("the commands of the page of posteriors run", async () => {
  const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, body]) => body.trim().split("\n"));
  assert.ok(commands.length >= 2);
  for (const command of commands) {
    const [deno, task, name, ...words] = command.split(" ");
    assert.deepEqual([deno, task, name], ["deno", "task", "ergodic"]);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", join(ROOT, "main.ts"), ...words, "--draws", "100", "--seed", "1"],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    assert.equal(code, 0, `${command}\n${new TextDecoder().decode(stderr)}`);
    assert.match(new TextDecoder().decode(stdout), /4 chains × 100 draws/);
  }
});
