/**
 * `{ "variables": [name], "chains": [[[value per variable] per draw] per chain], "complete": boolean }`. Numbers have the
 * shortest digits that give them back exactly; JSON has no NaN and no infinity: these are null. Of weighted draws
 * `log_weight` is the last variable.
 */
import type { DrawsReader } from "../store/draws.ts";
import { byteStream, CHUNK_BYTES } from "./byte_stream.ts";
import type { OutputFormat } from "./format.ts";
import { encodeText, finiteText } from "./text.ts";
import { withWeights } from "./with_weights.ts";

export const json: OutputFormat<"json"> = {
  name: "json",
  contentType: "application/json",
  extension: ".json",
  stream: (draws, { signal }) => byteStream(encodeText(pieces(withWeights(draws)), CHUNK_BYTES), draws, signal),
};

function* pieces(draws: DrawsReader): Generator<string, void> {
  yield `{"variables":${JSON.stringify(draws.names)},"chains":[`;
  for (let chain = 0; chain < draws.chains; chain++) {
    yield chain === 0 ? "[" : ",[";
    yield* rows(draws, chain);
    yield "]";
  }
  yield `],"complete":${draws.complete}}\n`;
}

function* rows(draws: DrawsReader, chain: number): Generator<string, void> {
  for (const { start, draws: count, values, stride } of draws.blocks(chain)) {
    for (let draw = 0; draw < count; draw++) {
      let row = start + draw === 0 ? "[" : ",[";
      for (let value = 0; value < draws.names.length; value++) {
        const x = values[value * stride + draw];
        if (value > 0) row += ",";
        row += Number.isFinite(x) ? finiteText(x) : "null";
        if (row.length < CHUNK_BYTES) continue;
        yield row;
        row = "";
      }
      yield row + "]";
    }
  }
}
