/**
 * Compiles the AssemblyScript sources of this folder: `philox.as` → `philox.wasm.ts` and so on, each module as base64 in a
 * TypeScript file, so that a worker without any permission can load it. The same source and compiler give
 * the same bytes; the tests compile again and compare.
 */
import { main } from "assemblyscript/asc";

interface Build {
  /** The source, where it is not named as the module. */
  readonly source?: string;
  readonly flags?: readonly string[];
}

/** Modules that share one memory import it. */
const SHARED_MEMORY = ["--importMemory"];

/** Every module of this folder. */
export const MODULES: Readonly<Record<string, Build>> = {
  affine: { flags: SHARED_MEMORY },
  arithmetic: { flags: SHARED_MEMORY },
  elementwise: { flags: SHARED_MEMORY },
  gemm: { flags: SHARED_MEMORY },
  // Fused multiply-adds round differently on processors without them: a build, and a numeric class, of its own.
  gemm_relaxed: { source: "gemm", flags: [...SHARED_MEMORY, "--enable", "relaxed-simd"] },
  generalized_linear: {},
  ising_lattice: {},
  logistic: {},
  matrix_vector: {},
  normals: {},
  patches: { flags: SHARED_MEMORY },
  philox: {},
  row_sum: { flags: SHARED_MEMORY },
  single_site: {},
};

/** The WebAssembly module of that name. */
export async function compile(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const { source = name, flags = [] } = MODULES[name];
  let binary: Uint8Array | null = null;
  const { error, stderr } = await main(
    [`${source}.ts`, "-o", "out.wasm", "-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", ...flags],
    {
      readFile: readSource,
      writeFile(path, contents) {
        if (path === "out.wasm" && typeof contents !== "string") binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`${source}.as does not compile: ${stderr.toString()}`, { cause: error });
  return new Uint8Array(binary);
}

/** A source by the name that the compiler gives it: `philox_rows.ts` is philox_rows.as here, and whatever it does not find is its own. */
function readSource(path: string): string | null {
  if (!/^\w+\.ts$/.test(path)) return null;
  try {
    return Deno.readTextFileSync(new URL(path.replace(/ts$/, "as"), import.meta.url));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** The TypeScript file that carries a module. */
export function carrier(name: string, binary: Uint8Array<ArrayBuffer>): string {
  const lines = binary.toBase64().match(/.{1,100}/g) ?? [];
  return `/** Compiled from ${MODULES[name].source ?? name}.as by build.ts; not to be edited. */\n` +
    `export const module: string = [\n${lines.map((line) => `  "${line}",\n`).join("")}].join("");\n`;
}

if (import.meta.main) {
  const names = Deno.args.length > 0 ? Deno.args : Object.keys(MODULES);
  for (const name of names) {
    await Deno.writeTextFile(new URL(`${name}.wasm.ts`, import.meta.url), carrier(name, await compile(name)));
  }
}
