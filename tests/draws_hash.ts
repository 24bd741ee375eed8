import { createHash } from "node:crypto";
import type { DrawsReader } from "../coordinator/store/draws.ts";

/** SHA-256 of all draws, chain by chain, value by value. Closes the reader. */
export function drawsHash(reader: DrawsReader): string {
  try {
    const hash = createHash("sha256");
    for (let chain = 0; chain < reader.chains; chain++) {
      for (let value = 0; value < reader.names.length; value++) {
        const column = new Float64Array(reader.draws);
        reader.readValue(chain, value, 0, column);
        hash.update(new Uint8Array(column.buffer));
      }
    }
    return hash.digest("hex");
  } finally {
    reader.close();
  }
}
