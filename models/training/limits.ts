/** What a training may take of the machine. What is above is refused when the training is taken, with the limit in a sentence. */
import { InputError } from "../../numerics/errors.ts";

const MOST_RECORDS = 100_000; // rows of metrics, all of which a summary reads
const MOST_STATE_MEGABYTES = 32; // of a checkpoint, which is kept every few hundred updates and which the service holds several times
const MOST_MEMORY_MEGABYTES = 1024; // beside it, of each worker
const MEGABYTE = 2 ** 20;
const MOST_WORK_AT_ONCE = 1e10; // products: some seconds in which nothing else is heard of the worker
const MOST_ESTIMATE = 1e13; // products: an hour, of which an interruption leaves nothing

export interface Length {
  /** Passes through the rows; of a part of one, the updates nearest to it. */
  readonly epochs: number;
  /** Updates between two records; an epoch where absent. */
  readonly recordEvery?: number | undefined;
}

/** Updates in all, a whole number of records, of which there is one at least. Throws InputError for too many of those. */
export function lengthOf({ epochs, recordEvery }: Length, updatesAnEpoch: number) {
  const wanted = Math.max(1, Math.round(epochs * updatesAnEpoch)),
    updatesARecord = Math.min(recordEvery ?? updatesAnEpoch, wanted);
  const records = Math.ceil(wanted / updatesARecord);
  if (records > MOST_RECORDS) {
    throw new InputError(
      recordEvery === undefined ? "epochs" : "recordEvery",
      `a training makes at most ${MOST_RECORDS} records; this one would make ${records}, one every ${updatesARecord} updates. ` +
        `Set recordEvery to ${Math.ceil(wanted / MOST_RECORDS)} or more.`,
    );
  }
  return { updatesARecord, updates: records * updatesARecord };
}

/** Throws InputError at `path` where a checkpoint would be too large. */
export function expectState(path: string, bytes: number, most = MOST_STATE_MEGABYTES): void {
  if (bytes <= most * MEGABYTE) return;
  throw new InputError(
    path,
    `parameters, their velocity, their average, the best of them, and the particles may take ${most} MB together; ` +
      `these would take ${Math.ceil(bytes / MEGABYTE)}. Use fewer units or particles.`,
  );
}

/** Throws InputError at `path` where a worker would need too much memory beside the state. */
export function expectMemory(path: string, bytes: number): void {
  if (bytes <= MOST_MEMORY_MEGABYTES * MEGABYTE) return;
  throw new InputError(
    path,
    `an update may take ${MOST_MEMORY_MEGABYTES} MB of memory; this one would take ${Math.ceil(bytes / MEGABYTE)}. ` +
      "Use smaller batches, or fewer units or particles.",
  );
}

/** Throws InputError at `path` where one update would take minutes. `what`: the product that `work` is. */
export function expectQuick(path: string, what: string, work: number, most = MOST_WORK_AT_ONCE): void {
  if (work <= most) return;
  throw new InputError(
    path,
    `${what} may be at most ${most} in an update; found ${
      work.toPrecision(3)
    }. Make updates smaller, and more of them.`,
  );
}

/** Throws InputError at `path` where what is measured at one record would take hours. `what`: the product that `work` is. */
export function expectEstimate(path: string, what: string, work: number): void {
  if (work <= MOST_ESTIMATE) return;
  throw new InputError(
    path,
    `${what} may be at most ${MOST_ESTIMATE} in a record; found ${work.toPrecision(3)}. Use fewer.`,
  );
}
