/**
 * Compiles the AssemblyScript sources of this folder: `philox.as` → `philox.wasm.ts` and so on, each module as base64 in a
 * TypeScript file, so that a worker without any permission can load it. The same source and compiler give
 * the same bytes; the tests compile again and compare.
 */
import { main } from "assemblyscript/asc";

export const SOURCES = ["generalized_linear", "philox"];

/** The WebAssembly module of a source of this folder. */
export async function compile(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const source = await Deno.readTextFile(new URL(`${name}.as`, import.meta.url));
  let binary: Uint8Array | null = null;
  const { error, stderr } = await main(
    [`${name}.ts`, "-o", `${name}.wasm`, "-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"],
    {
      readFile: (path) => path === `${name}.ts` ? source : null,
      writeFile(path, contents) {
        if (path === `${name}.wasm` && typeof contents !== "string") binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`${name}.as does not compile: ${stderr.toString()}`, { cause: error });
  return new Uint8Array(binary);
}

/** The TypeScript file that carries a module. */
export function carrier(name: string, binary: Uint8Array<ArrayBuffer>): string {
  const lines = binary.toBase64().match(/.{1,100}/g) ?? [];
  return `/** Compiled from ${name}.as by build.ts; not to be edited. */\n` +
    `export const module: string = [\n${lines.map((line) => `  "${line}",\n`).join("")}].join("");\n`;
}

if (import.meta.main) {
  for (const name of SOURCES) {
    await Deno.writeTextFile(new URL(`${name}.wasm.ts`, import.meta.url), carrier(name, await compile(name)));
  }
}
