/**
 * What every worker does: it runs one segment at a time and answers a cancel within a slice of about twenty milliseconds, unless the model itself
 * doesn't return.
 */
import * as Comlink from "comlink";
import { setImmediate } from "node:timers/promises";
import type { Helper, Sharing } from "../models/training/training.ts";
import { InputError } from "../numerics/errors.ts";
import { decodeTail, encodeBlock } from "./block.ts";
import type { Lease, SegmentError } from "./protocol.ts";
import { type AnyProcess, isBatched } from "./process.ts";
import { runBatches, runSegment, type SegmentResult } from "./segment.ts";
import type { WorkSpec } from "./work_spec.ts";

// Names that a worker of modules takes away from the code in it.
const clock = performance;

const SLICE_MS = 20; // between two looks at the messages, each of which costs about 0.1 ms
const SIGN_OF_LIFE_MS = 1_000;
const HELP_WAIT_MS = 3; // for a part of another worker's step, while no message is read
const HELP_PATIENCE_MS = 1_000; // without a part, after which a helper leaves

/** Custom error classes are lost across Comlink, so failure is a value. */
export type RunResult =
  | { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly error: SegmentError }
  | { readonly ok: "cancelled" };

/** A job that is open here. */
interface OpenJob {
  readonly process: AnyProcess;
  /** What its chains have learned together, by SHA-256: what leases name, as it comes. */
  readonly learned: Map<string, Uint8Array>;
  /** Which of it the process has now. */
  shared: string | null;
  /** Whether other workers were told that they may help. */
  offered: boolean;
  /** Steps between two looks at the messages, as it has come to be. */
  steps: number;
}

const jobs = new Map<string, OpenJob>();
/** Those that could not be opened, with why: told to their leases. */
const refused = new Map<string, SegmentError>();
/** Leases that have not ended, and those of them that are to be left off. */
const given = new Set<number>();
const cancelled = new Set<number>();
let signOfLife: () => void = () => {};
let offer: ((job: string, board: SharedArrayBuffer) => void) | null = null;
let lastSign = -Infinity;
/** Settles when the leases that came before have ended. */
let before: Promise<unknown> = Promise.resolve();

/** Makes a job's process. `get` has the assets that the spec names; `alive` is to be called now and then within steps that take long. */
export type Build = (
  spec: WorkSpec,
  get: (sha256: string) => Uint8Array,
  alive: () => void,
) => AnyProcess | Promise<AnyProcess>;

export type BaseApi = ReturnType<typeof workerApi>;

/** Does something between leases. */
export function inTurn<T>(task: () => Promise<T>): Promise<T> {
  const result = before.then(task);
  before = result.catch(() => {}); // told to the caller, and met by the lease
  return result;
}

export function workerApi(build: Build) {
  return {
    /**
     * `alive` is called about every second while steps are being made; `offerBoard` once for each job whose steps others may help with, null where
     * there are no others.
     */
    connect(alive: () => void, offerBoard: ((job: string, board: SharedArrayBuffer) => void) | null): void {
      signOfLife = alive;
      offer = offerBoard;
    },

    /** `assets` are those that the spec names, by their SHA-256. */
    open(job: string, spec: WorkSpec, assets: ReadonlyMap<string, Uint8Array>): Promise<void> {
      const get = (sha256: string) => {
        const bytes = assets.get(sha256);
        if (!bytes) throw new Error(`job ${job} came without its asset ${sha256}`);
        return bytes;
      };
      return inTurn(async () => {
        try {
          const process = await build(spec, get, alive);
          jobs.set(job, { process, learned: new Map(), shared: null, offered: false, steps: 1 });
        } catch (error) {
          refused.set(job, describe(error));
        }
      });
    },

    /** Keeps what the chains of an open job have learned together, for the leases that name it. */
    keep(job: string, sha256: string, bytes: Uint8Array): Promise<void> {
      return inTurn(() => { // after the job was opened
        jobs.get(job)?.learned.set(sha256, bytes);
        return Promise.resolve();
      });
    },

    async close(job: string): Promise<void> {
      await before; // it may be about to be opened
      const open = jobs.get(job);
      jobs.delete(job);
      refused.delete(job);
      if (!open?.process.close) return;
      await before; // a lease of it may be running
      await open.process.close();
    },

    cancel(lease: number): void {
      if (given.has(lease)) cancelled.add(lease);
    },

    /**
     * Runs a segment of an open job, after those that were given before. `checkpoint` is the tail of the block before it, null
     * for a chain's first.
     */
    run(lease: Lease, checkpoint: Uint8Array | null): Promise<RunResult> {
      given.add(lease.lease);
      const result = before.then(() => runAlone(lease, checkpoint));
      before = result;
      return result;
    },

    /** Helps with an open job that another worker runs, until a lease comes or there has been nothing to do for a while. */
    assist(job: string, board: SharedArrayBuffer): Promise<void> {
      const result = before.then(() => help(job, board));
      before = result;
      return result;
    },
  };
}

