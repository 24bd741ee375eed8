/** Arrays cut from one buffer, one after the other, never given back. */
import { arrayBytes } from "./kernels.ts";

export class Arena {
  #next: number;

  /** From byte `start`, a multiple of 64, to byte `end`. */
  constructor(readonly buffer: ArrayBuffer, start: number, readonly end: number) {
    this.#next = start;
  }

  float32(length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.buffer, this.#take(4 * length), length);
  }

  float64(length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.buffer, this.#take(8 * length), length);
  }

  int8(length: number): Int8Array<ArrayBuffer> {
    return new Int8Array(this.buffer, this.#take(length), length);
  }

  /** Refuses an array from elsewhere or too short. */
  check(name: string, array: Float32Array | Float64Array | Int8Array, length: number): void {
    if (array.buffer !== this.buffer) {
      throw new RangeError(`${name} is not in the kernels' memory: it must come from their float32, float64 or int8`);
    }
    if (array.length < length) throw new RangeError(`${name} has ${array.length} entries; ${length} are needed`);
  }

  #take(bytes: number): number {
    const start = this.#next;
    const end = start + arrayBytes(bytes);
    if (!(end <= this.end)) {
      throw new RangeError(
        `the kernels' memory is used up: ${bytes} bytes asked for, ${this.end - start} left. ` +
          "State more bytes where they are opened.",
      );
    }
    this.#next = end;
    return start;
  }
}
