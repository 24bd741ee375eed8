/**
 * Messages over a byte stream: two uint32 lengths (of the header and of the payload), the header as MessagePack, the payload
 * as it is.
 */
import { Packr } from "msgpackr/pack";

const packr = new Packr({ moreTypes: true, useRecords: false });
const PREFIX_BYTES = 8;
const EMPTY = new Uint8Array(0);

export interface Frame<Message> {
  readonly message: Message;
  readonly payload: Uint8Array;
}

/** The chunks that make up one frame, to be written in this order. */
export function encodeFrame(message: unknown, payload: Uint8Array = EMPTY): Uint8Array[] {
  const header = packr.pack(message);
  const prefix = new Uint8Array(PREFIX_BYTES + header.byteLength);
  const view = new DataView(prefix.buffer);
  view.setUint32(0, header.byteLength, true);
  view.setUint32(4, payload.byteLength, true);
  prefix.set(header, PREFIX_BYTES);
  return payload.byteLength === 0 ? [prefix] : [prefix, payload];
}

/** The frames of a stream, until it ends. A frame that is cut by the end is dropped. */
export async function* readFrames<Message>(stream: ReadableStream<Uint8Array>): AsyncGenerator<Frame<Message>> {
  let chunks: Uint8Array[] = [];
  let available = 0;
  const take = (length: number): Uint8Array<ArrayBuffer> => {
    const out = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const part = chunks[0].subarray(0, length - filled);
      out.set(part, filled);
      filled += part.byteLength;
      if (part.byteLength === chunks[0].byteLength) chunks.shift();
      else chunks[0] = chunks[0].subarray(part.byteLength);
    }
    available -= length;
    return out;
  };
  let lengths: { header: number; payload: number } | null = null;
  for await (const chunk of stream) {
    chunks.push(chunk);
    available += chunk.byteLength;
    for (;;) {
      if (!lengths) {
        if (available < PREFIX_BYTES) break;
        const view = new DataView(take(PREFIX_BYTES).buffer);
        lengths = { header: view.getUint32(0, true), payload: view.getUint32(4, true) };
      }
      if (available < lengths.header + lengths.payload) break;
      const message: Message = packr.unpack(take(lengths.header));
      const payload = take(lengths.payload);
      lengths = null;
      yield { message, payload };
    }
  }
  chunks = [];
}
