/**
 * Where in the source a place in the code stands: an error's stack tells the latter. Lines are the same; columns are not. While code is written,
 * marks in it say which offset of the source follows; they are taken out at the end.
 */
import { ModuleError } from "../errors.ts";

/** For each line, pairs: from the first column on, the code is what stands from the second column of the source on. Columns count from 1. */
export type Columns = readonly (readonly number[])[];

/** A character that the source does not have, of those that no text is written in. */
export function freeCharacter(source: string): string {
  const used = new Set(source.match(/[\uE000-\uF8FF]/g));
  for (let code = 0xE000; code <= 0xF8FF; code++) {
    const character = String.fromCharCode(code);
    if (!used.has(character)) return character;
  }
  throw new ModuleError(
    null,
    "the source has every character for private use. Remove those of them that it can do without.",
  );
}

/** Takes the marks out of a marked code: `⟨mark⟩offset⟨mark⟩` stands before what begins at that offset of the source. */
export function unmark(marked: string, mark: string, source: string): { code: string; columns: number[][] } {
  const starts = lineStarts(source);
  const columns: number[][] = [];
  const pieces = marked.split(mark); // text, offset, text, offset, …, text
  let line: number[] = [], column = 1, shift = 0;
  for (let i = 0; i < pieces.length; i++) {
    if (i % 2 === 1) {
      const from = Number(pieces[i]) - (starts[columns.length] ?? Infinity) + 1;
      if (from < 1 || (line.length > 0 && column - from === shift)) continue;
      shift = column - from;
      line.push(column, from);
      continue;
    }
    const lines = pieces[i].split(LINE_END);
    for (let ended = 1; ended < lines.length; ended++) {
      columns.push(line);
      line = [];
      column = 1;
    }
    column += lines[lines.length - 1].length;
  }
  columns.push(line);
  return { code: pieces.filter((_, i) => i % 2 === 0).join(""), columns };
}

const LINE_END = /\r\n|[\n\r\u2028\u2029]/;

function lineStarts(source: string): number[] {
  const starts = [0];
  for (const { index, 0: end } of source.matchAll(new RegExp(LINE_END, "g"))) starts.push(index + end.length);
  return starts;
}

/** The column of the source that a column of the code comes from. */
export function sourceColumn(columns: Columns, line: number, column: number): number {
  const pairs = columns[line - 1] ?? [];
  for (let i = pairs.length - 2; i >= 0; i -= 2) {
    if (pairs[i] > column) continue;
    // Inside text that is not of the source: no further than what follows it.
    const next = pairs[i + 3] ?? Infinity;
    return Math.min(pairs[i + 1] + column - pairs[i], Math.max(next, pairs[i + 1]));
  }
  return 1;
}
