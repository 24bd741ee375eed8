/** The errors of the store. */

/** Another coordinator holds the folder. */
export class StoreLockedError extends Error {
  override name = "StoreLockedError";
  constructor(readonly folder: string) {
    super(
      `The store ${folder} is in use by another coordinator. Stop that one, or choose another folder with --store.`,
    );
  }
}

/** The database cannot be read: damaged, or written by a later version. Nothing was changed. */
export class StoreDamagedError extends Error {
  override name = "StoreDamagedError";
  constructor(readonly folder: string, readonly reason: string, options?: ErrorOptions) {
    super(
      `The store ${folder} cannot be used: ${reason}. Restore the folder from a copy, or start with an empty one.`,
      options,
    );
  }
}

/** A second result for a committed segment has other bytes than the first, which stays. */
export class ConflictError extends Error {
  override name = "ConflictError";
  constructor(readonly job: string, readonly chain: number, readonly segment: number) {
    super(
      `Job ${job}: segment ${segment} of chain ${chain} is committed and a second result for it has other bytes. ` +
        "The first is kept. The nodes differ in what fixes rounding, or one of them is faulty.",
    );
  }
}

/** A block that was committed is missing, cut or garbled: it is to be computed again. */
export class LostBlockError extends Error {
  override name = "LostBlockError";
  constructor(readonly job: string, readonly chain: number, readonly segment: number) {
    super(`Job ${job}: segment ${segment} of chain ${chain} is missing from the store, or its bytes are damaged.`);
  }
}
