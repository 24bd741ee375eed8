/**
 * The committed segments: their bytes in one append-only file a job, their places in the database's index. A segment is
 * committed when its index row is; what the file holds beyond the indexed end is nothing, and is written over.
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { readLayout } from "../../workers/block.ts";
import type { NonFiniteTerm } from "../../models/target.ts";
import type { Database } from "./database.ts";
import { ConflictError, LostBlockError } from "./errors.ts";
import { type DrawsLayout, type DrawsShape, groupCount, type GroupSegments } from "./layout.ts";
import { decodeRecord, encodeRecord, recordBytes } from "./record.ts";
import { fileSize, readFully, syncFolder, writeFully } from "./segment_file.ts";

/** The result of one segment. */
export interface SegmentCommit extends SegmentKey {
  /** As workers/block.ts encodes it. */
  readonly bytes: Uint8Array;
  /** Chains that it is of; 1 where absent. */
  readonly lanes?: number;
  /** Of each of them. */
  readonly draws: number;
  readonly nonFinite: number;
  readonly terms?: readonly NonFiniteTerm[] | undefined;
}

export interface SegmentKey {
  readonly job: string;
  /** The chain; of chains that are advanced together the number of their group. */
  readonly chain: number;
  readonly segment: number;
}

/** What one chain has: segments 0 … prefix − 1, and after a hole those `beyond`, in order. */
export interface CommittedChain {
  readonly prefix: number;
  readonly beyond: readonly number[];
}

interface IndexRow {
  chain: number;
  segment: number;
  offset: number;
  length: number;
  crc: number;
  draws: number;
}

const BYTES_A_TURN = 4 << 20; // a millisecond or two between which others may run
/** A sync costs as much as computing a small segment. What a power failure takes is found by its CRC and computed again. */
const COMMITS_A_SYNC = 16;
const ROW = "chain, segment, offset, length, crc, draws";

export class SegmentTable {
  readonly #database: Database;
  readonly #folder: string;
  readonly #durable: boolean;
  /** Commits of a job since its file was synced. */
  readonly #unsynced = new Map<string, number>();
  readonly #syncs = new Set<Promise<void>>();
  readonly #statements;

