/** The jobs: what was asked, how far each is, and the decisions taken at its barriers. */
import type { JobStatus } from "../schema/job.ts";
import type { Database } from "./database.ts";

/** A job without its documents, as lists show it. */
export interface JobHead {
  readonly id: string;
  readonly status: JobStatus;
  /** Committed steps of all chains, warmup included. */
  readonly done: number;
  readonly total: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly error?: { readonly code: string; readonly message: string };
  /** Segments of each chain after which the job stops, once that is decided. */
  readonly stopSegments?: number;
  /** The hash of the body that came with the job's idempotency key. */
  readonly bodyHash?: string;
}

export interface StoredJob extends JobHead {
  /** The spec's JSON value, as it was inserted. */
  readonly spec: unknown;
}

export interface NewJob {
  /** Letters, digits, `-` and `_`: it names the segment file. */
  readonly id: string;
  readonly spec: unknown;
  readonly status: JobStatus;
  readonly total: number;
  /** A step is an update, and a draw a record of metrics; false where absent. */
  readonly training?: boolean;
  readonly createdAt: string;
  readonly idempotencyKey?: string;
  readonly bodyHash?: string;
}

/** What changes in the life of a job; what is absent stays. */
export interface JobChange {
  readonly status?: JobStatus;
  readonly done?: number;
  readonly total?: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly stopSegments?: number;
}

/** How many jobs of a sort have a status, and how many steps those have made. */
export interface JobCount {
  readonly status: JobStatus;
  readonly training: boolean;
  readonly jobs: number;
  readonly done: number;
}

/** A barrier's decision: whether the job stops once every chain has `segments` segments, or what it goes on with. */
export interface Decision {
  readonly segments: number;
  readonly stop: boolean;
  /** The SHA-256 of what all chains share from there on, where they have learned it there. */
  readonly shared?: string;
}

const HEAD =
  "id, status, done, total, created_at AS createdAt, error, stop_segments AS stopSegments, body_hash AS bodyHash";
const UNFINISHED = "status IN ('queued', 'running', 'paused')";
const FULL = `SELECT ${HEAD}, json AS spec FROM jobs JOIN documents ON job = number AND kind = 'spec'`;

/** A row of jobs in the words of the statements above. */
interface Row {
  id: string;
  status: JobStatus;
  done: number;
  total: number;
  createdAt: string;
  error: string | null;
  stopSegments: number | null;
  bodyHash: string | null;
}

