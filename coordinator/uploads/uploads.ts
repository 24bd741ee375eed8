/** Uploaded graphs on their way into the registry, one at a time: a check may take gigabytes. */
import { getLogger } from "@logtape/logtape";
import type { Direction, Hints } from "../../onnx/import/hints.ts";
import { RequestError } from "../http/problem.ts";
import { QueueFullError, ValidationError } from "../schema/errors.ts";
import type { AssetDraft } from "../store/assets.ts";
import type { StoredModel } from "../store/models.ts";
import type { Store } from "../store/store.ts";
import { probe } from "./probe.ts";
import { aboutOf, graphOf, type StoredGraph } from "./stored.ts";

const MOST_WAITING = 16; // each holds a file of up to 512 MiB
const RETRY_AFTER_SECONDS = 5;

const logger = getLogger(["ergodic", "uploads"]);

export class Uploads {
  readonly #store: Store;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Takes a graph under a name: in place of what the name stood for, or, where that is an uploaded flow of the other direction,
   * beside it. Throws ValidationError, RequestError, QueueFullError.
   */
  async take(name: string, chunks: AsyncIterable<Uint8Array>, hints: Hints): Promise<StoredModel> {
    if (this.#waiting >= MOST_WAITING) {
      throw new QueueFullError(
        `${MOST_WAITING} models are being taken, the most at a time. Send this one again.`,
        RETRY_AFTER_SECONDS,
      );
    }
    this.#waiting++;
    const draft = this.#store.assets.draft();
    try {
      for await (const chunk of chunks) await draft.write(chunk);
      await draft.close();
      const turn = this.#last.then(() => this.#check(name, draft, hints));
      this.#last = turn.catch(() => {});
      return await turn;
    } finally {
      draft.discard();
      this.#waiting--;
    }
  }

  async #check(name: string, draft: AssetDraft, hints: Hints): Promise<StoredModel> {
    const { bytes, path } = draft;
    let graph = await this.#verdict({ graph: { path, hints } }, bytes);
    const other = graph.direction && this.#otherOf(name, graph.direction);
    if (other) {
      const beside = { path: this.#store.assets.path(other.sha256), hints: other.hints };
      graph = await this.#verdict({ graph: { path, hints }, other: beside }, bytes + other.bytes);
    }
    const stored: StoredGraph = { ...graph, sha256: draft.keep(), bytes, hints };
    const graphs = other ? [stored, other].sort((a, b) => rank(a) - rank(b)) : [stored];
    const model: StoredModel = {
      name,
      kind: graph.kind,
      sha256: graphs[0].sha256,
      createdAt: this.#sameAs(name, graphs) ?? new Date().toISOString(),
      about: { graphs },
    };
    this.#store.models.put(model);
    logger.info("model {name}: {kind} of {bytes} bytes", { name, kind: graph.kind, bytes });
    return model;
  }

  async #verdict(question: Parameters<typeof probe>[0], bytes: number) {
    const verdict = await probe(question, bytes);
    if (verdict.is === "unreadable") throw new RequestError("unreadable", verdict.message);
    if (verdict.is === "wrong") throw new ValidationError([{ path: verdict.path, message: verdict.message }]);
    return verdict.graph;
  }

  /** The graph of the other direction that an uploaded flow of this name has. */
  #otherOf(name: string, direction: Direction): StoredGraph | undefined {
    const model = this.#store.models.own(name);
    if (!model || aboutOf(model).alias !== undefined || aboutOf(model).arrays) return undefined; // it is replaced
    return graphOf(model, direction === "forward" ? "inverse" : "forward");
  }

  /** When the same graphs were taken under the same name before. */
  #sameAs(name: string, graphs: readonly StoredGraph[]): string | undefined {
    const model = this.#store.models.own(name);
    return model && JSON.stringify(aboutOf(model).graphs) === JSON.stringify(graphs) ? model.createdAt : undefined;
  }
}

function rank({ direction }: StoredGraph): number {
  return direction === "forward" ? 0 : 1;
}