  /** `folder` holds the segment files. With `durable`, the disk is waited for now and then, and at `sync`. */
  constructor(database: Database, folder: string, durable: boolean) {
    this.#database = database;
    this.#folder = folder;
    this.#durable = durable;
    this.#statements = {
      job: database.prepare("SELECT number, bytes, status, stop_segments AS stop FROM jobs WHERE id = ?"),
      setEnd: database.prepare("UPDATE jobs SET bytes = :end WHERE number = :number"),
      find: database.prepare(
        `SELECT ${ROW} FROM segments WHERE job = :number AND chain = :chain AND segment = :segment`,
      ),
      all: database.prepare(`SELECT ${ROW} FROM segments WHERE job = ? ORDER BY chain, segment`),
      insert: database.prepare(
        `INSERT INTO segments (job, chain, segment, offset, length, crc, lanes, draws, non_finite, terms)
         VALUES (:number, :chain, :segment, :offset, :length, :crc, :lanes, :draws, :nonFinite, :terms)`,
      ),
      remove: database.prepare(
        "DELETE FROM segments WHERE job = :number AND chain = :chain AND segment = :segment AND offset = :offset",
      ),
      // The one way out of a terminal state: a completed job has all its draws, or it is not completed.
      reopen: database.prepare("UPDATE jobs SET status = 'running' WHERE number = ? AND status = 'completed'"),
      nonFinite: database.prepare("SELECT coalesce(sum(non_finite), 0) AS count FROM segments WHERE job = ?"),
      terms: database.prepare(
        "SELECT terms FROM segments WHERE job = ? AND terms IS NOT NULL ORDER BY segment, chain",
      ),
      draws: database.prepare(
        "SELECT coalesce(sum(lanes * draws), 0) AS count FROM segments JOIN jobs ON job = number WHERE NOT training",
      ),
      withFiles: database.prepare("SELECT id, number, bytes FROM jobs WHERE bytes > 0"),
    };
  }

  /**
   * Commits results all together: on return they survive `kill -9`, and after `sync` a power failure too. A
   * result that is there already with the same bytes is a duplicate and changes nothing. Throws ConflictError where it has
   * other bytes; nothing of the call is committed then.
   */
  commit(results: readonly SegmentCommit[]): ("committed" | "duplicate")[] {
    return this.#database.transaction(() => {
      const outcomes = new Array<"committed" | "duplicate">(results.length).fill("committed");
      for (const [job, indices] of groupByJob(results)) {
        const row = this.#job(job);
        if (!row) throw new Error(`there is no job ${job} to commit to`);
        const { number, bytes } = row;
        const path = this.path(job);
        using file = Deno.openSync(path, { create: true, read: true, write: true });
        let end = bytes;
        for (const i of indices) {
          const { chain, segment, bytes: block, lanes = 1, draws, nonFinite, terms: noted } = results[i];
          const terms = noted ? JSON.stringify(noted) : null;
          const key = { chain, segment, length: block.byteLength, crc: crc32(block) };
          const found = this.#find(number, chain, segment);
          if (found) {
            if (found.length !== key.length || found.crc !== key.crc) throw new ConflictError(job, chain, segment);
            const stored = readBlock(file, found);
            if (stored && Buffer.compare(stored, block) !== 0) throw new ConflictError(job, chain, segment);
            if (stored) {
              outcomes[i] = "duplicate";
              continue;
            }
            this.#statements.remove.run({ number, chain, segment, offset: found.offset }); // garbled: write it anew
          }
          const record = encodeRecord(key, block);
          writeFully(file, end, record);
          this.#statements.insert.run({ number, ...key, offset: end, lanes, draws, nonFinite, terms });
          end += record.byteLength;
        }
        if (end === bytes) continue;
        if (this.#durable) {
          const unsynced = (this.#unsynced.get(job) ?? 0) + 1;
          this.#unsynced.set(job, unsynced % COMMITS_A_SYNC);
          if (unsynced === COMMITS_A_SYNC) this.#syncBehind(path);
          if (bytes === 0) syncFolder(this.#folder);
        }
        this.#statements.setEnd.run({ number, end });
      }
      return outcomes;
    });
  }

  /** Has the disk take a file while others go on: what a power failure finds undone is found by its CRC and computed again. */
  #syncBehind(path: string): void {
    const file = Deno.openSync(path, { write: true });
    const sync = file.syncData().catch(() => {}).finally(() => {
      file.close();
      this.#syncs.delete(sync);
    });
    this.#syncs.add(sync);
  }

  /** Resolves once the disk has all that it was asked to take. */
  async settled(): Promise<void> {
    await Promise.all(this.#syncs);
  }

  /** Has the disk take all that was committed of a job, where the store is durable. */
  sync(job: string): void {
    if (!this.#unsynced.delete(job) || fileSize(this.path(job)) === 0) return;
    using file = Deno.openSync(this.path(job), { write: true });
    file.syncDataSync();
  }

  /** What each chain that has any segment has; the index is the chain. */
  committed(job: string, chains: number): CommittedChain[] {
    const result = Array.from({ length: chains }, () => ({ prefix: 0, beyond: [] as number[] }));
    for (const { chain, segment } of this.#rows(job)) {
      const entry = result[chain];
      if (segment === entry.prefix && entry.beyond.length === 0) entry.prefix++;
      else entry.beyond.push(segment);
    }
    return result;
  }

  /**
   * A committed segment's encoded block, checked. Throws LostBlockError where there is none, or where its bytes are damaged:
   * it is dropped then.
   */
  read(key: SegmentKey): Uint8Array {
    const { job, chain, segment } = key;
    const number = this.#job(job)?.number;
    const row = number === undefined ? undefined : this.#find(number, chain, segment);
    if (!row) throw new LostBlockError(job, chain, segment);
    const file = this.#open(job);
    try {
      const block = file && readBlock(file, row);
      if (block) return block;
    } finally {
      file?.close();
    }
    this.#drop(job, [row]);
    throw new LostBlockError(job, chain, segment);
  }

  /** The checkpoint at the end of a segment: the tail of its block, MessagePack. Throws as `read` does. */
  checkpoint(key: SegmentKey): Uint8Array {
    const block = this.read(key);
    const { tailStart, end } = readLayout(block);
    return block.slice(tailStart, end);
  }

  /** Reads and checks every block of a job, drops those that are damaged, and returns them. Lets others run between. */
  async verify(job: string): Promise<SegmentKey[]> {
    const rows = [...this.#rows(job)];
    const file = this.#open(job);
    if (!file) return this.#drop(job, rows);
    using _ = file;
    const lost: IndexRow[] = [];
    // One buffer for all: hundreds of megabytes of them would lie about until they are collected.
    const scratch = new Uint8Array(rows.reduce((most, { length }) => Math.max(most, recordBytes(length)), 0));
    let sinceYield = 0;
    for (const row of rows) {
      if (!readBlock(file, row, scratch)) lost.push(row);
      sinceYield += recordBytes(row.length);
      if (sinceYield < BYTES_A_TURN) continue;
      sinceYield = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return this.#drop(job, lost);
  }

  /**
   * Where a job's committed draws are: the beginning of every chain, up to its first hole, cut to the shortest chain. All
   * that a reader in another thread needs.
   */
  layout(job: string, shape: DrawsShape): DrawsLayout {
    const { number, status, stop } = this.#job(job) ?? { number: -1, status: "", stop: null };
    const chains: IndexRow[][] = Array.from({ length: groupCount(shape) }, () => []);
    const prefix = new Uint32Array(chains.length);
    for (const row of this.#rows(job)) {
      if (row.segment !== prefix[row.chain] || (stop !== null && row.segment >= stop)) continue;
      prefix[row.chain]++;
      if (row.draws > 0) chains[row.chain].push(row);
    }
    const lengths = chains.map((rows) => rows.reduce((sum, { draws }) => sum + draws, 0));
    return {
      ...shape,
      job,
      path: this.path(job),
      draws: Math.min(...lengths),
      complete: status === "completed",
      nonFinite: Number(this.#statements.nonFinite.get(number)?.count),
      terms: addedUp(this.#statements.terms.all(number).map(({ terms }) => JSON.parse(String(terms)))),
      segments: chains.map(toColumns),
    };
  }

  /** Draws of all chains of all jobs; records of trainings are none. */
  countDraws(): number {
    return Number(this.#statements.draws.get()?.count);
  }

  path(job: string): string {
    return join(this.#folder, `${job}.draws`);
  }

  /**
   * After a crash or a change from outside: cuts what no index row knows, drops what files no longer have, and returns
   * that. Looks at sizes alone; bytes are checked when they are read.
   */
  recover(): SegmentKey[] {
    return this.#statements.withFiles.all().flatMap((row) => {
      const { id, number, bytes } = row as { id: string; number: number; bytes: number };
      const size = fileSize(this.path(id));
      if (size > bytes) Deno.truncateSync(this.path(id), bytes);
      if (size >= bytes) return [];
      const rows = [...this.#rows(id)];
      const kept = rows.filter((row) => recordEnd(row) <= size);
      const end = kept.reduce((end, row) => Math.max(end, recordEnd(row)), 0);
      return this.#database.transaction(() => {
        this.#statements.setEnd.run({ number, end });
        return this.#drop(id, rows.filter((row) => recordEnd(row) > size));
      });
    });
  }

  /** Takes rows out of the index. Their place in the file is not used again: a reader may still be at it. */
  #drop(job: string, rows: readonly IndexRow[]): SegmentKey[] {
    const number = this.#job(job)?.number;
    if (rows.length === 0 || number === undefined) return [];
    this.#database.transaction(() => {
      this.#database.flush();
      for (const { chain, segment, offset } of rows) {
        this.#statements.remove.run({ number, chain, segment, offset });
      }
      this.#statements.reopen.run(number);
    });
    return rows.map(({ chain, segment }) => ({ job, chain, segment }));
  }

  /** The job's file for reading; null where there is none. The caller closes it. */
  #open(job: string): Deno.FsFile | null {
    try {
      return Deno.openSync(this.path(job));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  #job(id: string): { number: number; bytes: number; status: string; stop: number | null } | undefined {
    const row = this.#statements.job.get(id);
    return row as { number: number; bytes: number; status: string; stop: number | null } | undefined;
  }

  #find(number: number, chain: number, segment: number): IndexRow | undefined {
    return this.#statements.find.get({ number, chain, segment }) as IndexRow | undefined;
  }

  #rows(job: string): Iterable<IndexRow> {
    const number = this.#job(job)?.number;
    return number === undefined ? [] : this.#statements.all.iterate(number) as Iterable<unknown> as Iterable<IndexRow>;
  }
}

