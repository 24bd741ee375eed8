/**
 * Finds out which backends for graphs the nodes of this machine have: by a process with their permissions, which a driver may take down. Once
 * in the coordinator's life, when the first job needs it.
 */
import { fileURLToPath as fromFileUrl } from "node:url";
import { getLogger } from "@logtape/logtape";
import { type Backends, expectBackends } from "../onnx/session/backends.ts";
import { nativeFolder } from "../onnx/session/runtime.ts";
import { nodePermissions } from "./engines/node_command.ts";

const DEADLINE_MS = 30_000;

const logger = getLogger(["ergodic", "backends"]);

export class GraphBackends {
  #finding: Promise<Backends> | null = null;
  #found: Backends | null = null;

  /** What was found; null before `find` has been awaited. */
  get known(): Backends | null {
    return this.#found;
  }

  async find(): Promise<Backends> {
    this.#found = await (this.#finding ??= lookFor());
    return this.#found;
  }
}

async function lookFor(): Promise<Backends> {
  const entry = fromFileUrl(new URL("../onnx/session/probe.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--cached-only", ...nodePermissions("graphs"), entry, nativeFolder()],
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
