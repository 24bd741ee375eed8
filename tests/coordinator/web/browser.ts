/** Debian's Chromium, driven over its debugging protocol: one page, expressions in it, pictures of it. */
import { z } from "zod";

const START_MS = 20_000;
const COMMAND_MS = 20_000;

export function chromiumPath(): string | null {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${folder}/chromium`;
    try {
      if (Deno.statSync(path).isFile) return path;
    } catch {
      // not here
    }
  }
  return null;
}

const Message = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

export class Browser {
  /** What the page has written to its console as an error, and what it has thrown. */
  readonly errors: string[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (message: z.infer<typeof Message>) => void>();
  #last = 0;

  static async open(path: string): Promise<Browser> {
    const profile = await Deno.makeTempDir();
    const child = new Deno.Command(path, {
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--remote-debugging-port=0",
        `--user-data-dir=${profile}`,
        "about:blank",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const port = await portOf(profile);
    const targets: { type: string; webSocketDebuggerUrl: string }[] = await (await fetch(
      `http://127.0.0.1:${port}/json/list`,
    )).json();
    const url = targets.find(({ type }) => type === "page")?.webSocketDebuggerUrl;
    if (!url) throw new Error("chromium has no page");
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    const browser = new Browser(child, profile, socket);
    for (const domain of ["Page", "Runtime", "Log"]) await browser.#send(`${domain}.enable`);
    return browser;
  }

  private constructor(child: Deno.ChildProcess, profile: string, socket: WebSocket) {
    this.#child = child;
    this.#profile = profile;
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(Message.parse(JSON.parse(data)));
  }

  async go(url: string): Promise<void> {
    await this.#send("Page.navigate", { url });
    await this.until("document.readyState === 'complete'");
  }

  /** The value of an expression in the page; a promise is waited for. */
  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.#send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    const { result, exceptionDetails } = z.object({
      result: z.object({ value: z.unknown().optional() }),
      exceptionDetails: z.object({ exception: z.object({ description: z.string().optional() }).optional() }).optional(),
    }).parse(answer);
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description}`);
    return result.value;
  }

  /** Waits until an expression is true in the page. */
  async until(expression: string, withinMs = COMMAND_MS): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!(await this.evaluate(`Boolean(${expression})`))) {
      if (performance.now() > deadline) throw new Error(`in ${withinMs} ms not true in the page: ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** A PNG of the whole page in a window of the given width. */
  async picture({ width, dark = false }: { width: number; dark?: boolean }): Promise<Uint8Array> {
    const features = [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }];
    await this.#send("Emulation.setEmulatedMedia", { features });
    await this.#send("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
    const answer = await this.#send("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
    return Uint8Array.fromBase64(z.object({ data: z.string() }).parse(answer).data);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    await this.#send("Browser.close");
    await closed;
    const late = setTimeout(() => this.#child.kill("SIGKILL"), COMMAND_MS);
    await this.#child.status;
    clearTimeout(late);
    await removed(this.#profile);
  }

  #send(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${method} had no answer`)), COMMAND_MS);
      this.#waiting.set(id, ({ result, error }) => {
        clearTimeout(late);
        if (error) reject(new Error(`${method}: ${error.message}`));
        else resolve(result);
      });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  #receive(message: z.infer<typeof Message>): void {
    if (message.id !== undefined) {
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    } else if (message.method === "Runtime.exceptionThrown") this.errors.push(JSON.stringify(message.params));
    else if (message.method === "Log.entryAdded") {
      const { entry } = z.object({
        entry: z.object({ level: z.string(), text: z.string(), url: z.string().default("") }),
      }).parse(message.params);
      if (entry.level === "error") this.errors.push(`${entry.text} ${entry.url}`);
    }
  }
}

/** Chromium writes the port that it has chosen into its profile. */
async function portOf(profile: string): Promise<number> {
  const deadline = performance.now() + START_MS;
  for (;;) {
    try {
      const [port] = (await Deno.readTextFile(`${profile}/DevToolsActivePort`)).split("\n");
      if (port) return Number(port);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    if (performance.now() > deadline) throw new Error("chromium did not start");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Chromium's helpers may write into the profile for a moment after it has ended. */
async function removed(folder: string): Promise<void> {
  for (let tries = 0;; tries++) {
    try {
      return await Deno.remove(folder, { recursive: true });
    } catch (error) {
      if (tries === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
