/** Bob Jenkins's lookup3 (`hashlittle`, initial value 0): the checksum of HDF5's metadata. Jenkins (2006), public domain. */
export function lookup3(bytes: Uint8Array): number {
  let remaining = bytes.byteLength;
  let a = (0xdeadbeef + remaining) | 0, b = a, c = a;
  if (remaining === 0) return c >>> 0;
  let offset = 0;
  // Past the end there are zeros.
  const word = (i: number) => bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
  for (; remaining > 12; remaining -= 12, offset += 12) {
    a = (a + word(offset)) | 0;
    b = (b + word(offset + 4)) | 0;
    c = (c + word(offset + 8)) | 0;
    a = ((a - c) | 0) ^ rotate(c, 4), c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotate(a, 6), a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotate(b, 8), b = (b + a) | 0;
    a = ((a - c) | 0) ^ rotate(c, 16), c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotate(a, 19), a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotate(b, 4), b = (b + a) | 0;
  }
  a = (a + word(offset)) | 0;
  b = (b + word(offset + 4)) | 0;
  c = (c + word(offset + 8)) | 0;
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return c >>> 0;
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}
