/** The jobs that are open in a node, and what they are made of. */
import type { Lease } from "./protocol.ts";
import { assetsOf, type WorkSpec } from "./work_spec.ts";

export class OpenJobs {
  readonly #specs = new Map<string, WorkSpec>();
  /** By their SHA-256, while an open job names them, in its spec or in a lease. */
  readonly #assets = new Map<string, Uint8Array>();
  /** What the leases of each open job have named. */
  readonly #learned = new Map<string, Set<string>>();

  /** Keeps an asset for the job or the lease that comes next. */
  keep(sha256: string, bytes: Uint8Array): void {
    this.#assets.set(sha256, bytes);
  }

  open(job: string, spec: WorkSpec): void {
    this.#specs.set(job, spec);
    this.#learned.set(job, new Set());
  }

  /** Forgets the job, and what no other one names. */
  close(job: string): void {
    this.#specs.delete(job);
    this.#learned.delete(job);
    const named = new Set([...this.#specs.values()].flatMap(assetsOf));
    for (const learned of this.#learned.values()) for (const sha256 of learned) named.add(sha256);
    for (const sha256 of this.#assets.keys()) if (!named.has(sha256)) this.#assets.delete(sha256);
  }

  has(job: string): boolean {
    return this.#specs.has(job);
  }

  spec(job: string): WorkSpec | undefined {
    return this.#specs.get(job);
  }

  /** Keeps what a lease's chains share as long as its job is open. */
  noteShared({ job, shared }: Lease): void {
    if (shared !== null) this.#learned.get(job)?.add(shared);
  }

  asset(sha256: string): Uint8Array | undefined {
    return this.#assets.get(sha256);
  }

  /** Those that a spec names, as far as they are here. */
  assetsOf(spec: WorkSpec): Map<string, Uint8Array> {
    const bytes = (sha256: string): [string, Uint8Array][] => {
      const found = this.#assets.get(sha256);
      return found ? [[sha256, found]] : [];
    };
    return new Map(assetsOf(spec).flatMap(bytes));
  }
}
