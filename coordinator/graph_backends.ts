/**
 * Finds out which backends for graphs the nodes of this machine have: by a process with their permissions, which a driver may take down. Once
 * in the coordinator's life, when the first job needs it; and once more when the first job asks for WebGPU, since a software adapter, which
 * nothing else is given, takes a second to be tested.
 */
import { fileURLToPath as fromFileUrl } from "node:url";
import { getLogger } from "@logtape/logtape";
import { type Asked, type Backends, expectBackends } from "../onnx/session/backends.ts";
import { nativeFolder } from "../onnx/session/runtime.ts";
import { nodePermissions } from "./engines/node_command.ts";

const DEADLINE_MS = 30_000;

const logger = getLogger(["ergodic", "backends"]);

export class GraphBackends {
  #usual: Promise<Backends> | null = null;
  #whole: Promise<Backends> | null = null;
  #found: Backends | null = null;

  /** The most that was found; null before `find` has been awaited. */
  get known(): Backends | null {
    return this.#found;
  }

  async find(asked: Asked): Promise<Backends> {
    if (asked === "webgpu") this.#whole ??= lookFor("software");
    const usual = this.#whole ?? await (this.#usual ??= lookFor());
    return this.#found = await (this.#whole ?? usual); // the whole look may have begun meanwhile: it is never replaced by less
  }
}

async function lookFor(...words: readonly "software"[]): Promise<Backends> {
  const entry = fromFileUrl(new URL("../onnx/session/probe.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--cached-only", ...nodePermissions("graphs")],
      ...[entry, nativeFolder(), ...words],
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), DEADLINE_MS);
  const { stdout } = await child.output();
  clearTimeout(timer);
  const line = new TextDecoder().decode(stdout).trimEnd().split("\n").at(-1) ?? "";
  const found = line.startsWith("{") ? expectBackends(JSON.parse(line)) : deadProbe();
  logger.info("backends for graphs: {found}", { found });
  return found;
}

/** Where it died nothing but WebAssembly is trusted. */
function deadProbe(): Backends {
  const missing = "the process that looked for backends died";
  return { webgpu: { missing }, native: { missing } };
}
