/** The height and width of an image that comes as a list of values. */
import { InputError } from "../../numerics/errors.ts";

/**
 * As asked, one of the two following from the other; else the variable's shape where it has two axes, a square where that fits. Throws
 * InputError (path "height") where neither does.
 */
export function imageShape(
  name: string,
  shape: readonly number[],
  size: number,
  { height, width }: { readonly height?: number; readonly width?: number },
): [number, number] {
  if (height === undefined && width === undefined) {
    if (shape.length === 2 && shape[0] * shape[1] === size) return [shape[0], shape[1]];
    const side = Math.sqrt(size);
    if (Number.isInteger(side)) return [side, side];
  }
  const rows = height ?? size / (width ?? 0);
  const columns = width ?? size / rows;
  if (Number.isInteger(rows) && Number.isInteger(columns) && rows * columns === size) return [rows, columns];
  const found = height === undefined && width === undefined
    ? "neither height nor width"
    : `height ${height ?? "free"} and width ${width ?? "free"}`;
  throw new InputError(
    "height",
    `${name} has ${size} values: expected a height and a width whose product that is, found ${found}`,
  );
}
