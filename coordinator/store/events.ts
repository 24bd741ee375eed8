/** What has happened to each job, in order, for clients that follow it and for those that come back. */
import type { JobEvent } from "../jobs.ts";
import type { Database } from "./database.ts";

export class EventLog {
  readonly #statements;

  constructor(database: Database) {
    this.#statements = {
      append: database.prepare(
        `INSERT INTO events (job, id, type, data)
         SELECT number, 1 + coalesce((SELECT max(id) FROM events WHERE job = number), 0), :type, :data
         FROM jobs WHERE jobs.id = :job
         RETURNING id`,
      ),
      after: database.prepare(
        `SELECT events.id, type, data FROM events JOIN jobs ON job = number
         WHERE jobs.id = :job AND events.id > :after ORDER BY events.id LIMIT :limit`,
      ),
      last: database.prepare(
        `SELECT events.id, type, data FROM events JOIN jobs ON job = number
         WHERE jobs.id = ? ORDER BY events.id DESC LIMIT 1`,
      ),
    };
  }

  /** The event's id: 1, 2 … within the job, over restarts too. `data` is a JSON value. */
  append(job: string, type: JobEvent["type"], data: unknown): number {
    const row = this.#statements.append.get({ job, type, data: JSON.stringify(data) });
    if (!row) throw new Error(`there is no job ${job}`);
    return Number(row.id);
  }

  /** Up to `limit` events whose id is above `after`, in order. */
  after(job: string, after: number, limit: number): JobEvent[] {
    return this.#statements.after.all({ job, after, limit }).map(toEvent);
  }

  last(job: string): JobEvent | undefined {
    const row = this.#statements.last.get(job);
    return row && toEvent(row);
  }
}

function toEvent(row: Record<string, unknown>): JobEvent {
  const { id, type, data } = row as { id: number; type: JobEvent["type"]; data: string };
  return { id, type, data: JSON.parse(data) };
}
