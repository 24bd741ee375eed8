/**
 * The tables of a ziggurat of 256 layers over exp(−x²/2), x ≥ 0: rectangles of equal area, the lowest with the tail.
 * Marsaglia & Tsang (2000); Doornik (2005). The same bits in every engine.
 */
import { expOfMinus } from "../special/exp_of_minus.ts";
import { naturalLog } from "../special/natural_log.ts";

export const LAYERS = 256;
/** Right edge of the lowest layer. */
export const TAIL_START = 3.6541528853610088;
/** TAIL_START exp(−TAIL_START²/2) + the integral beyond it. */
const LAYER_AREA = 4.928673233974655e-3;

export interface Ziggurat {
  /** [257]: edges[i] is the right edge of layer i; edges[0] what it would be for a rectangle with the tail's area; edges[256] = 0. */
  readonly edges: Float64Array;
  /** [257]: exp(−edges[i]²/2); of layer 0, at TAIL_START. Layer i reaches from heights[i] up to heights[i + 1]. */
  readonly heights: Float64Array;
}

export function ziggurat(): Ziggurat {
  const edges = new Float64Array(LAYERS + 1), heights = new Float64Array(LAYERS + 1);
  const density = (x: number) => expOfMinus(0.5 * x * x);
  edges[0] = LAYER_AREA / density(TAIL_START);
  edges[1] = TAIL_START;
  for (let i = 2; i < LAYERS; i++) {
    edges[i] = Math.sqrt(-2 * naturalLog(LAYER_AREA / edges[i - 1] + density(edges[i - 1])));
  }
  for (let i = 1; i <= LAYERS; i++) heights[i] = density(edges[i]);
  heights[0] = heights[1];
  return { edges, heights };
}
