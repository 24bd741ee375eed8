/** Reads an 8-bit grey PNG without the library that wrote it: RFC 2083, by its chunks, their CRCs and the filters. */
import assert from "node:assert/strict";
import { crc32, inflateSync } from "node:zlib";
import type { Picture } from "../../../coordinator/pictures/picture.ts";

export function readPng(bytes: Uint8Array): Picture {
  assert.deepEqual([...bytes.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = new Map<string, Uint8Array>();
  let end = 8;
  while (end < bytes.length) {
    const length = view.getUint32(end);
    const body = bytes.subarray(end + 4, end + 8 + length);
    assert.equal(crc32(body), view.getUint32(end + 8 + length));
    const name = new TextDecoder().decode(body.subarray(0, 4));
    assert.ok(!chunks.has(name), `one ${name}`);
    chunks.set(name, body.subarray(4));
    end += 12 + length;
  }
  const header = chunks.get("IHDR");
  const data = chunks.get("IDAT");
  assert.ok(header && data && chunks.has("IEND"));
  const [width, height] = [0, 4].map((at) => new DataView(header.buffer, header.byteOffset).getUint32(at));
  assert.deepEqual([...header.subarray(8)], [8, 0, 0, 0, 0], "8 bits, grey, not interlaced");
  return { width, height, pixels: unfilter(new Uint8Array(inflateSync(data)), width, height) };
}

function unfilter(lines: Uint8Array, width: number, height: number): Uint8Array {
  assert.equal(lines.length, height * (width + 1));
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (width + 1)];
    for (let x = 0; x < width; x++) {
      const left = x > 0 ? pixels[y * width + x - 1] : 0;
      const up = y > 0 ? pixels[(y - 1) * width + x] : 0;
      const corner = x > 0 && y > 0 ? pixels[(y - 1) * width + x - 1] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      assert.ok(guess !== undefined, `filter ${filter}`);
      pixels[y * width + x] = lines[y * (width + 1) + 1 + x] + guess;
    }
  }
  return pixels;
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(left + up - corner - value));
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
