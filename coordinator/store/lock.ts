/** One coordinator a store: an advisory lock of the operating system, which ends with the process however that ends. */
import { join } from "node:path";
import { StoreLockedError } from "./errors.ts";

// A child process that is being started holds the files of its parent for a moment, one that was just closed too.
const ATTEMPTS = 10;
const ATTEMPT_MS = 10;

/** Takes the folder's lock within a tenth of a second or throws StoreLockedError. Closing the file releases it. */
export function lockFolder(folder: string): Deno.FsFile {
  const file = Deno.openSync(join(folder, "lock"), { create: true, write: true });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (file.tryLockSync(true)) return file;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ATTEMPT_MS);
  }
  file.close();
  throw new StoreLockedError(folder);
}
