/** A node: a process that hosts a pool of workers, driven over its standard input and output. */
import { later } from "../numerics/later.ts";
import { encodeFrame, readFrames } from "./frames.ts";
import { type NodeKind, WRONG_VECTORS } from "./node_kind.ts";
import { Pool, type PoolOptions } from "./pool.ts";
import type { FromNode, ToNode } from "./protocol.ts";

export interface NodeSettings extends Pick<PoolOptions, "aloneMs" | "first"> {
  readonly kind: NodeKind;
  readonly workers: number;
  /** How long a module may take to be compiled, opened and tried. */
  readonly examineMs: number;
  /** V8 makes vectors of 256 bits. Then the kernels are tried first, and the process ends where they compute something else. */
  readonly mayBeWide: boolean;
}

const SIGN_OF_LIFE_MS = 1_000;

const output = Deno.stdout.writable.getWriter();

/** Does what it is told until its input ends, so that it does not outlive its coordinator. */
export async function serveNode({ kind, workers, examineMs, mayBeWide, ...options }: NodeSettings): Promise<void> {
  const isWide = mayBeWide && await tryWide();
  const pool = new Pool(
    kind,
    workers,
    { ...options, isWide },
    (lease) => send({ type: "alive", leases: [lease] }),
    (message) => {
      console.error(`a worker died: ${message}`);
      Deno.exit(1);
    },
  );
  send({ type: "ready", workers: pool.size });
  setInterval(() => {
    const leases = pool.waiting;
    if (leases.length > 0) send({ type: "alive", leases });
  }, SIGN_OF_LIFE_MS);

  for await (const { message, payload } of readFrames<ToNode>(Deno.stdin.readable)) {
    switch (message.type) {
      case "asset":
        pool.keep(message.sha256, payload);
        break;
      case "open":
        pool.open(message.job, message.spec);
        break;
      case "close":
        pool.close(message.job);
        break;
      case "revoke":
        pool.cancel(message.lease);
        break;
      case "examine":
        void pool.examine(message.module, examineMs).then((result) => send({ type: "examined", result }));
        break;
      case "lease": {
        const { lease } = message.lease;
        void pool.run(message.lease, payload.byteLength > 0 ? payload : null).then((result) => {
          if (result.ok === true) send({ type: "result", lease }, result.bytes);
          else if (result.ok === false) send({ type: "failed", lease, error: result.error });
          else send({ type: "revoked", lease });
        });
      }
    }
  }
}

/** Whether kernels for such vectors are to be used. Ends the process where its kernels are wrong. */
async function tryWide(): Promise<boolean> {
  const { useWideVectors }: typeof import("../numerics/wasm/wide.ts") = await import(later("../numerics/wasm/wide.ts"));
  const { findFault, isWideFaster }: typeof import("../numerics/self_test.ts") = await import(
    later("../numerics/self_test.ts")
  );
  useWideVectors();
  const fault = findFault();
  if (fault === null) return isWideFaster(() => performance.now());
  console.error(`V8's vectors of 256 bits are wrong here: ${fault} differ from their twins. This process ends.`);
  Deno.exit(WRONG_VECTORS);
}

/** Frames are queued by the stream in the order of the calls. A broken pipe means that the coordinator is gone. */
function send(message: FromNode, payload?: Uint8Array): void {
  for (const chunk of encodeFrame(message, payload)) output.write(chunk).catch(() => Deno.exit(1));
}
