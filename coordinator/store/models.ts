/** The registry: names of trained models, each of the bytes in the folder of assets. */
import type { Database } from "./database.ts";

export interface StoredModel {
  readonly name: string;
  /** The kind of model that a job can sample with it: `rbm`, `boltzmann` … */
  readonly kind: string;
  readonly sha256: string;
  readonly createdAt: string;
  /** JSON: what it is told of beside its name. */
  readonly about: unknown;
}

interface Row {
  name: string;
  kind: string;
  sha256: string;
  createdAt: string;
  about: string;
}

const COLUMNS = "name, kind, sha256, created_at AS createdAt, about";

export class ModelTable {
  readonly #database: Database;
  readonly #statements;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = {
      put: database.prepare(
        `INSERT INTO models (name, kind, sha256, created_at, about) VALUES (:name, :kind, :sha256, :createdAt, :about)
         ON CONFLICT DO UPDATE SET kind = excluded.kind, sha256 = excluded.sha256, created_at = excluded.created_at,
           about = excluded.about`,
      ),
      get: database.prepare(`SELECT ${COLUMNS} FROM models WHERE name = ?`),
      all: database.prepare(`SELECT ${COLUMNS} FROM models ORDER BY name`),
      count: database.prepare("SELECT count(*) AS count FROM models"),
      remove: database.prepare("DELETE FROM models WHERE name = ?"),
    };
  }

  /** A name that is taken is given to the new model; jobs that were accepted with the old one keep its bytes. */
  put({ name, kind, sha256, createdAt, about }: StoredModel): void {
    this.#database.transaction(() => {
      this.#database.flush();
      this.#statements.put.run({ name, kind, sha256, createdAt, about: JSON.stringify(about) });
    });
  }

  get(name: string): StoredModel | undefined {
    const row = this.#statements.get.get(name);
    return row && toModel(row as unknown as Row);
  }

  /** In the order of their names. */
  all(): StoredModel[] {
    return this.#statements.all.all().map((row) => toModel(row as unknown as Row));
  }

  count(): number {
    return Number(this.#statements.count.get()?.count);
  }

  /** False where there was none. */
  remove(name: string): boolean {
    return this.#statements.remove.run(name).changes > 0;
  }
}

function toModel({ about, ...row }: Row): StoredModel {
  return { ...row, about: JSON.parse(about) };
}
