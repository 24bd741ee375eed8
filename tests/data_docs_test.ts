/** The commands, data and programs of docs/data.md, as a reader would run them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { loadDataset } from "../coordinator/datasets/load.ts";
import { DataSpec } from "../coordinator/datasets/spec.ts";
import { readPng } from "./coordinator/pictures/read_png.ts";

const ROOT = join(import.meta.dirname ?? ".", "..");
const PAGE = Deno.readTextFileSync(join(ROOT, "docs/data.md"));

function blocks(language: string): string[] {
  return [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)]
    .filter(([, found]) => found === language)
    .map(([, , body]) => body);
}

async function deno(args: string[], cwd: string) {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd, env: { NO_COLOR: "1" } }).output();
  assert.equal(code, 0, `${args.join(" ")}\n${new TextDecoder().decode(stderr)}`);
}

async function inFolder(run: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.symlink(join(ROOT, "examples"), join(folder, "examples"));
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A picture of more than one shade. */
async function assertPicture(path: string) {
  const { pixels } = readPng(await Deno.readFile(path));
  assert.ok(new Set(pixels).size > 2, path);
}

Deno.test("the commands of the data page run, one after the other, and write their pictures", async () => {
  await inFolder(async (folder) => {
    const commands = blocks("sh").flatMap((block) => block.trim().split("\n"));
    assert.ok(commands.length >= 6);
    for (const command of commands) {
      const [deno_, task, name, ...words] = command.split(" ");
      assert.deepEqual([deno_, task, name], ["deno", "task", "ergodic"]);
      await deno(["run", "-A", "--quiet", join(ROOT, "main.ts"), ...words], folder);
    }
    const pictures = commands.flatMap((command) => command.match(/\w+\.png/g) ?? []);
    assert.deepEqual(pictures.length, 5);
    for (const picture of pictures) await assertPicture(join(folder, picture));
  });
});

Deno.test("the data of the data page are data", async () => {
  const specs = blocks("json").map((block) => DataSpec.parse(JSON.parse(block)));
  assert.equal(specs.length, 2);
  for (const spec of specs) assert.ok((await loadDataset(spec, [])).validationRows > 0);
});

Deno.test("the data page names every kind of data", () => {
  const kinds = DataSpec.options.map((option) => option.shape.kind.value);
  assert.ok(kinds.length > 10);
  for (const kind of kinds) assert.ok(PAGE.includes(`\`${kind}\``), kind);
});

Deno.test("the program of the data page writes its pictures", async () => {
  await inFolder(async (folder) => {
    for (const block of blocks("ts")) {
      const program = join(folder, "program.ts");
      await Deno.writeTextFile(program, block.replaceAll('"../', `"file://${ROOT}/`));
      await deno(["run", "-A", "--quiet", "--check", "--config", join(ROOT, "deno.json"), program], folder);
    }
    await assertPicture(join(folder, "sheet.png"));
    assert.match(await Deno.readTextFile(join(folder, "ink.svg")), /Ink of the letters/);
  });
});
