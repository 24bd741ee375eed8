/** Numbers as text: the shortest digits that give the same number back. */

const encoder = new TextEncoder();

/** Text as bytes, in chunks of about `size` characters. */
export function* encodeText(pieces: Iterable<string>, size: number): Generator<Uint8Array<ArrayBuffer>, void> {
  let text = "";
  for (const piece of pieces) {
    text += piece;
    if (text.length < size) continue;
    yield encoder.encode(text);
    text = "";
  }
  if (text !== "") yield encoder.encode(text);
}

/** A finite number; the sign of zero is kept, which String drops. */
export function finiteText(x: number): string {
  return Object.is(x, -0) ? "-0" : String(x);
}
