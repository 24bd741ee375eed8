/** Draws as the array formats want them: [chain, draw, ...shape], the last index fastest, a piece at a time. */
import { COLUMN_ARRAYS } from "../../workers/block.ts";
import type { DrawsReader } from "../store/draws.ts";

export const MOST_ELEMENTS = 1 << 17; // a MiB of float64

/** A variable and where its entries are among the reported values. */
export interface VariableRange {
  readonly name: string;
  readonly shape: readonly number[];
  /** The index of its first value. */
  readonly first: number;
  readonly count: number;
}

/** Draws [start, start + draws) of one chain: elements [draws, count]. A copy, the receiver's own. */
export interface ArrayChunk<Elements> {
  readonly chain: number;
  readonly start: number;
  readonly draws: number;
  readonly elements: Elements;
}

export function variableRanges(draws: DrawsReader): VariableRange[] {
  let first = 0;
  return draws.variables.map(({ name, shape }) => {
    const count = shape.reduce((a, b) => a * b, 1);
    first += count;
    return { name, shape, first: first - count, count };
  });
}

/** How many of `draws` draws with `count` elements each make a piece: as few pieces as can be, as equal as can be. */
export function drawsAPiece(count: number, draws: number): number {
  const most = Math.max(1, Math.floor(MOST_ELEMENTS / count));
  return Math.ceil(draws / Math.ceil(draws / most));
}

/** One variable of every chain in order, in pieces of `drawsAPiece` draws, the last of a chain shorter. */
export function* variableChunks(
  draws: DrawsReader,
  { first, count }: VariableRange,
): Generator<ArrayChunk<Float64Array<ArrayBuffer>>, void> {
  const size = drawsAPiece(count, draws.draws);
  for (let chain = 0; chain < draws.chains; chain++) {
    let start = 0;
    let filled = 0;
    let elements = new Float64Array(Math.min(size, draws.draws) * count);
    for (const { draws: length, values, stride } of draws.blocks(chain, first, count)) {
      for (let from = 0; from < length;) {
        const taken = Math.min(length - from, size - filled);
        for (let value = 0; value < count; value++) {
          const begin = value * stride + from;
          if (count === 1) elements.set(values.subarray(begin, begin + taken), filled);
          else {for (let i = 0, at = filled * count + value; i < taken; i++, at += count) {
              elements[at] = values[begin + i];
            }}
        }
        from += taken;
        filled += taken;
        if (start + filled < draws.draws && filled < size) continue;
        yield { chain, start, draws: filled, elements };
        start += filled;
        filled = 0;
        elements = new Float64Array(Math.min(size, draws.draws - start) * count);
      }
    }
  }
}

/** One statistic of every chain in order, in pieces of `drawsAPiece` draws, in the type in which it is recorded. */
export function* statisticChunks(
  draws: DrawsReader,
  statistic: number,
): Generator<
  ArrayChunk<Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>,
  void
> {
  const size = drawsAPiece(1, draws.draws);
  const { type } = draws.statistics[statistic];
  for (let chain = 0; chain < draws.chains; chain++) {
    for (let start = 0; start < draws.draws; start += size) {
      const column = new Float64Array(Math.min(size, draws.draws - start));
      draws.readStatistic(chain, statistic, start, column);
      const elements = type === "float64" ? column : new COLUMN_ARRAYS[type](column);
      yield { chain, start, draws: column.length, elements };
    }
  }
}
