/** The memory that the Wasm kernels share: their scratch space at its beginning, the arena of arrays after it. */
import { Arena } from "./arena.ts";
import { STRIPE } from "./kernels.ts";

const PAGE_BYTES = 65536;
/** What vectors may read beyond the last array. */
const SLACK_BYTES = 64;

/** Rows that a kernel takes at once. */
export const MOST_ROWS = 1024;

/** Where each scratch space begins; its size in bytes. */
export const SCRATCH = layOut({
  /** A vector's last entries; sixteen words of the generator. */
  temporary: 512,
  /** Words of the generator for a stretch of a row. */
  words: 4096,
  /** A float a row: inverse temperatures. */
  scales: 4 * MOST_ROWS,
  /** A line of a stripe a row. */
  sums: 4 * STRIPE * MOST_ROWS,
  /** Sums of groups of lines: 4096 lines, which stay in the second cache. */
  table: 4 * STRIPE * 4096,
  /** Bits, 64 to the word. */
  packed: 131072,
  lists: 524288,
  lengths: 131072,
  /** Panels of the left and the right factor of a product: 128 rows and 512 columns, 256 deep. */
  left: 131072,
  right: 524288,
});

type Scratch = Readonly<Record<string, { readonly at: number; readonly bytes: number }>>;

function layOut<Name extends string>(sizes: Record<Name, number>): Readonly<Record<Name, Scratch[string]>> {
  let at = 64; // 0 is no address, and has zeros
  const spaces = Object.entries<number>(sizes).map(([name, bytes]) => {
    const space = { at, bytes };
    at += bytes;
    return [name, space];
  });
  return Object.fromEntries(spaces);
}

/** A memory with room for `bytes` of arrays. */
export function createMemory(bytes: number): { memory: WebAssembly.Memory; arena: Arena } {
  const start = Math.max(...Object.values(SCRATCH).map((space) => space.at + space.bytes));
  const pages = Math.ceil((start + bytes + SLACK_BYTES) / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { buffer } = memory;
  if (!(buffer instanceof ArrayBuffer)) throw new TypeError("a memory that is not shared has an ArrayBuffer");
  return { memory, arena: new Arena(buffer, start, start + bytes) };
}
