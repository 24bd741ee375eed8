/** One coordinator a store: an advisory lock of the operating system, which ends with the process however that ends. */
import { join } from "node:path";
import { StoreLockedError } from "./errors.ts";

/** Takes the folder's lock at once or throws StoreLockedError. Closing the file releases it. */
export function lockFolder(folder: string): Deno.FsFile {
  const file = Deno.openSync(join(folder, "lock"), { create: true, write: true });
  if (file.tryLockSync(true)) return file;
  file.close();
  throw new StoreLockedError(folder);
}
