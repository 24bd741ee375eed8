/** A generator of bytes as a stream that runs it only as fast as it is read. */
import type { DrawsReader } from "../store/draws.ts";

/** About the size of the chunks that the formats give: large enough to be fast, small enough to let others run between. */
export const CHUNK_BYTES = 1 << 18;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Asks `parts` for one chunk a read. However it ends (whole, cancelled, by an error, by `signal`), what `parts` holds is
 * let go by its `finally`, and `draws` is closed.
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
      // A reader that is always ready would otherwise keep the event loop for itself.
      await new Promise((resolve) => setImmediate(resolve));
      if (over) return;
      try {
        signal?.throwIfAborted();
        const { done, value } = await parts.next();
        if (over) return;
        if (!done) return controller.enqueue(value);
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