/** The block at an index row's place, or null where the file has other bytes there; within `scratch`, where one is given. */
function readBlock(file: Deno.FsFile, row: IndexRow, scratch?: Uint8Array): Uint8Array | null {
  const size = recordBytes(row.length);
  const record = scratch ? scratch.subarray(0, size) : new Uint8Array(size);
  return readFully(file, row.offset, record) ? decodeRecord(row, record) : null;
}

/** By their places, in the order in which segments met them. */
function addedUp(noted: readonly (readonly NonFiniteTerm[])[]): NonFiniteTerm[] {
  const terms = new Map<string, NonFiniteTerm>();
  for (const term of noted.flat()) {
    const at = `${term.line}:${term.column}`, before = terms.get(at);
    terms.set(at, before ? { ...before, count: before.count + term.count } : term);
  }
  return [...terms.values()];
}

function groupByJob(results: readonly SegmentCommit[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  results.forEach(({ job }, i) => {
    const group = groups.get(job);
    if (group) group.push(i);
    else groups.set(job, [i]);
  });
  return groups;
}

function toColumns(rows: readonly IndexRow[]): GroupSegments {
  return {
    segment: Uint32Array.from(rows, ({ segment }) => segment),
    offset: Float64Array.from(rows, ({ offset }) => offset),
    length: Uint32Array.from(rows, ({ length }) => length),
    draws: Uint32Array.from(rows, ({ draws }) => draws),
    crc: Uint32Array.from(rows, ({ crc }) => crc),
  };
}

function recordEnd({ offset, length }: IndexRow): number {
  return offset + recordBytes(length);
}
