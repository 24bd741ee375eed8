/** The commands of docs/flow-draws.md, as a reader would run them, in order. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Service } from "./conformance/service.ts";

const ROOT = join(import.meta.dirname ?? ".", "..");
const PAGE = Deno.readTextFileSync(join(ROOT, "docs/flow-draws.md"));
const ADDRESS = "http://127.0.0.1:8000";

Deno.test("the commands of the page on draws train a flow, draw from it, and ask its graphs", async () => {
  const folder = await Deno.makeTempDir();
  let service: Service | undefined;
  try {
    await Deno.symlink(join(ROOT, "examples"), join(folder, "examples"));
    const answers: Record<string, unknown>[] = [];
    for (
      const command of [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, body]) => body.trim().split("\n"))
    ) {
      const isCurl = command.startsWith("curl ");
      assert.ok(isCurl || command.startsWith("deno task ergodic "), command);
      if (isCurl) service ??= await Service.start(join(folder, "store"));
      const [program, ...args] = isCurl
        ? ["sh", "-c", command.replaceAll(ADDRESS, service?.url ?? "")]
        : [Deno.execPath(), "run", "-A", "--quiet", join(ROOT, "main.ts"), ...command.split(" ").slice(3)];
      const { code, stdout, stderr } = await new Deno.Command(program, { args, cwd: folder }).output();
      const text = new TextDecoder().decode(stdout);
      assert.equal(code, 0, `${command}\n${new TextDecoder().decode(stderr)}`);
      assert.doesNotMatch(text, /"\/problems\//, `${command}\n${text}`);
      if (isCurl) answers.push(JSON.parse(text));
    }
    const [, , job, sample, logProb, encoded, back, between] = answers;
    assert.equal((await service?.ended(String(job.id)))?.status, "completed");
    assert.deepEqual(Object.keys(sample), ["x", "logProb", "seed"]);
    assert.equal((logProb.logProb as number[]).length, 2);
    assert.equal((encoded.z as number[][])[0].length, 2);
    assert.ok(Number(back.error) < 1e-4);
    assert.equal((between.x as number[][]).length, 5);
  } finally {
    await service?.end("SIGTERM");
    await Deno.remove(folder, { recursive: true });
  }
});
