/** Layers that act on some of the columns and leave the others. */
import type { Part } from "../../../models/flows/layers/part.ts";
import { columns, inPlaces } from "../../graph/columns.ts";
import { writeLayers } from "../layers.ts";
import type { Walk } from "../walk.ts";

export function writePart(walk: Walk, { width, columns: own, layers }: Part): void {
  const isOwn = new Set(own);
  const others = Array.from({ length: width }, (_, column) => column).filter((column) => !isOwn.has(column));
  const rest = columns(walk.x, others);
  walk.x = columns(walk.x, own);
  writeLayers(walk, layers);
  walk.x = inPlaces(walk.x, rest, [own, others]);
}
