/**
 * The simulated store: an append-only journal of which a crash loses what was not synced, save a beginning of it that
 * happened to reach the disk, and the table that is read from it. Every read checks the bytes.
 */
import type { Restored } from "../../coordinator/scheduler.ts";
import type { Dice } from "./dice.ts";
import type { Bytes } from "./work.ts";

export type Status = "queued" | "running" | "paused" | "completed" | "cancelled" | "failed";

export type Entry =
  | { readonly kind: "status"; readonly job: string; readonly status: Status }
  | {
    readonly kind: "decision";
    readonly job: string;
    readonly segments: number;
    readonly stop: boolean;
    readonly shared?: Bytes;
  }
  | {
    readonly kind: "block";
    readonly job: string;
    readonly chain: number;
    readonly segment: number;
    readonly bytes: Bytes;
  }
  | { readonly kind: "dropped"; readonly job: string; readonly chain: number; readonly segment: number };

/** What outlives the coordinator. */
export interface Disk {
  entries: Entry[];
  /** How many of them are synced. */
  synced: number;
  /** Blocks whose bytes went bad on the disk, by their key. */
  readonly damaged: Set<string>;
}

export interface StoredJob {
  status: Status;
  decided: number;
  stopAt: number | null;
  /** What was learned, by the segment counts of the barriers. */
  readonly shared: Map<number, Bytes>;
  /** The bytes of what is committed, by chain and segment. */
  readonly blocks: Map<string, Bytes>;
  /** Segments ever committed of each chain. */
  readonly frontiers: Map<number, number>;
}

export function key(job: string, chain: number, segment: number): string {
  return `${job}/${chain}/${segment}`;
}

export class Journal {
  readonly disk: Disk;
  readonly jobs = new Map<string, StoredJob>();

  /** Opens what a disk has. */
  constructor(disk: Disk) {
    this.disk = disk;
    disk.entries.forEach((entry) => this.#enter(entry));
  }

  append(entry: Entry): void {
    this.disk.entries.push(entry);
    this.#enter(entry);
  }

  sync(): void {
    this.disk.synced = this.disk.entries.length;
  }

  /** Commits a result after the next sync. A segment that is there already stays as it is; false where the bytes differ. */
  put(job: string, chain: number, segment: number, bytes: Bytes): boolean {
    const before = this.jobs.get(job)?.blocks.get(key(job, chain, segment));
    if (before !== undefined) return before === bytes;
    this.append({ kind: "block", job, chain, segment, bytes });
    return true;
  }

  /** A block's bytes, or null where it is lost; a block found damaged is dropped. */
  read(job: string, chain: number, segment: number): Bytes | null {
    const at = key(job, chain, segment);
    const bytes = this.jobs.get(job)?.blocks.get(at);
    if (bytes === undefined) return null;
    if (!this.disk.damaged.has(at)) return bytes;
    this.append({ kind: "dropped", job, chain, segment });
    this.sync();
    this.disk.damaged.delete(at);
    return null;
  }

  /** A job as the scheduler takes it up. */
  restore(job: string, chains: number): Restored | null {
    const stored = this.jobs.get(job);
    if (!stored || stored.status === "cancelled" || stored.status === "failed") return null;
    const { status, decided, stopAt, blocks, frontiers } = stored;
    return {
      status,
      decided,
      stopAt,
      chains: Array.from({ length: chains }, (_, chain) => {
        const frontier = frontiers.get(chain) ?? 0;
        const segments = Array.from({ length: frontier }, (_, segment) => segment);
        return { frontier, holes: segments.filter((segment) => !blocks.has(key(job, chain, segment))) };
      }),
    };
  }

  #enter(entry: Entry): void {
    if (entry.kind === "status" && !this.jobs.has(entry.job)) {
      const fresh = { decided: 0, stopAt: null, shared: new Map(), blocks: new Map(), frontiers: new Map() };
      this.jobs.set(entry.job, { ...fresh, status: entry.status });
    }
    const job = this.jobs.get(entry.job);
    if (!job) return;
    switch (entry.kind) {
      case "status":
        job.status = entry.status;
        break;
      case "decision":
        if (entry.stop) job.stopAt = entry.segments;
        else job.decided = entry.segments;
        if (entry.shared !== undefined) job.shared.set(entry.segments, entry.shared);
        break;
      case "block":
        job.blocks.set(key(entry.job, entry.chain, entry.segment), entry.bytes);
        job.frontiers.set(entry.chain, Math.max(job.frontiers.get(entry.chain) ?? 0, entry.segment + 1));
        break;
      case "dropped":
        job.blocks.delete(key(entry.job, entry.chain, entry.segment));
    }
  }
}

/** The power goes: of what was not synced a beginning survives, and the entry after it is torn, so that its checksum fails. */
export function tear(disk: Disk, dice: Dice): void {
  disk.entries.length = dice.integer(disk.synced, disk.entries.length);
  disk.synced = disk.entries.length;
}
