/** The registry: names of models, trained or uploaded, each of the bytes in the folder of assets, and names that point to these. */
import { z } from "zod";
import type { Database } from "./database.ts";

export interface StoredModel {
  readonly name: string;
  /** The kind of model that a job can sample with it: `rbm`, `boltzmann` … */
  readonly kind: string;
  /** Empty where the name points to another that may change. */
  readonly sha256: string;
  readonly createdAt: string;
  /** JSON: what it is told of beside its name. */
  readonly about: unknown;
}

const ALIAS = "alias";
const Pointer = z.object({ alias: z.string() });

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
      pointing: database.prepare("SELECT name FROM models WHERE kind = ? AND about ->> 'alias' = ? ORDER BY name"),
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

  /** What a name stands for, itself or by what it points to. */
  get(name: string): StoredModel | undefined {
    return this.#followed(this.own(name));
  }

  /** What is kept under a name, without going where it points. */
  own(name: string): StoredModel | undefined {
    const row = this.#statements.get.get(name);
    return row && toModel(row as unknown as Row);
  }

  /** In the order of their names. */
  all(): StoredModel[] {
    return this.#statements.all.all().flatMap((row) => this.#followed(toModel(row as unknown as Row)) ?? []);
  }

  /** The names that point to a name. */
  pointingTo(name: string): string[] {
    return this.#statements.pointing.all(ALIAS, name).map((row) => String(row.name));
  }

  /** Whether a name points to another, whatever that becomes. */
  isPointer(name: string): boolean {
    return this.own(name)?.kind === ALIAS;
  }

  /** Makes a name point to another one, whatever that stands for. */
  point(name: string, target: string, createdAt: string): void {
    this.put({ name, kind: ALIAS, sha256: "", createdAt, about: { alias: target } });
  }

  #followed(model: StoredModel | undefined): StoredModel | undefined {
    if (model?.kind !== ALIAS) return model;
    const { alias } = Pointer.parse(model.about);
    const target = this.own(alias); // which is no pointer itself: the coordinator makes none of those
    return target && { ...target, name: model.name, about: { ...Object(target.about), alias } };
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
