/** What a node of this machine may do. */
import { fileURLToPath as fromFileUrl } from "node:url";
import { nativeFolder, webFolder } from "../../onnx/session/runtime.ts";

/** What a worker is made of; all of it stands below the coordinator in the chain of imports. */
const SOURCES = ["workers", "onnx", "models", "numerics"];

/**
 * Nothing but to read the workers' own sources and the runtime of graphs, and to load that runtime's native library where this process may:
 * a node needs no other file, no network, no environment.
 */
export function nodePermissions(): string[] {
  const sources = SOURCES.map((folder) => fromFileUrl(new URL(`../../${folder}`, import.meta.url)));
  const mayLoad = Deno.permissions.querySync({ name: "ffi", path: nativeFolder }).state === "granted";
  return [`--allow-read=${[...sources, webFolder]}`, ...(mayLoad ? [`--allow-ffi=${nativeFolder}`] : [])];
}
