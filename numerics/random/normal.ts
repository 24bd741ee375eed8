/**
 * Standard normals: the ziggurat, which `Random.normal` uses, and Box–Muller.
 *
 * The ziggurat covers the half density exp(-x²/2) with 128 layers of equal area; 98.8 % of the draws end
 * with one multiplication and one comparison. Doornik (2005), "An improved ziggurat method to generate
 * normal random samples"; Marsaglia & Tsang (2000).
 */
import type { Random } from "./random.ts";

const LAYERS = 128;
const TAIL_START = 3.442619855899; // right edge of the lowest layer, for 128 layers
const LAYER_AREA = 9.91256303526217e-3;

/** edges[i] is the right edge of layer i (edges[0] the pseudo-edge of the tail layer); edges[128] = 0. */
const edges = new Float64Array(LAYERS + 1);
/** Below ratios[i] a point of layer i lies wholly under the density. */
const ratios = new Float64Array(LAYERS);

{
  let density = Math.exp(-0.5 * TAIL_START * TAIL_START);
  edges[0] = LAYER_AREA / density;
  edges[1] = TAIL_START;
  for (let i = 2; i < LAYERS; i++) {
    edges[i] = Math.sqrt(-2 * Math.log(LAYER_AREA / edges[i - 1] + density));
    density = Math.exp(-0.5 * edges[i] * edges[i]);
  }
  edges[LAYERS] = 0;
  for (let i = 0; i < LAYERS; i++) ratios[i] = edges[i + 1] / edges[i];
}

/** One standard normal by the ziggurat. Consumes 64 bits of `random` in the common case. */
export function zigguratNormal(random: Random): number {
  for (;;) {
    const a = random.uint32();
    const b = random.uint32();
    // 52 bits make the uniform; the layer comes from the bits that it leaves over.
    const u = 2 * (((a >>> 6) * 67108864 + (b >>> 6) + 0.5) * 2.220446049250313e-16) - 1;
    const layer = (a & 63) | ((b & 1) << 6);
    if (Math.abs(u) < ratios[layer]) return u * edges[layer];
    if (layer === 0) return normalTail(random, u < 0);
    const x = u * edges[layer];
    const upper = Math.exp(-0.5 * (edges[layer] * edges[layer] - x * x));
    const lower = Math.exp(-0.5 * (edges[layer + 1] * edges[layer + 1] - x * x));
    if (lower + random.uniform() * (upper - lower) < 1) return x;
  }
}

/** A normal beyond the last layer. Marsaglia (1964). */
function normalTail(random: Random, negative: boolean): number {
  for (;;) {
    const x = -Math.log(random.uniform()) / TAIL_START;
    const y = -Math.log(random.uniform());
    if (y + y > x * x) return negative ? -(TAIL_START + x) : TAIL_START + x;
  }
}

/**
 * Two independent standard normals from two uniforms, u1 in (0, 1]:
 * z1 = √(−2 ln u1) cos 2πu2, z2 = √(−2 ln u1) sin 2πu2. Box & Muller (1958).
 */
export function boxMuller(u1: number, u2: number): [number, number] {
  const radius = Math.sqrt(-2 * Math.log(u1));
  const angle = 2 * Math.PI * u2;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}