export class JobTable {
  readonly #database: Database;
  readonly #statements;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = {
      insert: database.prepare(
        `INSERT INTO jobs (id, status, done, total, training, created_at, idempotency_key, body_hash)
         VALUES (:id, :status, 0, :total, :training, :createdAt, :idempotencyKey, :bodyHash)`,
      ),
      write: database.prepare(
        `INSERT INTO documents (job, kind, json) SELECT number, :kind, :json FROM jobs WHERE id = :id
         ON CONFLICT DO UPDATE SET json = excluded.json`,
      ),
      read: database.prepare(
        "SELECT json FROM documents JOIN jobs ON job = number WHERE id = :id AND kind = :kind",
      ),
      update: database.prepare(
        `UPDATE jobs SET status = coalesce(:status, status), done = coalesce(:done, done),
           total = coalesce(:total, total), error = coalesce(:error, error),
           stop_segments = coalesce(:stopSegments, stop_segments)
         WHERE id = :id`,
      ),
      byId: database.prepare(`${FULL} WHERE id = ?`),
      byKey: database.prepare(`${FULL} WHERE idempotency_key = ?`),
      unfinished: database.prepare(`${FULL} WHERE ${UNFINISHED} ORDER BY number`),
      countUnfinished: database.prepare(`SELECT count(*) AS count FROM jobs WHERE ${UNFINISHED}`),
      specBytes: database.prepare(
        `SELECT coalesce(sum(octet_length(json)), 0) AS bytes FROM documents JOIN jobs ON job = number
         WHERE kind = 'spec' AND ${UNFINISHED}`,
      ),
      count: database.prepare(
        "SELECT status, training, count(*) AS jobs, sum(done) AS done FROM jobs GROUP BY status, training",
      ),
      numberOf: database.prepare("SELECT number FROM jobs WHERE id = ?"),
      statusOf: database.prepare("SELECT status FROM jobs WHERE id = ?"),
      page: database.prepare(
        `SELECT ${HEAD} FROM jobs WHERE number < :before ORDER BY number DESC LIMIT :limit`,
      ),
      decide: database.prepare(
        `INSERT INTO decisions (job, segments, stop, shared) SELECT number, :segments, :stop, :shared FROM jobs
         WHERE id = :id ON CONFLICT DO NOTHING`,
      ),
      decisions: database.prepare(
        "SELECT segments, stop, shared FROM decisions JOIN jobs ON job = number WHERE id = ? ORDER BY segments",
      ),
    };
  }

  /** Throws where the id or the idempotency key is taken: look it up before, in the same transaction. */
  insert(job: NewJob): void {
    const { id, spec, status, total, training = false, createdAt, idempotencyKey = null, bodyHash = null } = job;
    if (!/^[\w-]+$/.test(id)) throw new TypeError(`a job's id is letters, digits, "-" and "_", found "${id}"`);
    this.#database.transaction(() => {
      this.#database.flush();
      this.#statements.insert.run({
        id,
        status,
        total,
        training: Number(training),
        createdAt,
        idempotencyKey,
        bodyHash,
      });
      this.#statements.write.run({ id, kind: "spec", json: JSON.stringify(spec) });
    });
  }

  has(id: string): boolean {
    return this.#statements.numberOf.get(id) !== undefined;
  }

  status(id: string): JobStatus | undefined {
    const row = this.#statements.statusOf.get(id);
    return row && (row.status as JobStatus); // as it was written
  }

  get(id: string): StoredJob | undefined {
    return toJob(this.#statements.byId.get(id));
  }

  findByIdempotencyKey(key: string): StoredJob | undefined {
    return toJob(this.#statements.byKey.get(key));
  }

  /** Up to `limit` jobs, newest first, from the one after the job `before` on. Undefined where there is no such job. */
  list({ before, limit }: { before?: string; limit: number }): JobHead[] | undefined {
    let number = Number.MAX_SAFE_INTEGER;
    if (before !== undefined) {
      const row = this.#statements.numberOf.get(before);
      if (!row) return undefined;
      number = Number(row.number);
    }
    return this.#statements.page.all({ before: number, limit }).map(toHead);
  }

  /** Queued, running and paused jobs, oldest first. */
  unfinished(): StoredJob[] {
    return this.#statements.unfinished.all().map(toJob).filter((job) => job !== undefined);
  }

  countUnfinished(): number {
    return Number(this.#statements.countUnfinished.get()?.count);
  }

  /** Bytes of the specs of queued, running and paused jobs, as JSON. */
  countSpecBytes(): number {
    return Number(this.#statements.specBytes.get()?.bytes);
  }

  /** By their status and their sort; what no job has is left out. */
  count(): JobCount[] {
    return this.#statements.count.all().map(({ status, training, jobs, done }) => ({
      status: status as JobStatus, // as it was written
      training: training === 1,
      jobs: Number(jobs),
      done: Number(done),
    }));
  }

  update(id: string, change: JobChange): void {
    const { status = null, done = null, total = null, error, stopSegments = null } = change;
    this.#database.transaction(() => {
      if (status !== null) this.#database.flush();
      this.#statements.update.run({
        id,
        status,
        done,
        total,
        error: error ? JSON.stringify(error) : null,
        stopSegments,
      });
    });
  }

  /** A decision once taken stays: a second one for the same barrier changes nothing. */
  recordDecision(id: string, { segments, stop, shared }: Decision): void {
    this.#statements.decide.run({ id, segments, stop: Number(stop), shared: shared ?? null });
  }

  /** In the order of the barriers. */
  decisions(id: string): Decision[] {
    return this.#statements.decisions.all(id).map(({ segments, stop, shared }) => ({
      segments: Number(segments),
      stop: stop === 1,
      ...(shared === null ? {} : { shared: String(shared) }),
    }));
  }

  saveSummary(id: string, summary: unknown): void {
    this.#statements.write.run({ id, kind: "summary", json: JSON.stringify(summary) });
  }

  /** The JSON value that was saved last. */
  summary(id: string): unknown {
    const row = this.#statements.read.get({ id, kind: "summary" });
    return row && JSON.parse(String(row.json));
  }
}

function toHead(row: Record<string, unknown>): JobHead {
  const { id, status, done, total, createdAt, error, stopSegments, bodyHash } = row as unknown as Row;
  return {
    id,
    status,
    done,
    total,
    createdAt,
    ...(error === null ? {} : { error: JSON.parse(error) }),
    ...(stopSegments === null ? {} : { stopSegments }),
    ...(bodyHash === null ? {} : { bodyHash }),
  };
}

function toJob(row: Record<string, unknown> | undefined): StoredJob | undefined {
  return row && { ...toHead(row), spec: JSON.parse(String(row.spec)) };
}
