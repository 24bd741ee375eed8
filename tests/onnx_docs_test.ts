/** The commands of docs/onnx.md, as a reader would run them, in order. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Manifest } from "../onnx/export/manifest.ts";
import { Service } from "./conformance/service.ts";

const ROOT = join(import.meta.dirname ?? ".", "..");
const PAGE = Deno.readTextFileSync(join(ROOT, "docs/onnx.md"));

const ADDRESS = "http://127.0.0.1:8000";

/** Runs a command of the page; those that name an address against a service. Returns what it prints. */
async function run(command: string, folder: string, url: () => Promise<string>): Promise<string> {
  const isCurl = command.startsWith("curl ");
  assert.ok(isCurl || command.startsWith("deno task ergodic "), command);
  const here = command.includes(ADDRESS) ? command.replaceAll(ADDRESS, await url()) : command;
  const words = isCurl
    ? ["sh", "-c", here]
    : [Deno.execPath(), "run", "-A", "--quiet", join(ROOT, "main.ts"), ...here.split(" ").slice(3)];
  const [program, ...args] = words;
  const { code, stdout, stderr } = await new Deno.Command(program, { args, cwd: folder }).output();
  assert.equal(code, 0, `${command}\n${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

Deno.test("the commands of the page on ONNX train a flow, export it, import it and call it", async () => {
  const folder = await Deno.makeTempDir();
  let service: Service | undefined;
  const url = async () => (service ??= await Service.start(join(folder, "store"))).url;
  try {
    await Deno.symlink(join(ROOT, "examples"), join(folder, "examples"));
    const commands = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, body]) => body.trim().split("\n"));
    assert.ok(commands.length >= 14);
    const printed = new Map<string, string>();
    for (const command of commands) {
      const text = await run(command, folder, url);
      assert.doesNotMatch(text, /"\/problems\//, `${command}\n${text}`);
      printed.set(command, text);
    }
    const [list] = [...printed].filter(([command]) => command.includes("models list")).map(([, text]) => text);
    assert.match(list, /^moons +flow +forward\+inverse +normal/);
    const inferred = [...printed].filter(([command]) => command.includes("/infer")).map(([, text]) => JSON.parse(text));
    assert.deepEqual(inferred.map(({ outputs }) => outputs[0].name), ["x", "log_prob"]);
    assert.deepEqual(
      await Deno.readFile(join(folder, "inverse.onnx")),
      await Deno.readFile(join(folder, "moons/inverse.onnx")),
    );
    const manifest = Manifest.parse(JSON.parse(await Deno.readTextFile(join(folder, "moons/manifest.json"))));
    assert.ok(manifest.kind === "flow");
    assert.deepEqual([manifest.flow, manifest.dim, manifest.base.kind], ["real-nvp", 2, "normal"]);
  } finally {
    await service?.end("SIGTERM");
    await Deno.remove(folder, { recursive: true });
  }
});
