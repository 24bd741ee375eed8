/** NumPy's array file: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */

/** Of every entry of an archive. Zip has local times: the same bytes in every time zone. */
export const FIRST_DATE = new Date(1980, 0, 1);

/** The head of an npy file, version 1.0: the data begin at a multiple of 64 bytes. */
export function arrayHeader(type: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const size = Math.ceil((10 + text.length + 1) / 64) * 64;
  const padded = text.padEnd(size - 11) + "\n";
  const length = padded.length;
  const magic = [0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, length & 0xff, length >> 8];
  return Uint8Array.of(...magic, ...new TextEncoder().encode(padded));
}
