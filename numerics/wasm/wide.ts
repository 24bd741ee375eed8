/**
 * Vectors of 256 bits, of which WebAssembly knows nothing: V8 joins pairs of 128-bit operations to one, with the same bits.
 *
 * What this module believes
 * - It is an experiment of V8's, which works only where V8 checks no bounds. So a process that was started with WIDE_FLAGS must run no Wasm but
 *   what it trusts as it trusts itself, and tries its kernels before it works (numerics/self_test.ts).
 * - Without Liftoff, V8's quick compiler, a function is compiled for good at its first call: what was tried is what runs.
 * - A V8 that does not know one of the flags ends at once.
 */
export const WIDE_FLAGS: readonly string[] = [
  "--experimental-wasm-revectorize",
  "--no-wasm-bounds-checks",
  "--no-liftoff",
];

let isWide = false;

/** Says that this process was started with WIDE_FLAGS: kernels that this thread opens from now on are written for them. */
export function useWideVectors(): void {
  isWide = true;
}

export function usesWideVectors(): boolean {
  return isWide;
}
