/** `main.ts serve` as a process over a store that is thrown away, and the few requests that benchmarks make of it. */
const READY = /^ergodic is ready: (\S+)/m;
const POLL_MS = 25; // a quarter of a per cent of ten seconds

interface Job {
  readonly id: string;
  readonly status: string;
  readonly progress: { readonly done: number; readonly total: number };
  readonly error?: { readonly message: string };
}

export class ServiceProcess implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #store: string;

  private constructor(process: Deno.ChildProcess, store: string, readonly address: string) {
    this.#process = process;
    this.#store = store;
  }

  static async start(workers: number): Promise<ServiceProcess> {
    const store = await Deno.makeTempDir({ prefix: "ergodic-" });
    const main = new URL("../main.ts", import.meta.url).href;
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", main, "serve", "--port", "0", "--workers", `${workers}`, "--store", store],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    let printed = "";
    const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the service ended before it was ready: ${printed}`);
      printed += value;
      const ready = READY.exec(printed);
      if (ready) {
        void drain(reader);
        return new ServiceProcess(process, store, ready[1]);
      }
    }
  }

  /** Of the coordinator's process, which nodes are not part of. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Posts a job and waits for its end. Returns its id and the seconds that took. */
  async run(spec: unknown): Promise<{ id: string; seconds: number }> {
    const begin = performance.now();
    let job = await this.#request("/v1/jobs", { method: "POST", body: JSON.stringify(spec) });
    while (job.status === "queued" || job.status === "running") {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      job = await this.#request(`/v1/jobs/${job.id}`);
    }
    if (job.status !== "completed") throw new Error(`the job is ${job.status}: ${job.error?.message ?? ""}`);
    return { id: job.id, seconds: (performance.now() - begin) / 1000 };
  }

  async #request(path: string, init?: RequestInit): Promise<Job> {
    const response = await fetch(this.address + path, { ...init, headers: { "Content-Type": "application/json" } });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.#process.status;
    await Deno.remove(this.#store, { recursive: true });
  }
}

/** A pipe that nobody reads would stop the process that writes to it. */
async function drain(reader: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await reader.read()).done);
}
