/** A service process for tests: started on a free port, killed, started again on the same store. */
import { join } from "node:path";

const ROOT = join(import.meta.dirname ?? ".", "../..");
const READY_MS = 20_000;

/** What of a job's view is looked at here. */
type JobSeen = Record<string, unknown> & { readonly status: string; readonly progress: { readonly done: number } };

export class Service {
  readonly url: string;
  readonly #child: Deno.ChildProcess;
  readonly #output: Promise<void>;

  /** Starts `serve` with more words; settles once it has printed its address. */
  static async start(store: string, ...words: string[]): Promise<Service> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", join(ROOT, "main.ts"), "serve", "--port", "0", "--store", store, ...words],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const deadline = setTimeout(() => child.kill("SIGKILL"), READY_MS);
    for (;;) {
      const { value, done } = await lines.read();
      if (done) throw new Error(`the service ended before it was ready; it printed: ${text}`);
      text += value;
      const url = text.match(/http:\/\/\S+/)?.[0];
      if (url && text.includes("\n")) {
        clearTimeout(deadline);
        const output = (async () => {
          while (!(await lines.read()).done);
        })();
        return new Service(url, child, output);
      }
    }
  }

  private constructor(url: string, child: Deno.ChildProcess, output: Promise<void>) {
    this.url = url;
    this.#child = child;
    this.#output = output;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Ends it by a signal and waits until it is gone. Returns its exit status. */
  async end(signal: Deno.Signal): Promise<Deno.CommandStatus> {
    try {
      this.#child.kill(signal);
    } catch {
      // already gone
    }
    await this.#output;
    return await this.#child.status;
  }

  async json(path: string, init?: RequestInit): Promise<Record<string, unknown>> {
    const response = await fetch(this.url + path, init);
    const body = await response.json();
    if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(body)}`);
    return body;
  }

  /** Posts a job and returns its id. */
  async post(spec: unknown): Promise<string> {
    const { id } = await this.json("/v1/jobs", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(spec),
    });
    return String(id);
  }

  /** Waits until some steps of a job are committed. Throws where it ends before that was seen. */
  async underWay(id: string): Promise<void> {
    const { status } = await this.#seen(id, ({ progress }) => progress.done > 0);
    if (status !== "running") throw new Error(`job ${id} was not seen under way: it is ${status}`);
  }

  /** Waits until a job has ended; returns its last view. */
  async ended(id: string, withinMs = 60_000): Promise<JobSeen> {
    return await this.#seen(id, () => false, withinMs);
  }

  /** Waits until a job is as wanted, or has ended. */
  async #seen(id: string, isWanted: (job: JobSeen) => boolean, withinMs = 60_000): Promise<JobSeen> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const job = await this.json(`/v1/jobs/${id}`) as JobSeen;
      if (isWanted(job) || ["completed", "cancelled", "failed"].includes(job.status)) return job;
      if (performance.now() > deadline) throw new Error(`job ${id} did not come so far: ${JSON.stringify(job)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** SHA-256 of a job's draws, as text of the given format. */
  async drawsHash(id: string): Promise<string> {
    const response = await fetch(`${this.url}/v1/jobs/${id}/draws?format=csv`);
    const bytes = await response.arrayBuffer();
    if (!response.ok) throw new Error(new TextDecoder().decode(bytes));
    return hex(await crypto.subtle.digest("SHA-256", bytes));
  }
}

function hex(digest: ArrayBuffer): string {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
