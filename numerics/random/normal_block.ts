/**
 * Many standard normals at once, by the ziggurat in Wasm.
 *
 * Normal c of a row comes from 64 bits, words 0 and 1 of block ⌊c/2⌋ of its stream for even c, words 2 and 3 for odd: 8 choose the
 * layer, 52 the place in it, symmetric about 0. Of the 1.5 in 100 that these do not decide, attempt a takes block c with
 * a in the upper 11 bits of counter word 2, which no step reaches. The blocks are otherwise those of `Random.at(stream, step,
 * purpose)`: a key that serves here serves nothing else.
 */
import { instantiate, reserve } from "../wasm/instance.ts";
import { module } from "../wasm/normals.wasm.ts";
import { philoxWords, type RowsKey } from "./rows_key.ts";
import { LAYERS, ziggurat } from "./ziggurat.ts";

const MOST_GROUPS = 1024; // at a time: 8192 normals, 64 KiB, which stay in the second cache until they are copied
/** Normals of one group of four blocks. */
const A_GROUP = 8;

interface Exports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  resultAt(base: number): number;
  normals(
    base: number,
    groups: number,
    block: number,
    row: number,
    blocks: number,
    stepLow: number,
    stepHigh: number,
    key0: number,
    key1: number,
  ): void;
}

// The module is this project's own and its exports are known; TypeScript cannot see into it.
const { memory, heapBase, resultAt, normals } = instantiate(module) as unknown as Exports;
const base = Math.ceil(heapBase() / 16) * 16;
reserve(memory, resultAt(base) + MOST_GROUPS * A_GROUP * 8);
{
  const { edges, heights } = ziggurat();
  const layers = new Float64Array(memory.buffer, base, 2 * LAYERS);
  for (let i = 0; i < LAYERS; i++) {
    layers[2 * i] = 2 * edges[i]; // places are from -0.5 to 0.5
    layers[2 * i + 1] = edges[i + 1] / edges[i] / 2; // below it, a place lies wholly under the density
  }
  new Float64Array(memory.buffer, base + 16 * LAYERS, LAYERS + 1).set(heights);
}
const result = new Float64Array(memory.buffer, resultAt(base), MOST_GROUPS * A_GROUP);

/** Writes standard normals into out [rows × columns]; those of row r depend on its stream, key.stream + r, and the column alone. */
export function fillNormals(out: Float64Array, rows: number, columns: number, key: RowsKey): void {
  const { stepLow, stepHigh, key0, key1 } = philoxWords(key);
  const blocks = Math.ceil(columns / 2), drawn = 2 * blocks; // of a row; an odd column's partner is dropped
  const total = rows * drawn;
  for (let first = 0; first < total; first += result.length) {
    const count = Math.min(result.length, total - first);
    const groups = 2 * Math.ceil(count / (2 * A_GROUP));
    const row = Math.floor(first / drawn), column = first % drawn;
    normals(base, groups, column / 2, key.stream + row, blocks, stepLow, stepHigh, key0, key1);
    if (drawn === columns) out.set(count === result.length ? result : result.subarray(0, count), first);
    else copyRows(out, count, row, column, columns);
  }
}

/** From rows of columns + 1 numbers, the first at (row, column). */
function copyRows(out: Float64Array, count: number, row: number, column: number, columns: number): void {
  let to = row * columns + column;
  for (let from = 0; from < count; from++) {
    if (column < columns) out[to++] = result[from];
    if (++column > columns) column = 0;
  }
}
