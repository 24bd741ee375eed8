/** What makes a layer wrong in one way. */
import type { Layer, Rows, Workplace } from "../../../models/flows/layer.ts";
import type { Subject } from "./checks.ts";

export interface Twin {
  readonly name: string;
  /** The check that catches it, and what that says. */
  readonly check: (subject: Subject) => void;
  readonly says: RegExp;
  readonly data?: "unit";
  build(place: Workplace): Layer;
}

/** A layer that does one thing otherwise. */
export function altered(layer: Layer, change: Partial<Layer>): Layer {
  const { kind, width, capacity, parameters } = layer;
  return {
    kind,
    width,
    capacity,
    parameters,
    reload: () => layer.reload(),
    forward: (rows, keep) => layer.forward(rows, keep),
    inverse: (rows, keep) => layer.inverse(rows, keep),
    forwardBack: (cotangents) => layer.forwardBack(cotangents),
    inverseBack: (cotangents) => layer.inverseBack(cotangents),
    ...change,
  };
}

/** Walks both ways and then changes, by its sign, what was added to the log-determinant. */
export function withLogDet(layer: Layer, change: (added: number, row: number, sign: 1 | -1) => number): Layer {
  const walk = (way: "forward" | "inverse", sign: 1 | -1) => (rows: Rows, keep?: boolean) => {
    const before = rows.logDet.slice();
    layer[way](rows, keep);
    for (let r = 0; r < rows.rows; r++) rows.logDet[r] = before[r] + change(rows.logDet[r] - before[r], r, sign);
  };
  return altered(layer, { forward: walk("forward", 1), inverse: walk("inverse", -1) });
}
