/** Which columns of a row a coupling leaves as they are, and which it moves by what those say. */
export interface Split {
  readonly passing: Int32Array;
  readonly transformed: Int32Array;
}

export type Mask = "half" | "alternating";

/** The first half and the second, or the even columns and the odd ones; `swapped` exchanges their parts. */
export function splitColumns(width: number, mask: Mask, swapped: boolean): Split {
  const isFirst = (column: number) => mask === "half" ? column < width / 2 : column % 2 === 0;
  const all = Array.from({ length: width }, (_, column) => column);
  const first = Int32Array.from(all.filter(isFirst)),
    second = Int32Array.from(all.filter((column) => !isFirst(column)));
  return swapped ? { passing: second, transformed: first } : { passing: first, transformed: second };
}
