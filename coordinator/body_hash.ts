/** Tells whether two bodies are the same JSON value, however their keys are ordered or their numbers written. */
import { createHash } from "node:crypto";

const CHARACTERS_AT_ONCE = 1 << 16; // a body of megabytes is never text as a whole

export function bodyHash(body: unknown): string {
  const hash = createHash("sha256");
  let text = "";
  const write = (part: string) => {
    text += part;
    if (text.length < CHARACTERS_AT_ONCE) return;
    hash.update(text);
    text = "";
  };
  writeSorted(body, write);
  return hash.update(text).digest("hex");
}

/** JSON with the keys of objects in order, each object as a list of pairs; what begins a list tells arrays from objects. */
function writeSorted(value: unknown, write: (part: string) => void): void {
  if (Array.isArray(value)) {
    write('["array"');
    if (value.length > 0 && value.every((entry) => typeof entry === "number")) {
      return write(`,${JSON.stringify(value).slice(1)}`);
    }
    for (const entry of value) {
      write(",");
      writeSorted(entry, write);
    }
  } else if (typeof value === "object" && value !== null) {
    write('["object"');
    for (const [key, entry] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
      write(`,[${JSON.stringify(key)},`);
      writeSorted(entry, write);
      write("]");
    }
  } else return write(JSON.stringify(value));
  write("]");
}
