/** What a runtime complains of, without what it tells of its own insides. */
import { InputError } from "../../numerics/errors.ts";

const MOST_CHARACTERS = 300;

export function explain(what: "cannot load" | "cannot run", complaint: unknown): InputError {
  const [line] = (complaint instanceof Error ? complaint.message : String(complaint)).split("\n");
  const plain = line.replace(/\S*\/\S+\.(cc|h|mjs|js|ts|wasm)\S*/g, "").replace(/\s+/g, " ").slice(0, MOST_CHARACTERS);
  return new InputError("graph", `onnxruntime ${what} the graph: ${plain}`);
}
