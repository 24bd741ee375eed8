/** A process that runs rounds of a benchmark: it says that it is ready, then answers each seed with a Round. */
import { join } from "node:path";
import { tmpdir } from "node:os";
import type { LoopSpec } from "./kernel_loop.ts";

/** What one round took and where its draws are. */
export interface Round {
  readonly seconds: number;
  /** Of the gradient or of the log density, warmup included. */
  readonly evaluations: number;
  readonly chains: number;
  readonly draws: number;
  /** float64, little-endian, [variable][chain][draw]. */
  readonly file: string;
}

interface Ready {
  /** Names and versions. */
  readonly ready: string;
  readonly ceiling?: number;
}

/** Peers get one thread, as we do, and no tuning made for another machine. */
const UNSET = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"];
const THREADS = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };

export class Contestant<Answer = Round> {
  readonly #process: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string>;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;

  private constructor(process: Deno.ChildProcess, lines: AsyncGenerator<string>, readonly ready: Ready) {
    this.#process = process;
    this.#lines = lines;
    this.#requests = process.stdin.getWriter();
  }

  /** Starts the process and waits until it has compiled and loaded what it needs. */
  static async start<Answer = Round>(
    command: string,
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<Contestant<Answer>> {
    const inherited = Object.entries(Deno.env.toObject()).filter(([name]) => !UNSET.includes(name));
    const process = new Deno.Command(command, {
      args: [...args],
      env: { ...Object.fromEntries(inherited), ...THREADS, ...env },
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const lines = jsonLines(process.stdout);
    const first = await lines.next();
    if (first.done) {
      throw new Error(`${command} ${args[0]} ended before it was ready; docs/benchmarks.md says what it needs`);
    }
    return new Contestant<Answer>(process, lines, JSON.parse(first.value));
  }

  async round(seed: number): Promise<Answer> {
    await this.#requests.write(new TextEncoder().encode(`${seed}\n`));
    const answer = await this.#lines.next();
    if (answer.done) throw new Error(`${this.ready.ready} ended within a round`);
    return JSON.parse(answer.value);
  }

  async stop(): Promise<void> {
    await this.#requests.close();
    await this.#lines.return(undefined);
    await this.#process.status;
  }
}

/** Where data and draws are exchanged; it also keeps the compiled Stan models for the next run. */
export async function benchFolder(): Promise<string> {
  const folder = join(tmpdir(), "ergodic-bench");
  await Deno.mkdir(folder, { recursive: true });
  return folder;
}

/** The bare kernel loop, in a process of its own so that what the compiler learned of another model does not count. */
export async function startKernelLoop(spec: LoopSpec, folder: string): Promise<Contestant> {
  const path = join(folder, `${spec.name}.json`);
  await Deno.writeTextFile(path, JSON.stringify(spec));
  const program = new URL("kernel_loop.ts", import.meta.url).href;
  return Contestant.start(Deno.execPath(), ["run", "-A", "--quiet", program, path, folder]);
}

/** The lines that are JSON objects; compilers and samplers print others. */
async function* jsonLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines.filter((line) => line.startsWith("{"));
  }
}
