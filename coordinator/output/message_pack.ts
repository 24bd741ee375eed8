/**
 * The JSON shape as MessagePack: a map of `variables`, `chains` and `complete`, a draw an array of float64. NaN and the
 * infinities are themselves. It is what `format=json` gives a client that accepts application/msgpack.
 *
 * https://github.com/msgpack/msgpack/blob/master/spec.md
 */
import type { DrawsReader } from "../store/draws.ts";
import { byteStream, CHUNK_BYTES } from "./byte_stream.ts";
import type { OutputFormat } from "./format.ts";
import { withWeights } from "./with_weights.ts";

export const messagePack: OutputFormat<"msgpack"> = {
  name: "msgpack",
  contentType: "application/msgpack",
  extension: ".msgpack",
  length: (reader) => {
    const draws = withWeights(reader);
    let head = 0;
    for (const part of [...header(draws), ...footer(draws)]) head += part.byteLength;
    const row = arrayHeader(draws.names.length).byteLength + 9 * draws.names.length;
    return head + draws.chains * (arrayHeader(draws.draws).byteLength + draws.draws * row);
  },
  stream: (draws, { signal }) => byteStream(parts(withWeights(draws)), draws, signal),
};

const FLOAT64 = 0xcb;

function* parts(draws: DrawsReader): Generator<Uint8Array<ArrayBuffer>, void> {
  yield* header(draws);
  for (let chain = 0; chain < draws.chains; chain++) {
    yield arrayHeader(draws.draws);
    for (const block of draws.blocks(chain)) yield* rows(block, draws.names.length);
  }
  yield* footer(draws);
}

function* rows(
  { draws, values, stride }: { draws: number; values: Float64Array; stride: number },
  count: number,
): Generator<Uint8Array<ArrayBuffer>, void> {
  const begin = arrayHeader(count);
  const rowBytes = begin.byteLength + 9 * count;
  const most = Math.max(1, Math.floor(CHUNK_BYTES / rowBytes));
  for (let first = 0; first < draws; first += most) {
    const last = Math.min(first + most, draws);
    const bytes = new Uint8Array((last - first) * rowBytes);
    const view = new DataView(bytes.buffer);
    let offset = 0;
    for (let draw = first; draw < last; draw++) {
      bytes.set(begin, offset);
      offset += begin.byteLength;
      for (let value = 0; value < count; value++, offset += 9) {
        bytes[offset] = FLOAT64;
        view.setFloat64(offset + 1, values[value * stride + draw]);
      }
    }
    yield bytes;
  }
}

function* header(draws: DrawsReader): Generator<Uint8Array<ArrayBuffer>, void> {
  yield Uint8Array.of(0x83); // a map of three
  yield text("variables");
  yield arrayHeader(draws.names.length);
  yield* draws.names.map(text);
  yield text("chains");
  yield arrayHeader(draws.chains);
}

function* footer(draws: DrawsReader): Generator<Uint8Array<ArrayBuffer>, void> {
  yield text("complete");
  yield Uint8Array.of(draws.complete ? 0xc3 : 0xc2);
}

function arrayHeader(length: number): Uint8Array<ArrayBuffer> {
  if (length < 16) return Uint8Array.of(0x90 | length);
  if (length < 1 << 16) return Uint8Array.of(0xdc, length >> 8, length);
  return Uint8Array.of(0xdd, length >>> 24, length >>> 16, length >>> 8, length);
}

function text(value: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(value);
  const { byteLength } = bytes;
  return Uint8Array.of(0xdb, byteLength >>> 24, byteLength >>> 16, byteLength >>> 8, byteLength, ...bytes);
}
