/** Little-endian bytes, appended to a buffer that grows. */
export class ByteWriter {
  #bytes = new Uint8Array(1 << 12);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  u8(...values: number[]): this {
    const offset = this.#reserve(values.length);
    values.forEach((value, i) => this.#bytes[offset + i] = value);
    return this;
  }

  u16(value: number): this {
    const offset = this.#reserve(2);
    this.#view.setUint16(offset, value, true);
    return this;
  }

  u32(value: number): this {
    const offset = this.#reserve(4);
    this.#view.setUint32(offset, value, true);
    return this;
  }

  u64(value: number | bigint): this {
    const offset = this.#reserve(8);
    this.#view.setBigUint64(offset, BigInt(value), true);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    const offset = this.#reserve(bytes.byteLength);
    this.#bytes.set(bytes, offset);
    return this;
  }

  /** Zeros up to a multiple of `size`. */
  align(size: number): this {
    this.#reserve(Math.ceil(this.#length / size) * size - this.#length);
    return this;
  }

  /** A copy of the bytes from `start` on. */
  slice(start = 0): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(start, this.#length);
  }

  #reserve(count: number): number {
    const offset = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.byteLength) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.byteLength));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return offset;
  }
}
