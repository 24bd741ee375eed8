/** The data of trainings are read, and what was learned is kept, in a worker: no request waits for either but its own. */
import * as Comlink from "comlink";
import type { Dataset } from "../../models/data/dataset.ts";
import { QueueFullError, ValidationError } from "../schema/errors.ts";
import type { FixedTrainSpec } from "../schema/training.ts";
import { SerialWorker } from "../serial_worker.ts";
import type { AssetPlace } from "../store/assets.ts";
import type { Learned, Prepared, Result, TrainingApi, UnpreparedSpec } from "./worker.ts";

const MOST_PREPARING = 8; // each may hold a body of 16 MiB as numbers
const RETRY_AFTER_SECONDS = 2;

export class TrainingQueue {
  readonly #place: AssetPlace;
  readonly #worker = new SerialWorker<TrainingApi>(import.meta.resolve("./worker.ts"), "training");
  #preparing = 0;

  /** `place`: where assets are kept. */
  constructor(place: AssetPlace) {
    this.#place = place;
  }

  /**
   * Reads and keeps the data of a training. `rows`: those that came along, of data of kind inline or file; they are taken over. Rejects with
   * ValidationError where the data cannot be had or do not fit the model, QueueFullError where too many wait, StoppingError after
   * `close`.
   */
  async prepare(spec: UnpreparedSpec, rows: Dataset | null): Promise<Prepared> {
    if (this.#preparing >= MOST_PREPARING) {
      throw new QueueFullError(
        `the data of ${MOST_PREPARING} trainings are being read, the most at a time. Send this one again.`,
        RETRY_AFTER_SECONDS,
      );
    }
    this.#preparing++;
    try {
      const moved = rows && Comlink.transfer(rows, buffersOf(rows.values));
      return valueOf(await this.#worker.run(async (api) => await api.prepare(spec, moved, this.#place)));
    } finally {
      this.#preparing--;
    }
  }

  /** Keeps what a training has learned. `checkpoint`: its last one, encoded; it is taken over. */
  async learned(spec: FixedTrainSpec, checkpoint: Uint8Array): Promise<Learned> {
    const moved = Comlink.transfer(checkpoint, buffersOf(checkpoint));
    return valueOf(await this.#worker.run(async (api) => await api.learned(spec, moved, this.#place)));
  }

  close(): void {
    this.#worker.close();
  }
}

/** What moves with a view in place of being copied. */
function buffersOf({ buffer }: ArrayBufferView): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer ? [buffer] : [];
}

function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  if ("fault" in result) throw new ValidationError([result.fault]);
  throw new Error(`the training worker failed: ${result.message}`);
}
