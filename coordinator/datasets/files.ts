/** Where data sets lie on this machine, and their bytes. */
import { delimiter, join } from "node:path";
import { InputError } from "../../numerics/errors.ts";

const MOST_RATIO = 1032; // gzip makes nothing smaller than by this; a garbled end may tell anything

/** The folders that hold a folder for each data set: those of ERGODIC_DATA, `data` here, Debian's. */
export function dataFolders(): string[] {
  const own = Deno.env.get("ERGODIC_DATA") ?? "";
  return [...own.split(delimiter).filter((folder) => folder !== ""), "data", "/usr/share/datasets"];
}

/**
 * The inflated bytes of the files of a data set, in the order of their names, all from the first folder that has them all, each
 * as it is or with `.gz` at its end. Throws InputError (path "kind") with `advice` where no folder has.
 */
export async function readDataFiles(
  kind: string,
  names: readonly string[],
  folders: readonly string[],
  advice: string,
): Promise<Uint8Array<ArrayBuffer>[]> {
  for (const folder of folders) {
    const paths = await Promise.all(names.map((name) => findFile(join(folder, kind, name))));
    const found = paths.filter((path) => path !== null);
    if (found.length < names.length) continue;
    try {
      return await Promise.all(found.map(readInflated));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError("kind", `a file of ${kind} is damaged: ${error.message}`);
    }
  }
  throw new InputError("kind", `the data set ${kind} is not on the machine of the service. ${advice}`);
}

async function findFile(path: string): Promise<string | null> {
  for (const candidate of [path, `${path}.gz`]) {
    try {
      if ((await Deno.stat(candidate)).isFile) return candidate;
    } catch (error) {
      const absent = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
      if (!absent) throw error;
    }
  }
  return null;
}

/** The bytes of a file; of one that begins as gzip does, what it inflates to. Throws InputError where it is cut or garbled. */
export async function readInflated(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await Deno.readFile(path);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await inflated(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // what the stream throws at broken data
    throw new InputError("", `expected a whole gzip file: ${error.message}`);
  }
}

/** Into one buffer of the size that the file's end tells, so that no more than the data are ever in memory. */
async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const told = bytes.length < 18 ? 0 : new DataView(bytes.buffer).getUint32(bytes.length - 4, true);
  let out = new Uint8Array(Math.min(told, MOST_RATIO * bytes.length));
  let length = 0;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  for await (const chunk of stream) {
    if (length + chunk.length > out.length) {
      const larger = new Uint8Array(2 * (length + chunk.length));
      larger.set(out.subarray(0, length));
      out = larger;
    }
    out.set(chunk, length);
    length += chunk.length;
  }
  return length === out.length ? out : out.slice(0, length);
}
