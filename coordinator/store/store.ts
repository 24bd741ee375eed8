/**
 * The one truth: jobs, events and the index of segments in SQLite, the segments' bytes in append-only files.
 *
 *   <folder>/lock              held while a coordinator runs
 *   <folder>/ergodic.sqlite    see database.ts
 *   <folder>/jobs/<id>.draws   see record.ts
 *   <folder>/assets/<sha256>   see assets.ts
 */
import { join } from "node:path";
import { AssetFolder } from "./assets.ts";
import { Database } from "./database.ts";
import { EventLog } from "./events.ts";
import { JobTable } from "./jobs.ts";
import { lockFolder } from "./lock.ts";
import { ModelTable } from "./models.ts";
import { type SegmentKey, SegmentTable } from "./segments.ts";

export class Store {
  readonly folder: string;
  readonly jobs: JobTable;
  readonly segments: SegmentTable;
  readonly events: EventLog;
  readonly models: ModelTable;
  readonly assets: AssetFolder;
  /** Segments that were committed and that their files no longer have, found and dropped when the store was opened. */
  readonly lost: readonly SegmentKey[];
  readonly #database: Database;
  readonly #lock: Deno.FsFile;

  /**
   * Opens a folder, made where there is none. `durable` waits for the disk now and then, and before a job ends: a power
   * failure costs an unfinished job its last blocks, which are then computed again; without it a finished one too. Both
   * survive `kill -9` whole.
   * Throws StoreLockedError at once where another coordinator has it, and StoreDamagedError where the database is damaged.
   */
  static open(folder: string, { durable }: { durable: boolean }): Store {
    Deno.mkdirSync(join(folder, "jobs"), { recursive: true });
    const lock = lockFolder(folder);
    try {
      return new Store(folder, lock, durable);
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  private constructor(folder: string, lock: Deno.FsFile, durable: boolean) {
    this.folder = folder;
    this.#lock = lock;
    this.#database = new Database(folder, join(folder, "ergodic.sqlite"), durable);
    try {
      this.jobs = new JobTable(this.#database);
      this.segments = new SegmentTable(this.#database, join(folder, "jobs"), durable);
      this.events = new EventLog(this.#database);
      this.models = new ModelTable(this.#database);
      this.assets = new AssetFolder({ folder: join(folder, "assets"), durable });
      this.assets.removeDrafts();
      this.lost = this.segments.recover();
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** All changes of `work` together, or none where it throws. Transactions nest. */
  transaction<T>(work: () => T): T {
    return this.#database.transaction(work);
  }

  close(): void {
    this.#database.close();
    this.#lock.close();
  }
}
