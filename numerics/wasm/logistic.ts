/**
 * Σ softplus(s_i z_i) over an array and its slopes s_i expit(s_i z_i), in Wasm SIMD: the log likelihood of bits with s_i = ±1. The sum is
 * right to one unit in the last place of 1 a term. Every sum runs in one fixed order, so the bits are the same on every processor.
 */
import { instantiate, reserve } from "./instance.ts";
import { module } from "./logistic.wasm.ts";

interface Exports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  softplusSum(count: number, t: number): number;
  expits(count: number, t: number): void;
}

/** One instance for all: nothing stays in its memory from one call to the next. */
interface Shared {
  readonly exports: Exports;
  readonly base: number;
  words: Float64Array;
}

let shared: Shared | null = null;

/** The memory with room for t and its slopes. */
function room(count: number): Shared {
  if (!shared) {
    // The module is this folder's own and its exports are known; TypeScript cannot see into it.
    const exports = instantiate(module) as unknown as Exports;
    shared = { exports, base: Math.ceil(exports.heapBase() / 16) * 16, words: new Float64Array(0) };
  }
  if (shared.words.length < 2 * count) {
    reserve(shared.exports.memory, shared.base + 16 * count);
    shared.words = new Float64Array(shared.exports.memory.buffer, shared.base);
  }
  return shared;
}

/** Writes t = s z, filled up to a multiple of four with what adds nothing. */
function write(words: Float64Array, signs: Float64Array, z: Float64Array, start: number, padded: number): void {
  const count = signs.length;
  for (let i = 0; i < count; i++) words[i] = signs[i] * z[start + i];
  for (let i = count; i < padded; i++) words[i] = -708; // 1 + e⁻⁷⁰⁸ is 1
}

/** z is read from `start` on. NaN where an entry is not finite. */
export function softplusSum(signs: Float64Array, z: Float64Array, start: number): number {
  const padded = Math.ceil(signs.length / 4) * 4, { exports, base, words } = room(padded);
  write(words, signs, z, start, padded);
  return exports.softplusSum(padded, base);
}

/** Adds weight times the slopes in z to out, from `start` on. */
export function addSoftplusSlopes(
  signs: Float64Array,
  z: Float64Array,
  start: number,
  weight: number,
  out: Float64Array,
): void {
  const padded = Math.ceil(signs.length / 4) * 4, { exports, base, words } = room(padded);
  write(words, signs, z, start, padded);
  exports.expits(padded, base);
  for (let i = 0; i < signs.length; i++) out[start + i] += weight * signs[i] * words[padded + i];
}
