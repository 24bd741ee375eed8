/**
 * Small questions about flows, answered by a process of its own (workers/desk.ts) in the order of their coming. It starts with the first, is
 * killed where an answer takes too long, and ends when nobody asks: what it holds is megabytes a model.
 */
import type { Assets } from "../../models/model.ts";
import { encodeFrame, type Frame, readFrames } from "../../workers/frames.ts";
import type { FromDesk, ToDesk } from "../../workers/desk.ts";
import { nodePermissions } from "../engines/node_command.ts";
import { QueueFullError, StoppingError, ValidationError } from "../schema/errors.ts";

const DEADLINE_MS = 30_000;
const IDLE_MS = 60_000;
const MOST_WAITING = 32;
const RETRY_AFTER_SECONDS = 5;
const MOST_ASSETS = 8; // that one process is given; then another begins, which gives their memory back

export type Question = Exclude<ToDesk, { type: "asset" }>;

export class Desk {
  readonly #assets: Assets;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #process: DeskProcess | null = null;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(assets: Assets) {
    this.#assets = assets;
  }

  /** `named`: the assets that the model needs. Rejects with ValidationError where the model cannot answer, QueueFullError where too many ask. */
  async ask(question: Question, named: readonly string[], rows?: Float64Array): Promise<Float64Array> {
    if (this.#waiting >= MOST_WAITING) {
      throw new QueueFullError(`${MOST_WAITING} questions are waiting, the most there may be.`, RETRY_AFTER_SECONDS);
    }
    this.#waiting++;
    const turn = this.#last.then(() => this.#answer(question, named, rows));
    this.#last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    await this.#process?.end();
  }

  async #answer(question: Question, named: readonly string[], rows: Float64Array | undefined): Promise<Float64Array> {
    if (this.#closed) throw new StoppingError();
    clearTimeout(this.#idle);
    const process = await this.#processFor(named);
    for (const sha256 of named) if (!process.given.has(sha256)) process.give(sha256, this.#assets.get(sha256));
    const timer = setTimeout(() => void process.end(), DEADLINE_MS);
    const answer = await process.ask(question, rows);
    clearTimeout(timer);
    if (this.#closed) throw new StoppingError();
    if (!answer) {
      this.#process = null;
      const message = `the model did not answer within ${
        DEADLINE_MS / 1000
      } s, or its process died. Ask for less, or make a job of it.`;
      throw new ValidationError([{ path: "name", message }]);
    }
    this.#idle = setTimeout(() => void this.#retire(), IDLE_MS);
    Deno.unrefTimer(this.#idle);
    const { message, payload } = answer;
    if (message.type === "wrong") throw new ValidationError([{ path: message.path, message: message.message }]);
    return new Float64Array(payload.slice().buffer);
  }

  async #processFor(named: readonly string[]): Promise<DeskProcess> {
    const process = this.#process;
    if (process && new Set([...process.given, ...named]).size > MOST_ASSETS) await this.#retire();
    return this.#process ??= new DeskProcess();
  }

  async #retire(): Promise<void> {
    const process = this.#process;
    this.#process = null;
    await process?.end();
  }
}

class DeskProcess {
  /** The assets that it has. */
  readonly given = new Set<string>();
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: AsyncGenerator<Frame<FromDesk>>;

  constructor() {
    const entry = new URL("../../workers/desk.ts", import.meta.url).href;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--cached-only", ...nodePermissions("graphs"), entry],
      stdin: "piped",
      stdout: "piped",
      stderr: "null", // what drivers print
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#answers = readFrames<FromDesk>(this.#child.stdout);
  }

  give(sha256: string, bytes: Uint8Array): void {
    this.given.add(sha256);
    this.#send({ type: "asset", sha256 }, bytes);
  }

  /** Null where the process ended first. */
  async ask(question: Question, rows?: Float64Array): Promise<Frame<FromDesk> | null> {
    this.#send(question, rows && new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
    const { value, done } = await this.#answers.next();
    return done ? null : value;
  }

  async end(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // already gone
    }
    await this.#child.status;
    await this.#input.abort().catch(() => {});
    await this.#answers.return(undefined);
  }

  #send(message: ToDesk, payload?: Uint8Array): void {
    // A write fails only when the process is gone, which `ask` tells.
    for (const chunk of encodeFrame(message, payload)) this.#input.write(chunk).catch(() => {});
  }
}
