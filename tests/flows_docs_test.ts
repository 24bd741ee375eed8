/** The commands of docs/flows.md, as a reader would run them, in order. */
import assert from "node:assert/strict";
import { join } from "node:path";

const ROOT = join(import.meta.dirname ?? ".", "..");
const PAGE = Deno.readTextFileSync(join(ROOT, "docs/flows.md"));

Deno.test("the commands of the page on flows train, draw and fill in, and write what they say", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.symlink(join(ROOT, "examples"), join(folder, "examples"));
    const commands = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, body]) => body.trim().split("\n"));
    assert.ok(commands.length >= 9);
    for (const command of commands) {
      assert.ok(command.startsWith("deno task ergodic "), command);
      const words = command.split(" ").slice(3);
      const args = ["run", "-A", "--quiet", join(ROOT, "main.ts"), ...words];
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: folder }).output();
      assert.equal(code, 0, `${command}\n${new TextDecoder().decode(stderr)}`);
      assert.ok(Deno.statSync(join(folder, words[words.indexOf("--out") + 1])).size > 200, command);
      if (words[0] === "train") assert.match(new TextDecoder().decode(stdout), /log_likelihood|elbo|kl/);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
