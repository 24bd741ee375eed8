/** Apache Arrow's IPC file. The library that writes it is loaded at its first use: it takes as long as all else of a small job. */
import type { DrawsReader } from "../store/draws.ts";
import { byteStream } from "./byte_stream.ts";
import type { OutputContext, OutputFormat } from "./format.ts";
import { withWeights } from "./with_weights.ts";

export const arrow: OutputFormat<"arrow"> = {
  name: "arrow",
  contentType: "application/vnd.apache.arrow.file",
  extension: ".arrow",
  stream: (draws, context) => byteStream(parts(withWeights(draws), context), draws, context.signal),
};

async function* parts(draws: DrawsReader, context: OutputContext): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const { arrowFile } = await import("./arrow_file.ts");
  yield* arrowFile(draws, context);
}
