/** A generator of bytes as a stream that runs it only as fast as it is read. */
import type { DrawsReader } from "../store/draws.ts";

/** About the size of the chunks that the formats give: large enough to be fast, small enough to let others run between. */
export const CHUNK_BYTES = 1 << 18;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Asks `parts` for one chunk a read; an empty one says that more work comes before the next bytes, and is passed over
 * after others had their turn. However it ends (whole, cancelled, by an error, by `signal`), what `parts` holds is let go
 * by its `finally`, and `draws` is closed.
 */
export function byteStream(
  parts: Generator<Bytes, void> | AsyncGenerator<Bytes, void>,
  draws: DrawsReader,
  signal?: AbortSignal,
): ReadableStream<Bytes> {
  let over = false;
  const finish = async () => {
    if (over) return;
    over = true;
    try {
      await parts.return(undefined);
    } finally {
      draws.close();
    }
  };
  return new ReadableStream<Bytes>({
    async pull(controller) {
      try {
        for (;;) {
          // A reader that is always ready would otherwise keep the event loop for itself.
          await new Promise((resolve) => setImmediate(resolve));
          if (over) return;
          signal?.throwIfAborted();
          const { done, value } = await parts.next();
          if (over) return;
          if (done) break;
          if (value.byteLength > 0) return controller.enqueue(value);
        }
      } catch (error) {
        await finish();
        throw error;
      }
      await finish();
      controller.close();
    },
    cancel: finish,
  }, { highWaterMark: 0 });
}
