/** The guide's commands and programs are run as a reader would. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Service } from "./conformance/service.ts";

const ROOT = join(import.meta.dirname ?? ".", "..");

/** The fenced blocks of a page in one language; those marked `skip` are left out. */
function blocks(page: string, language: string): string[] {
  const text = Deno.readTextFileSync(join(ROOT, page));
  return [...text.matchAll(/^```(\w+)( skip)?\n([\s\S]*?)^```/gm)]
    .filter(([, found, skip]) => found === language && !skip)
    .map(([, , , body]) => body);
}

async function deno(args: string[], cwd: string, env: Record<string, string> = {}) {
  const output = await new Deno.Command(Deno.execPath(), { args, cwd, env: { ...env, NO_COLOR: "1" } }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
}

Deno.test("every command of the guide runs and prints a summary", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.symlink(join(ROOT, "examples"), join(folder, "examples"));
    const commands = blocks("docs/guide.md", "sh").flatMap((block) => block.trim().split("\n"));
    assert.ok(commands.length >= 5);
    for (const command of commands) {
      assert.ok(command.startsWith("deno task ergodic run "), command);
      const words = command.split(" ").slice(3);
      const { code, stdout, stderr } = await deno(["run", "-A", "--quiet", join(ROOT, "main.ts"), ...words], folder);
      assert.equal(code, 0, `${command}\n${stderr}`);
      assert.match(stdout, words.includes("--json") ? /"essBulk"/ : /R-hat +ESS bulk/, command);
    }
    assert.ok((await Deno.stat(join(folder, "eight-schools.nc"))).size > 100_000);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the guide's TypeScript runs against a service", async () => {
  const folder = await Deno.makeTempDir();
  const service = await Service.start(join(folder, "store"));
  try {
    for (const [i, block] of blocks("docs/guide.md", "ts").entries()) {
      const program = join(folder, `${i}.ts`);
      await Deno.writeTextFile(program, block.replaceAll('"../', `"file://${ROOT}/`));
      const args = ["run", "-A", "--quiet", "--check", "--config", join(ROOT, "deno.json"), program];
      const { code, stdout, stderr } = await deno(args, folder, { ERGODIC_URL: service.url });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /event: status/);
      assert.match(stdout, /theta\[8\]/);
    }
  } finally {
    await service.end("SIGTERM");
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the job files of the guide are accepted", async () => {
  const { acceptJob } = await import("../coordinator/accept.ts");
  const jobs = blocks("docs/guide.md", "json");
  assert.ok(jobs.length >= 2);
  for (const job of jobs) acceptJob(JSON.parse(job), () => 1);
});
