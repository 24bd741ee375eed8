/** The commands of docs/onnx.md, as a reader would run them, in order. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Manifest } from "../onnx/export/manifest.ts";

const ROOT = join(import.meta.dirname ?? ".", "..");
const PAGE = Deno.readTextFileSync(join(ROOT, "docs/onnx.md"));

Deno.test("the commands of the page on ONNX train a flow and export it", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.symlink(join(ROOT, "examples"), join(folder, "examples"));
    const commands = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, body]) => body.trim().split("\n"));
    assert.ok(commands.length >= 2);
    for (const command of commands) {
      assert.ok(command.startsWith("deno task ergodic "), command);
      const args = ["run", "-A", "--quiet", join(ROOT, "main.ts"), ...command.split(" ").slice(3)];
      const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: folder }).output();
      assert.equal(code, 0, `${command}\n${new TextDecoder().decode(stderr)}`);
    }
    const manifest = Manifest.parse(JSON.parse(await Deno.readTextFile(join(folder, "moons/manifest.json"))));
    assert.ok(manifest.kind === "flow");
    assert.deepEqual([manifest.flow, manifest.dim, manifest.base.kind], ["real-nvp", 2, "normal"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
