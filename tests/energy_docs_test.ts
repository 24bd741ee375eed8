/** The commands of docs/energy.md, as a reader would run them. */
import assert from "node:assert/strict";
import { join } from "node:path";

const ROOT = join(import.meta.dirname ?? ".", "..");
const PAGE = Deno.readTextFileSync(join(ROOT, "docs/energy.md"));

Deno.test("every command of the page on energy models runs without a complaint that it does not explain", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const { name, isFile } of Deno.readDirSync(join(ROOT, "examples"))) {
      if (!isFile) continue;
      Deno.mkdirSync(join(folder, "examples"), { recursive: true });
      Deno.copyFileSync(join(ROOT, "examples", name), join(folder, "examples", name));
    }
    const commands = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, body]) => body.trim().split("\n"));
    assert.ok(commands.length >= 7);
    for (const command of commands) {
      assert.ok(command.startsWith("deno task ergodic "), command);
      const args = ["run", "-A", "--quiet", join(ROOT, "main.ts"), ...command.split(" ").slice(3)];
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: folder }).output();
      const text = new TextDecoder().decode(stdout);
      assert.equal(code, 0, `${command}\n${new TextDecoder().decode(stderr)}`);
      assert.match(text, /seed 1$/m, command);
      if (command.includes("log-z")) assert.match(text, /log evidence \d/);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
