import assert from "node:assert/strict";
import { encodeFrame, readFrames } from "../../workers/frames.ts";

/** A stream that gives the bytes in pieces of the given sizes, over and over. */
function inPieces(bytes: Uint8Array, sizes: number[]): ReadableStream<Uint8Array> {
  let offset = 0, turn = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.length) return controller.close();
      const end = offset + sizes[turn++ % sizes.length];
      controller.enqueue(bytes.subarray(offset, end));
      offset = end;
    },
  });
}

function join(chunks: Uint8Array[]): Uint8Array {
  return new Uint8Array(chunks.flatMap((chunk) => [...chunk]));
}

const SENT = [
  { message: { type: "ready", workers: 2 }, payload: new Uint8Array(0) },
  { message: { type: "lease", lease: 7, spec: { x: [1.5, 2.5] } }, payload: new Uint8Array([1, 2, 3]) },
  { message: { type: "result" }, payload: new Uint8Array(1000).fill(9) },
];
const BYTES = join(SENT.flatMap(({ message, payload }) => encodeFrame(message, payload)));

for (const sizes of [[1], [3, 1, 7], [5000]]) {
  Deno.test(`frames come back whole from pieces of ${sizes} bytes`, async () => {
    assert.deepEqual(await Array.fromAsync(readFrames(inPieces(BYTES, sizes))), SENT);
  });
}

Deno.test("a frame that is cut by the end of the stream is dropped", async () => {
  const frames = await Array.fromAsync(readFrames(inPieces(BYTES.subarray(0, BYTES.length - 1), [64])));
  assert.deepEqual(frames, SENT.slice(0, 2));
});
