/**
 * Runs graphs for requests that wait, in a process that may die: its memory is bounded, a run that takes too long has it killed, and
 * the next request starts another. One run at a time.
 */
import { fileURLToPath as fromFileUrl } from "node:url";
import { getLogger } from "@logtape/logtape";
import { webFolder } from "../../onnx/session/runtime.ts";
import { encodeFrame, type Frame, readFrames } from "../../workers/frames.ts";
import type { FromInference, TensorHead, ToInference } from "../../workers/inference_protocol.ts";
import { QueueFullError, StoppingError, ValidationError } from "../schema/errors.ts";
import type { GraphFile } from "../jobs.ts";

/** A tensor and its bytes, little-endian, row-major. */
export interface RawTensor {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

const SOURCES = ["workers", "onnx", "models", "numerics"];
const RUN_MS = 30_000;
const MOST_WAITING = 64; // requests; each holds a body of at most 16 MiB
const MOST_GRAPHS = 4; // open at once
const MOST_GRAPH_BYTES = 2 ** 30; // of those together
const DATA_BYTES = 6 * 2 ** 30; // of the process: four times the graphs, and what runs need
const RETRY_AFTER_SECONDS = 2;

const logger = getLogger(["ergodic", "inference"]);

export class Inference {
  #process: InferenceProcess | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  /** Rejects with ValidationError where the graph cannot run on these inputs, QueueFullError, StoppingError. */
  async run(graph: GraphFile, inputs: readonly RawTensor[], outputs: readonly string[]): Promise<RawTensor[]> {
    if (this.#waiting >= MOST_WAITING) {
      throw new QueueFullError(
        `${MOST_WAITING} runs are waiting, the most there may be. Send this one again.`,
        RETRY_AFTER_SECONDS,
      );
    }
    this.#waiting++;
    try {
      const turn = this.#last.then(() => this.#run(graph, inputs, outputs));
      this.#last = turn.catch(() => {});
      return await turn;
    } finally {
      this.#waiting--;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#process?.end();
  }

  async #run(graph: GraphFile, inputs: readonly RawTensor[], outputs: readonly string[]): Promise<RawTensor[]> {
    if (this.#closed) throw new StoppingError();
    const process = this.#process ??= new InferenceProcess();
    const answer = await process.run(graph, inputs, outputs);
    if (answer === "late" || answer === "dead") {
      this.#process = null;
      await process.end();
      if (this.#closed) throw new StoppingError();
      logger.warn("the process that runs graphs was {answer} on {sha256}", { answer, sha256: graph.sha256 });
      throw refused(
        answer === "late"
          ? `the run took more than ${RUN_MS / 1000} s and was ended. Send fewer rows.`
          : "the process that ran the graph died: it took more memory than there is for it. Send fewer rows.",
      );
    }
    const { message, payload } = answer;
    if (message.type === "failed") {
      throw refused(`onnxruntime cannot run the graph on these inputs: ${plain(message.message)}`);
    }
    let offset = 0;
    return message.outputs.map(({ bytes, ...head }) => ({ ...head, bytes: payload.subarray(offset, offset += bytes) }));
  }
}

/** One process, and the graphs that are open in it. */
class InferenceProcess {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: AsyncGenerator<Frame<FromInference>>;
  readonly #open = new Map<string, number>();

  constructor() {
    const root = (path: string) => fromFileUrl(new URL(`../../${path}`, import.meta.url));
    const readable = [...SOURCES.map(root), webFolder()];
    this.#child = new Deno.Command("sh", {
      args: [
        "-c",
        'ulimit -c 0; ulimit -d "$0"; exec "$@"',
        String(DATA_BYTES / 1024),
        Deno.execPath(),
        ...["run", "--quiet", "--no-prompt", "--cached-only", `--allow-read=${readable}`, root("workers/inference.ts")],
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#answers = readFrames<FromInference>(this.#child.stdout);
  }

  async run(
    { sha256, path, bytes }: GraphFile,
    inputs: readonly RawTensor[],
    outputs: readonly string[],
  ): Promise<Frame<FromInference> | "late" | "dead"> {
    let timer;
    const late = new Promise<"late">((resolve) => timer = setTimeout(() => resolve("late"), RUN_MS));
    try {
      await this.#expectOpen(sha256, path, bytes);
      const heads = inputs.map(({ name, type, shape, bytes }): TensorHead => ({
        name,
        type,
        shape,
        bytes: bytes.byteLength,
      }));
      this.#send({ type: "run", sha256, inputs: heads, outputs }, joined(inputs.map(({ bytes }) => bytes)));
      const answer = this.#answers.next().then(({ done, value }) => (done ? "dead" as const : value));
      answer.catch(() => {});
      return await Promise.race([answer, late]);
    } catch (error) {
      logger.error("the process that runs graphs failed: {error}", { error });
      return "dead";
    } finally {
      clearTimeout(timer);
    }
  }

  async end(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // already gone
    }
    await this.#child.status;
    await this.#input.abort().catch(() => {});
    while (!(await this.#answers.next().catch(() => ({ done: true }))).done);
  }

  /** The graph that was used longest ago goes where there are too many. */
  async #expectOpen(sha256: string, path: string, bytes: number): Promise<void> {
    const known = this.#open.delete(sha256);
    if (!known) {
      const all = () => [...this.#open.values()].reduce((sum, size) => sum + size, bytes);
      for (const [oldest] of this.#open) {
        if (this.#open.size < MOST_GRAPHS && all() <= MOST_GRAPH_BYTES) break;
        this.#open.delete(oldest);
        this.#send({ type: "close", sha256: oldest });
      }
      this.#send({ type: "open", sha256 }, await Deno.readFile(path));
    }
    this.#open.set(sha256, bytes);
  }

  #send(message: ToInference, payload?: Uint8Array): void {
    // A write fails only when the process is gone, which the end of its answers tells.
    for (const chunk of encodeFrame(message, payload)) this.#input.write(chunk).catch(() => {});
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.byteLength;
  }
  return bytes;
}

function refused(message: string): ValidationError {
  return new ValidationError([{ path: "inputs", message }]);
}

const MOST_CHARACTERS = 300;

/** The runtime's words without what they tell of its insides. */
function plain(message: string): string {
  return message.split("\n")[0].replace(/\S*\/\S+\.(cc|h|mjs|js|ts|wasm)\S*/g, "").replace(/\s+/g, " ").slice(
    0,
    MOST_CHARACTERS,
  );
}
