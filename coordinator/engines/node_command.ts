/** How a node of each kind is started: its permissions, its memory, V8's flags. */
import { fileURLToPath as fromFileUrl } from "node:url";
import { WIDE_FLAGS } from "../../numerics/wasm/wide.ts";
import { nativeFolder, runtimeFlag, webFolder } from "../../onnx/session/runtime.ts";
import type { NodeKind } from "../../workers/node_kind.ts";

/** What the process of a node of modules may take. */
export interface ModuleLimits {
  /** Of what it allocates beyond what it takes to be there: arrays of bytes and of numbers too, which V8's heap does not count. */
  readonly mebibytes: number;
  /** Of the heap of each worker. */
  readonly heapMebibytes: number;
}

/** What a process, and each worker in it, sets aside as data before it does anything, most of which is never touched (measured, in MiB). */
const RESERVED = 1200;
const RESERVED_A_WORKER = 600;

/** Of `ulimit -d`: twice the workers and one that examines, see workers/pool.ts. */
function dataKibibytes(mebibytes: number, workers: number): number {
  return 1024 * (mebibytes + RESERVED + RESERVED_A_WORKER * (2 * workers + 1));
}

/** What workers are made of; all of it stands below the coordinator in the chain of imports. */
const SOURCES = ["workers", "onnx", "models", "numerics"];

const RUN = ["run", "--quiet", "--no-prompt", "--cached-only"];

/**
 * What such a node may do: to read the workers' own sources, no other file, no network, no environment. Graphs need their runtime too, and may load
 * its native library where this process may.
 */
export function nodePermissions(kind: NodeKind): string[] {
  const sources = SOURCES.map((folder) => fromFileUrl(new URL(`../../${folder}`, import.meta.url)));
  if (kind !== "graphs") return [`--allow-read=${sources}`];
  const mayLoad = Deno.permissions.querySync({ name: "ffi", path: nativeFolder() }).state === "granted";
  return [`--allow-read=${[...sources, webFolder()]}`, ...(mayLoad ? [`--allow-ffi=${nativeFolder()}`] : [])];
}

/** How a node is started. */
export interface NodeOptions {
  readonly workers: number;
  readonly limits: ModuleLimits;
  /** How long a module may take to be compiled, opened and tried. */
  readonly examineMs: number;
  /** How long a job of a module may be expected to go on with the workers that it has before it is given another; 0: it has all at once. */
  readonly aloneMs: number;
  /**
   * V8's flags for vectors of 256 bits, with which it checks no bounds, so that nodes of our own code alone have them; none for no such vectors.
   */
  readonly wide: readonly string[];
}

/** Those of a service, which has still to say how many workers. */
export const NODE_DEFAULTS: Omit<NodeOptions, "workers"> = {
  limits: { mebibytes: 2048, heapMebibytes: 1024 },
  examineMs: 10_000,
  aloneMs: 750, // three times what a further worker costs
  wide: WIDE_FLAGS,
};

/** The flags for vectors of 256 bits of a node of a kind. */
export function wideFlags(kind: NodeKind, { wide }: NodeOptions): readonly string[] {
  return kind === "own" ? wide : [];
}

/** Starts `workers/node.ts` as a node of a kind. */
export function startNode(kind: NodeKind, options: NodeOptions): Deno.ChildProcess {
  const { workers, examineMs, aloneMs, limits: { mebibytes, heapMebibytes } } = options;
  const wide = wideFlags(kind, options);
  const entry = new URL("../../workers/node.ts", import.meta.url).href;
  const isBounded = kind === "modules";
  const flags = [
    ...wide,
    ...(isBounded ? [`--max-old-space-size=${heapMebibytes}`] : []),
    ...(kind === "graphs" ? [runtimeFlag(workers)] : []),
  ];
  const args = [
    ...RUN,
    ...(flags.length > 0 ? [`--v8-flags=${flags}`] : []),
    ...nodePermissions(kind),
    entry,
    kind,
    ...[workers, examineMs, aloneMs].map(String),
    ...(wide.length > 0 ? ["wide"] : []),
  ];
  const pipes = { stdin: "piped", stdout: "piped", stderr: isBounded ? "null" : "inherit" } as const;
  if (!isBounded) return new Deno.Command(Deno.execPath(), { args, ...pipes }).spawn();
  const bounded = [
    "-c",
    'ulimit -c 0; ulimit -d "$0"; exec "$@"',
    String(dataKibibytes(mebibytes, workers)),
    Deno.execPath(),
    ...args,
  ];
  return new Deno.Command("sh", { args: bounded, ...pipes }).spawn();
}
