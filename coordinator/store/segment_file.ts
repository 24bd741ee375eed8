/**
 * Positioned reads and writes of one job's segment file. Writes go to the end that the index knows, so that what a crash
 * left behind it is written over; reads that meet the file's end come back short.
 */

/** Fills `out` from `position` on. False where the file ends before. */
export function readFully(file: Deno.FsFile, position: number, out: Uint8Array): boolean {
  file.seekSync(position, Deno.SeekMode.Start);
  let done = 0;
  while (done < out.byteLength) {
    const count = file.readSync(done === 0 ? out : out.subarray(done));
    if (count === null) return false;
    done += count;
  }
  return true;
}

export function writeFully(file: Deno.FsFile, position: number, bytes: Uint8Array): void {
  file.seekSync(position, Deno.SeekMode.Start);
  let done = 0;
  while (done < bytes.byteLength) done += file.writeSync(done === 0 ? bytes : bytes.subarray(done));
}

/** The size of a file in bytes; 0 where there is none. */
export function fileSize(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** Makes the names of a folder's new files last through a power failure. Windows has no such call and no such need. */
export function syncFolder(path: string): void {
  if (Deno.build.os === "windows") return;
  using folder = Deno.openSync(path);
  folder.syncSync();
}
