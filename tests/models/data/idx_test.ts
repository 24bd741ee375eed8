import assert from "node:assert/strict";
import { encodeIdx, isIdx, parseIdx } from "../../../models/data/idx.ts";
import { idxDataset } from "../../../models/data/idx_dataset.ts";
import { InputError } from "../../../numerics/errors.ts";

/** An IDX file by its bytes: the type, the lengths of its axes, its elements as they stand in the file. */
function idx(type: number, shape: number[], elements: number[]): Uint8Array {
  const lengths = shape.flatMap((length) => [length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255]);
  return Uint8Array.of(0, 0, type, shape.length, ...lengths, ...elements);
}

Deno.test("a file of images is rows of bytes with their height and width", () => {
  const images = idx(0x08, [2, 1, 3], [0, 128, 255, 1, 2, 3]);
  const data = idxDataset("tiny", images, idx(0x08, [2], [7, 9]));
  assert.deepEqual(data, {
    name: "tiny",
    rows: 2,
    columns: 3,
    values: Uint8Array.of(0, 128, 255, 1, 2, 3),
    image: [1, 3],
    labels: Uint8Array.of(7, 9),
    validationRows: 0,
  });
});

Deno.test("all types of element are read big-endian", () => {
  const cases: [type: number, elements: number[], expected: number[]][] = [
    [0x09, [0xff, 0x7f], [-1, 127]],
    [0x0b, [0x01, 0x00, 0xff, 0xfe], [256, -2]],
    [0x0c, [0, 1, 0, 0, 0xff, 0xff, 0xff, 0xff], [65536, -1]],
    [0x0d, [0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0], [1.5, -2]],
    [0x0e, [0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0], [1.5, -2]],
  ];
  for (const [type, elements, expected] of cases) {
    assert.deepEqual(parseIdx(idx(type, [2], elements)).values, Float32Array.from(expected), `type ${type}`);
  }
});

Deno.test("what is written is read back, also from the middle of a buffer", () => {
  const bytes = encodeIdx([2, 2], Uint8Array.of(1, 2, 3, 4));
  const longer = new Uint8Array(bytes.length + 3);
  longer.set(bytes, 3);
  for (const read of [bytes, longer.subarray(3)]) {
    assert.ok(isIdx(read));
    assert.deepEqual(parseIdx(read), { shape: [2, 2], values: Uint8Array.of(1, 2, 3, 4) });
  }
});

Deno.test("a cut, lengthened, compressed or foreign file is refused with what it is", () => {
  const whole = encodeIdx([2, 2], Uint8Array.of(1, 2, 3, 4));
  const cases: [Uint8Array, RegExp][] = [
    [whole.subarray(0, whole.length - 1), /says 2 × 2 elements of 1 bytes, 16 bytes in all; found 15/],
    [Uint8Array.of(...whole, 0), /found 17/],
    [whole.subarray(0, 6), /a header of 12 bytes, found 6/],
    [Uint8Array.of(0x1f, 0x8b, 8, 0), /gzip: inflate it first/],
    [new TextEncoder().encode("1,2,3\n"), /found 31 2c 32 2c/],
    [new Uint8Array(0), /expected an IDX file/],
  ];
  for (const [bytes, message] of cases) assert.throws(() => parseIdx(bytes), message);
});

Deno.test("images and labels that do not belong together are refused, and the fault is named", () => {
  const images = encodeIdx([2, 1], Uint8Array.of(1, 2));
  const path = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      if (error instanceof InputError) return error.path;
    }
    return null;
  };
  assert.equal(path(() => idxDataset("x", images, encodeIdx([3], Uint8Array.of(1, 2, 3)))), "labels");
  assert.equal(path(() => idxDataset("x", Uint8Array.of(1))), "images");
  assert.equal(path(() => idxDataset("x", encodeIdx([0, 4], new Uint8Array(0)))), "images");
  assert.equal(path(() => idxDataset("x", idx(0x0d, [1, 1], [0x7f, 0xc0, 0, 0]))), "images"); // NaN
});
