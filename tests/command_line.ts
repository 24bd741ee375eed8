/** The command line as a process of its own, and files for it. */
import { dirname, join } from "node:path";

const MAIN = join(import.meta.dirname ?? ".", "../main.ts");

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function ergodic(...words: string[]): Promise<Outcome> {
  const args = ["run", "-A", "--quiet", MAIN, ...words];
  const output = await new Deno.Command(Deno.execPath(), { args, env: { NO_COLOR: "1" } }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
}

/** A folder with files, for as long as it is used. */
export async function withFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (path: (name: string) => string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = (name: string) => join(folder, name);
  try {
    for (const [name, content] of Object.entries(files)) {
      await Deno.mkdir(dirname(path(name)), { recursive: true });
      if (typeof content === "string") await Deno.writeTextFile(path(name), content);
      else await Deno.writeFile(path(name), content);
    }
    await use(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
