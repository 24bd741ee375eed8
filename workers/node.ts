/**
 * A node: a process that hosts a pool of workers, driven over its standard input and output. It ends when its input ends,
 * so none outlives its coordinator. Started by the local engine: `deno run workers/node.ts KIND WORKERS EXAMINE_MS ALONE_MS [wide]`, wide where
 * V8 was told to make vectors of 256 bits: then it tries its kernels first, and ends where they compute something else.
 */
import { later } from "../numerics/later.ts";
import { Examiner } from "./examiner.ts";
import { encodeFrame, readFrames } from "./frames.ts";
import { NODE_KINDS, WRONG_VECTORS } from "./node_kind.ts";
import { Pool } from "./pool.ts";
import type { FromNode, ToNode } from "./protocol.ts";

const SIGN_OF_LIFE_MS = 1_000;

const [word, workers, examineMs, aloneMs, wide] = Deno.args;
const kind = NODE_KINDS.find((known) => known === word);
if (!kind) throw new Error(`expected a kind of node, found ${word}`);
const examiner = kind === "modules" ? new Examiner(Number(examineMs)) : null;
const isWide = wide === "wide" && await tryWide();
const pool = new Pool(
  kind,
  Number(workers),
  { isWide, aloneMs: Number(aloneMs) },
  (lease) => send({ type: "alive", leases: [lease] }),
  (message) => {
    console.error(`a worker died: ${message}`);
    Deno.exit(1);
  },
);
const output = Deno.stdout.writable.getWriter();

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
      void examiner?.examine(message.module).then((result) => send({ type: "examined", result }));
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
Deno.exit(0);
