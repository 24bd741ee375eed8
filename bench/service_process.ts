/** `main.ts serve` as a process over a store that is thrown away, and the few requests that benchmarks make of it. */
const READY = /^ergodic is ready: (\S+)/m;
const COMPLETED = 'data: {"status":"completed"}';
const MOST_KEPT = 4096; // characters of logs and events, to be shown where something goes wrong

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
      stderr: "piped",
    }).spawn();
    let logged = "";
    void drain(process.stderr, (text) => logged = (logged + text).slice(-MOST_KEPT));
    const address = await new Promise<string>((resolve, reject) => {
      let printed = "";
      drain(process.stdout, (text) => {
        const ready = READY.exec(printed += text);
        if (ready) resolve(ready[1]);
      }).then(() => reject(new Error(`the service ended before it was ready: ${printed}${logged}`)));
    });
    return new ServiceProcess(process, store, address);
  }

  /** Of the coordinator's process, which nodes are not part of. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Posts a job and follows its events to the end. Returns its id and the seconds that took. */
  async run(spec: unknown): Promise<{ id: string; seconds: number }> {
    const begin = performance.now();
    const posted = await this.#request("/v1/jobs", { method: "POST", body: JSON.stringify(spec) });
    const { id }: { id: string } = await posted.json();
    const { body } = await this.#request(`/v1/jobs/${id}/events`);
    let last = "";
    if (body) await drain(body, (text) => last = (last + text).slice(-MOST_KEPT));
    if (!last.includes(COMPLETED)) throw new Error(`the job did not complete: ${last}`);
    return { id, seconds: (performance.now() - begin) / 1000 };
  }

  async #request(path: string, init?: RequestInit): Promise<Response> {
    const response = await fetch(this.address + path, { ...init, headers: { "Content-Type": "application/json" } });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.#process.status;
    await Deno.remove(this.#store, { recursive: true });
  }
}

/** A pipe that nobody reads would stop the process that writes to it. */
async function drain(pipe: ReadableStream<Uint8Array>, each: (text: string) => void): Promise<void> {
  for await (const text of pipe.pipeThrough(new TextDecoderStream())) each(text);
}
