/** HDF5 object headers of version 2, in one chunk, with their attributes' order and a checksum (section IV.A.1.b). */
import { ByteWriter } from "../byte_writer.ts";
import { lookup3 } from "./lookup3.ts";
import { isAttribute, type Message } from "./message.ts";

const SIGNATURE = new TextEncoder().encode("OHDR");
const FLAGS = 0b1110; // a chunk size of four bytes, the order of attributes tracked and indexed; no times: no clock
const MESSAGE_HEADER_BYTES = 6;

export function encodeObjectHeader(messages: readonly Message[]): Uint8Array<ArrayBuffer> {
  const size = messages.reduce((sum, { body }) => sum + MESSAGE_HEADER_BYTES + body.byteLength, 0);
  const writer = new ByteWriter().bytes(SIGNATURE).u8(2, FLAGS).u32(size);
  let order = 0;
  for (const message of messages) {
    const { type, body } = message;
    writer.u8(type).u16(body.byteLength).u8(0).u16(isAttribute(message) ? order++ : 0).bytes(body);
  }
  return writer.u32(lookup3(writer.slice())).slice();
}
