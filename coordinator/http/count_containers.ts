/** How many arrays and objects a body would become, counted in its bytes: before they take a hundred times as much memory. */

const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;

/** Opening brackets and braces of JSON; those within text count, too. */
export function countInJson(bytes: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === OPENING_BRACKET || bytes[i] === OPENING_BRACE) count++;
  }
  return count;
}

/** Arrays and maps of MessagePack up to where it ends or cannot be read, which the decoder is to tell. */
export function countInMessagePack(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const most = bytes.length;
  let count = 0;
  for (let i = 0; i < most;) {
    const type = bytes[i];
    if (type < 0x80 || type >= 0xe0) i++; // a small integer
    else if (type < 0xa0) {
      count++;
      i++;
    } else if (type < 0xc0) i += 1 + (type & 0x1f); // short text
    else if (type >= 0xdc) {
      count++;
      i += type % 2 === 0 ? 3 : 5;
    } else {
      const { header, lengthBytes } = LAYOUTS[type - 0xc0];
      if (i + lengthBytes >= most) return count;
      const length = lengthBytes === 0
        ? 0
        : lengthBytes === 1
        ? view.getUint8(i + 1)
        : lengthBytes === 2
        ? view.getUint16(i + 1)
        : view.getUint32(i + 1);
      i += header + length;
    }
  }
  return count;
}

interface Layout {
  /** Bytes beside those that the length counts. */
  readonly header: number;
  /** Bytes that hold a length, after the first one. */
  readonly lengthBytes: 0 | 1 | 2 | 4;
}

const fixed = (header: number): Layout => ({ header, lengthBytes: 0 });
const counted = (header: number, lengthBytes: 1 | 2 | 4): Layout => ({ header, lengthBytes });

/** Of the types 0xc0 … 0xdb, as the specification of MessagePack lists them. */
const LAYOUTS: readonly Layout[] = [
  ...[1, 1, 1, 1].map(fixed), // nil, (never used), false, true
  counted(2, 1), // bytes
  counted(3, 2),
  counted(5, 4),
  counted(3, 1), // extensions
  counted(4, 2),
  counted(6, 4),
  ...[5, 9, 2, 3, 5, 9, 2, 3, 5, 9].map(fixed), // floats, unsigned and signed integers
  ...[3, 4, 6, 10, 18].map(fixed), // extensions of 1, 2, 4, 8, 16 bytes
  counted(2, 1), // text
  counted(3, 2),
  counted(5, 4),
];
