/** What a flow of classes is told: one-hot rows. */
import { InputError } from "../../numerics/errors.ts";
import type { DataShape } from "./definition.ts";
import type { Batch } from "./flow.ts";

/** One-hot, or null where the flow is conditional on nothing. Throws InputError (path `class`). */
export function contextOf({ classes }: DataShape, chosen: number | undefined): Float64Array | null {
  if (classes === 0) {
    if (chosen === undefined) return null;
    throw new InputError("class", "this flow is conditional on no class. Leave it out.");
  }
  if (chosen === undefined || chosen >= classes) {
    const found = chosen === undefined ? "none" : `${chosen}`;
    throw new InputError(
      "class",
      `this flow is conditional on a class: expected one from 0 to ${classes - 1}, found ${found}`,
    );
  }
  return new Float64Array(classes).fill(1, chosen, chosen + 1);
}

/** The same context for every row. */
export function repeated(context: Float64Array | null, rows: number): Batch | undefined {
  if (!context) return undefined;
  const values = new Float64Array(rows * context.length);
  for (let r = 0; r < rows; r++) values.set(context, r * context.length);
  return { rows, values };
}
