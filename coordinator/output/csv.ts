/**
 * One line a draw: `chain,draw,<names>`, both counted from 1. Fields are quoted as in RFC 4180 where they have to be
 * (`"theta[2,1]"`), lines end in a line feed; NaN, Inf and -Inf are spelled so, which R and pandas read. Weighted draws have `log_weight` as
 * their last column.
 */
import type { DrawsReader } from "../store/draws.ts";
import { byteStream, CHUNK_BYTES } from "./byte_stream.ts";
import type { OutputFormat } from "./format.ts";
import { encodeText, finiteText } from "./text.ts";
import { withWeights } from "./with_weights.ts";

export const csv: OutputFormat<"csv"> = {
  name: "csv",
  contentType: "text/csv; charset=utf-8",
  extension: ".csv",
  stream: (draws, { signal }) => byteStream(encodeText(pieces(withWeights(draws)), CHUNK_BYTES), draws, signal),
};

function* pieces(draws: DrawsReader): Generator<string, void> {
  yield ["chain", "draw", ...draws.names].map(quote).join(",") + "\n";
  for (let chain = 0; chain < draws.chains; chain++) {
    for (const { start, draws: count, values, stride } of draws.blocks(chain)) {
      for (let draw = 0; draw < count; draw++) {
        let row = `${chain + 1},${start + draw + 1}`;
        for (let value = 0; value < draws.names.length; value++) {
          row += "," + numberText(values[value * stride + draw]);
          if (row.length < CHUNK_BYTES) continue;
          yield row;
          row = "";
        }
        yield row + "\n";
      }
    }
  }
}

function numberText(x: number): string {
  if (Number.isFinite(x)) return finiteText(x);
  return Number.isNaN(x) ? "NaN" : x > 0 ? "Inf" : "-Inf";
}

function quote(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
