/**
 * The entry of a node's process: `deno run workers/node.ts KIND WORKERS EXAMINE_MS ALONE_MS [wide]`, wide where V8 was told to make vectors of 256 bits.
 * A user's module waits for a worker that examines it, and that takes longest to come: it is started before the node itself is loaded.
 */
import { later } from "../numerics/later.ts";
import { hire } from "./hire.ts";
import { NODE_KINDS } from "./node_kind.ts";

const [word, workers, examineMs, aloneMs, wide] = Deno.args;
const kind = NODE_KINDS.find((known) => known === word);
if (!kind) throw new Error(`expected a kind of node, found ${word}`);
const first = kind === "modules" ? hire("module", false) : null;
const { serveNode }: typeof import("./node_service.ts") = await import(later("./node_service.ts"));
await serveNode({
  kind,
  workers: Number(workers),
  examineMs: Number(examineMs),
  aloneMs: Number(aloneMs),
  mayBeWide: wide === "wide",
  first,
});
Deno.exit(0);
