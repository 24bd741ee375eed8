/** Numbers for the tests of the dense kernels. */
import type { DenseKernels } from "../../../numerics/dense/dense.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";

export function testRandom(seed: number): Random {
  return new Random(seed).at(0, 0, Purpose.test);
}

/** Normals times `scale`, in the kernels' memory. */
export function normals(dense: DenseKernels, length: number, random: Random, scale = 1): Float32Array {
  const array = dense.float32(length);
  for (let i = 0; i < length; i++) array[i] = scale * random.normal();
  return array;
}

/** Bits that are set with the probability `density`, in the kernels' memory. */
export function bits(dense: DenseKernels, length: number, random: Random, density: number): Int8Array {
  const array = dense.int8(length);
  for (let i = 0; i < length; i++) array[i] = random.uniform() < density ? 1 : 0;
  return array;
}
