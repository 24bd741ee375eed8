/** A pool of Web Workers, each running one segment at a time; what finds none free waits in order. */
import * as Comlink from "comlink";
import type { Lease } from "./protocol.ts";
import type { SamplingSpec } from "./sampling.ts";
import type { RunResult, WorkerApi } from "./worker.ts";

interface Member {
  readonly worker: Worker;
  readonly api: Comlink.Remote<WorkerApi>;
  readonly opened: Set<string>;
  current: number | null;
}

interface Waiting {
  readonly lease: Lease;
  readonly checkpoint: Uint8Array | null;
  readonly done: (result: RunResult) => void;
}

export class Pool {
  #members: Member[];
  #waiting: Waiting[] = [];
  #specs = new Map<string, SamplingSpec>();

  /** `alive` is told the lease of a worker that advances; `died` that a worker is lost, after which the pool is of no use. */
  constructor(size: number, alive: (lease: number) => void, died: (message: string) => void) {
    this.#members = Array.from({ length: size }, () => {
      const worker = new Worker(import.meta.resolve("./worker.ts"), {
        type: "module",
        deno: { permissions: "none" },
      });
      // An uncaught error would end this process; after it, calls to the worker never settle.
      worker.onerror = (event) => {
        event.preventDefault();
        died(event.message);
      };
      const member: Member = { worker, api: Comlink.wrap<WorkerApi>(worker), opened: new Set(), current: null };
      void member.api.connect(Comlink.proxy(() => {
        if (member.current !== null) alive(member.current);
      }));
      return member;
    });
  }

  get size(): number {
    return this.#members.length;
  }

  /** Leases that wait for a free worker. */
  get waiting(): number[] {
    return this.#waiting.map(({ lease }) => lease.lease);
  }

  open(job: string, spec: SamplingSpec): void {
    this.#specs.set(job, spec);
  }

  close(job: string): void {
    this.#specs.delete(job);
    for (const member of this.#members) {
      if (member.opened.delete(job)) void member.api.close(job);
    }
  }

  /** Runs a segment of an open job as soon as a worker is free. */
  run(lease: Lease, checkpoint: Uint8Array | null): Promise<RunResult> {
    return new Promise((done) => {
      this.#waiting.push({ lease, checkpoint, done });
      this.#dispatch();
    });
  }

  /** Stops a lease; its `run` then answers "cancelled", at once where it was waiting. */
  cancel(lease: number): void {
    const index = this.#waiting.findIndex((waiting) => waiting.lease.lease === lease);
    if (index >= 0) {
      this.#waiting.splice(index, 1)[0].done({ ok: "cancelled" });
      return;
    }
    void this.#members.find(({ current }) => current === lease)?.api.cancel();
  }

  #dispatch(): void {
    const free = this.#members.find(({ current }) => current === null);
    const next = free && this.#waiting.shift();
    if (!free || !next) return;
    free.current = next.lease.lease;
    void this.#runOn(free, next).then((result) => {
      free.current = null;
      next.done(result);
      this.#dispatch();
    });
    this.#dispatch();
  }

  async #runOn(member: Member, { lease, checkpoint }: Waiting): Promise<RunResult> {
    try {
      const spec = this.#specs.get(lease.job);
      if (!spec) throw new Error(`job ${lease.job} was leased before it was opened`);
      if (!member.opened.has(lease.job)) {
        await member.api.open(lease.job, spec);
        member.opened.add(lease.job);
      }
      return await member.api.run(lease.job, lease, checkpoint);
    } catch (error) {
      return {
        ok: false,
        error: { code: "internal", message: error instanceof Error ? error.message : String(error) },
      };
    }
  }
}