/** Never rejects. */
async function runAlone(lease: Lease, checkpoint: Uint8Array | null): Promise<RunResult> {
  await setImmediate(); // the result of the lease before is posted first
  try {
    const job = jobs.get(lease.job), fault = refused.get(lease.job);
    if (fault) return { ok: false, error: fault };
    if (!job) throw new Error(`job ${lease.job} is not open in this worker`);
    share(job, lease.shared);
    invite(lease.job, job);
    const result = await runSteps(job, lease, checkpoint);
    if (!result) return { ok: "cancelled" };
    const bytes = encodeBlock(result.block, result.state);
    return Comlink.transfer({ ok: true, bytes }, [bytes.buffer]);
  } catch (error) {
    return { ok: false, error: describe(error) };
  } finally {
    given.delete(lease.lease);
    cancelled.delete(lease.lease);
  }
}

/** Null where the lease was cancelled. */
async function runSteps(job: OpenJob, lease: Lease, checkpoint: Uint8Array | null): Promise<SegmentResult | null> {
  const { process } = job;
  const isCancelled = () => cancelled.has(lease.lease);
  if (isBatched(process)) return await inBatches(runBatches(process, lease), isCancelled);
  // The bytes come from this very process's encodeBlock, over a checked store: its state by construction.
  const state = checkpoint ? decodeTail(checkpoint).state : null;
  return await inSlices(runSegment(process, lease, state), job, isCancelled);
}

/** Gives the process what its chains had learned together before the segment that comes next. */
function share(job: OpenJob, sha256: string | null): void {
  if (job.shared === sha256) return;
  const bytes = sha256 === null ? null : job.learned.get(sha256);
  if (bytes === undefined) throw new Error(`a lease came without ${sha256}, which its chains share`);
  if (!isBatched(job.process)) job.process.share?.(bytes);
  job.shared = sha256;
}

/** Lets other workers help with the steps of a job, where its process can be helped and there are any. */
function invite(name: string, job: OpenJob): void {
  const sharing = sharingOf(job);
  if (!sharing || !offer || job.offered) return;
  job.offered = true;
  let board: SharedArrayBuffer;
  try {
    board = new SharedArrayBuffer(sharing.bytes);
  } catch (error) {
    if (error instanceof RangeError) return; // no memory for it: the worker goes on alone
    throw error;
  }
  sharing.open(board);
  offer(name, board);
}

/** Never rejects: who cannot help leaves the owner to itself. */
async function help(name: string, board: SharedArrayBuffer): Promise<void> {
  const isFree = () => given.size === 0 && jobs.has(name);
  if (!isFree()) return;
  let helper: Helper | undefined;
  try {
    helper = sharingOf(jobs.get(name))?.join(board);
    if (!helper) return;
    for (let last = clock.now(); isFree() && clock.now() - last < HELP_PATIENCE_MS;) {
      if (helper.work(HELP_WAIT_MS)) last = clock.now();
      await setImmediate();
    }
  } catch {
    // No memory, or what the owner will meet too.
  } finally {
    helper?.leave();
  }
}

function sharingOf(job: OpenJob | undefined): Sharing | undefined {
  return job && !isBatched(job.process) ? job.process.sharing : undefined;
}

/** Drives a segment to its end, null where it was cancelled on the way. */
async function inSlices<Result>(
  run: Generator<void, Result, number>,
  job: OpenJob,
  isCancelled: () => boolean,
): Promise<Result | null> {
  if (isCancelled()) return null;
  job.steps = Math.max(1, job.steps >>> 2); // another chain's may take longer
  let turn = run.next(0); // up to the first yield: the start is made, no step yet
  while (!turn.done) {
    const begin = clock.now();
    turn = run.next(job.steps);
    const elapsed = clock.now() - begin;
    if (elapsed > SLICE_MS * 2) job.steps = Math.max(1, Math.floor(job.steps * SLICE_MS / elapsed));
    else if (elapsed < SLICE_MS / 2 && !turn.done) job.steps *= 2;
    alive();
    await setImmediate();
    if (isCancelled()) return null;
  }
  return turn.value;
}

/** Drives a segment of batches to its end, null where it was cancelled on the way. */
async function inBatches<Result>(
  run: AsyncGenerator<void, Result>,
  isCancelled: () => boolean,
): Promise<Result | null> {
  for (let begin = clock.now();;) {
    if (isCancelled()) return null;
    const turn = await run.next();
    if (turn.done) return turn.value;
    if (clock.now() - begin < SLICE_MS) continue;
    alive();
    await setImmediate();
    begin = clock.now();
  }
}

/** Tells that this worker goes on, unless it has told so just now. */
function alive(): void {
  const now = clock.now();
  if (now - lastSign <= SIGN_OF_LIFE_MS) return;
  lastSign = now;
  signOfLife();
}

function describe(error: unknown): SegmentError {
  if (error instanceof InputError) {
    return { code: "model", message: error.path === "" ? error.message : `${error.path}: ${error.message}` };
  }
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}
