/**
 * The bytes of an HDF5 file. Its library, h5wasm, writes to a file and seeks in it, so the whole is made in a temporary one
 * first. That file has no name: however this ends, kill -9 too, the system takes it back.
 */
import type { File } from "h5wasm/node";
import { CHUNK_BYTES } from "./byte_stream.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const NOTHING_YET = new Uint8Array(0);

/**
 * Runs `write`, and gives empty chunks where it yields, at each of which the library may serve other files; then the
 * file's bytes. A failure of the library (no space, no such folder) is an error.
 */
export async function* hdf5Bytes(
  write: (file: File) => Iterable<void>,
  temporaryFolder?: string,
): AsyncGenerator<Bytes, void> {
  const { file, bytes } = await openTemporary(temporaryFolder);
  try {
    try {
      for (const _ of write(file)) yield NOTHING_YET;
    } finally {
      file.close();
    }
    for (;;) {
      const chunk = new Uint8Array(CHUNK_BYTES);
      const length = await bytes.read(chunk);
      if (length === null) return;
      yield chunk.subarray(0, length);
    }
  } finally {
    // Gives the space back even where the library, after an error, holds the file; and outside of the event loop, which
    // closing a file of some GB would block.
    await bytes.truncate(0);
    bytes.close();
  }
}

async function openTemporary(folder?: string): Promise<{ file: File; bytes: Deno.FsFile }> {
  const { File, ready } = await import("h5wasm/node"); // at its first use: it takes 300 ms
  const library = await ready;
  library.activate_throwing_error_handler(); // else it prints its errors and goes on
  const temporary = await Deno.makeTempDir({ dir: folder, prefix: "ergodic-" });
  try {
    const path = `${temporary}/draws.nc`;
    // HDF5 1.10: attributes beyond 64 KiB (dimensions with thousands of variables), and it is what all readers know.
    const file = new File(path, "x", { track_order: true, libver: "v110" });
    try {
      return { file, bytes: await Deno.open(path, { read: true, write: true }) };
    } catch (error) {
      file.close();
      throw error;
    }
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}
