/** The store's SQLite database: its tables, its settings, its transactions. */
import { DatabaseSync } from "node:sqlite";
import { StoreDamagedError } from "./errors.ts";

/** Each entry takes a database from the version that is its index to the next; `user_version` counts them. */
const MIGRATIONS = [
  `
  CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of submission
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    done REAL NOT NULL, -- REAL: step counts may pass 2^53
    total REAL NOT NULL,
    created_at TEXT NOT NULL,
    error TEXT, -- JSON
    stop_segments INTEGER,
    idempotency_key TEXT UNIQUE,
    body_hash TEXT,
    bytes INTEGER NOT NULL DEFAULT 0 -- the indexed end of the segment file
  ) STRICT;
  CREATE INDEX jobs_by_status ON jobs (status);
  CREATE TABLE documents ( -- apart from jobs, so that a list of jobs does not read megabytes of data
    job INTEGER NOT NULL REFERENCES jobs (number),
    kind TEXT NOT NULL, -- spec, summary
    json TEXT NOT NULL,
    PRIMARY KEY (job, kind)
  ) STRICT;
  CREATE TABLE segments (
    job INTEGER NOT NULL REFERENCES jobs (number),
    chain INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    draws INTEGER NOT NULL,
    non_finite INTEGER NOT NULL,
    PRIMARY KEY (job, chain, segment)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE decisions (
    job INTEGER NOT NULL REFERENCES jobs (number),
    segments INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    PRIMARY KEY (job, segments)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE events (
    job INTEGER NOT NULL REFERENCES jobs (number),
    id INTEGER NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL, -- JSON
    PRIMARY KEY (job, id)
  ) STRICT, WITHOUT ROWID;
`,
  `
  ALTER TABLE segments ADD COLUMN lanes INTEGER NOT NULL DEFAULT 1; -- chains that were advanced together
  CREATE TABLE models ( -- trained or uploaded, by their names
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    sha256 TEXT NOT NULL, -- of the file in the folder of assets
    created_at TEXT NOT NULL,
    about TEXT NOT NULL -- JSON
  ) STRICT, WITHOUT ROWID;
`,
  `
  ALTER TABLE jobs ADD COLUMN training INTEGER NOT NULL DEFAULT 0; -- 1: a step is an update, a draw a record of metrics
  UPDATE jobs SET training = 1 WHERE number IN (
    SELECT job FROM documents WHERE kind = 'spec' AND json_type(json, '$.train') IS NOT NULL
  );
`,
  `
  ALTER TABLE decisions ADD COLUMN shared TEXT; -- the SHA-256 of what all chains learned there, in the folder of assets
`,
  `
  ALTER TABLE segments ADD COLUMN terms TEXT; -- JSON: terms of a user's density whose gradient was not finite
`,
];

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/**
 * A connection whose transactions nest. Each survives `kill -9` from its commit on. With `durable`, those that were marked
 * by `flush` also survive a power failure, and with them all that came before; the others may then be undone, latest first,
 * which costs their computation again. Without it nothing is waited for.
 */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #folder: string;
  readonly #durable: boolean;
  #depth = 0;
  #flush = false;

  constructor(folder: string, path: string, durable: boolean) {
    this.#folder = folder;
    this.#durable = durable;
    this.#connection = this.#guard(() => new DatabaseSync(path));
    try {
      this.#guard(() => this.#prepareConnection());
    } catch (error) {
      this.#connection.close();
      throw error;
    }
  }

  /** A compiled statement; keep it. */
  prepare(sql: string): ReturnType<DatabaseSync["prepare"]> {
    return this.#connection.prepare(sql);
  }

  /** Runs `work` as one transaction, or as a part of the one around it. What it throws undoes the whole. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#depth++;
    try {
      return this.#guard(() => {
        this.#connection.exec("BEGIN IMMEDIATE");
        let result: T;
        try {
          result = work();
          this.#connection.exec("COMMIT");
        } catch (error) {
          this.#flush = false;
          // Some failures (a full disk) have rolled back already.
          if (this.#connection.isTransaction) this.#connection.exec("ROLLBACK");
          throw error;
        }
        // In NORMAL mode it is a checkpoint that syncs the log.
        if (this.#flush && this.#durable) this.#connection.exec("PRAGMA wal_checkpoint(PASSIVE)");
        this.#flush = false;
        return result;
      });
    } finally {
      this.#depth--;
    }
  }

  /** Marks the current transaction as one that has to survive a power failure. */
  flush(): void {
    this.#flush = true;
  }

  close(): void {
    this.#connection.close();
  }

  #prepareConnection(): void {
    // First of all, and by `prepare`: `exec` does not tell the code of its errors.
    const found = this.#pragma("quick_check(1)");
    if (found !== "ok") throw new StoreDamagedError(this.#folder, `its database is damaged (${found})`);
    const version = Number(this.#pragma("user_version"));
    if (version > MIGRATIONS.length) {
      throw new StoreDamagedError(
        this.#folder,
        `its database has version ${version}, this program knows those up to ${MIGRATIONS.length}`,
      );
    }
    this.#connection.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${this.#durable ? "NORMAL" : "OFF"};
      PRAGMA foreign_keys = ON;
    `);
    MIGRATIONS.slice(version).forEach((sql, i) =>
      this.transaction(() => this.#connection.exec(`${sql}; PRAGMA user_version = ${version + i + 1}`))
    );
  }

  #pragma(name: string): unknown {
    const row = this.#connection.prepare(`PRAGMA ${name}`).get();
    return row && Object.values(row)[0];
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
      if (error instanceof Error && (code === SQLITE_CORRUPT || code === SQLITE_NOTADB)) {
        throw new StoreDamagedError(this.#folder, `its database is damaged (${error.message})`, { cause: error });
      }
      throw error;
    }
  }
}
