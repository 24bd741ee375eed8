import assert from "node:assert/strict";
import { encodePng, type Picture } from "../../../coordinator/pictures/picture.ts";
import { naturalRange, symmetricRange, wholeRange } from "../../../coordinator/pictures/range.ts";
import { completionSheet, filterSheet, imageSheet } from "../../../coordinator/pictures/sheet.ts";
import { readPng } from "./read_png.ts";

/** The lines of a picture, `.` for the ground. */
function lines({ width, height, pixels }: Picture): string[] {
  const mark = (pixel: number) => (pixel === 96 ? "." : String(pixel).padStart(3, " "));
  return Array.from(
    { length: height },
    (_, y) => [...pixels.subarray(y * width, (y + 1) * width)].map(mark).join(" "),
  );
}

Deno.test("a PNG decoded by other means is the picture, and its bytes are always the same", () => {
  for (const [width, height] of [[1, 1], [3, 5], [200, 130]]) {
    const pixels = Uint8Array.from({ length: width * height }, (_, i) => (i * i * 7 + (i >> 4)) & 255);
    const png = encodePng({ width, height, pixels });
    assert.deepEqual(readPng(png), { width, height, pixels });
    assert.deepEqual(encodePng({ width, height, pixels }), png);
  }
});

Deno.test("images stand row by row with a margin around each, and zoom repeats their pixels", () => {
  const images = [[0, 1], [1, 0], [0.2, 1]];
  assert.deepEqual(lines(imageSheet(images, [2, 1], [0, 1], { columns: 2, margin: 1, zoom: 1 })), [
    ". . . . .",
    ".   0 . 255 .",
    ". 255 .   0 .",
    ". . . . .",
    ".  51 . . .",
    ". 255 . . .",
    ". . . . .",
  ]);
  assert.deepEqual(lines(imageSheet([[0, 1]], [1, 2], [0, 1], { zoom: 2, margin: 0 })), [
    "  0   0 255 255",
    "  0   0 255 255",
  ]);
});

Deno.test("a free place stays ground, what lies beyond the range is black or white", () => {
  assert.deepEqual(lines(imageSheet([null, [-7, 9]], [1, 2], [-1, 1], { columns: 2, margin: 0, zoom: 1 })), [
    ". .   0 255",
  ]);
});

Deno.test("by default a sheet is about square, and each image about 56 pixels large", () => {
  const images = Array.from({ length: 100 }, () => new Float64Array(28 * 28));
  const square = imageSheet(images, [28, 28], [0, 1]);
  assert.deepEqual([square.width, square.height], [582, 582]);
  const flat = imageSheet(Array.from({ length: 12 }, () => new Float64Array(30)), [10, 3], [0, 1], {
    margin: 0,
    zoom: 1,
  });
  assert.deepEqual([flat.width, flat.height], [7 * 3, 2 * 10]);
});

Deno.test("no sheet and one too large", () => {
  const { width, height } = imageSheet([], [2, 2], [0, 1]);
  assert.deepEqual([width, height], [2 + 56 + 2, 2]);
  const images = Array.from({ length: 1000 }, () => new Float64Array(784));
  assert.throws(() => imageSheet(images, [28, 28], [0, 1], { zoom: 64 }), { path: "zoom" });
});

Deno.test("weights of 0 are middle grey; a common scale compares filters, one each shows them", () => {
  // [visible 2 × hidden 3]: the columns (1, -1), (4, 0), (0, 0).
  const weights = [1, 4, 0, -1, 0, 0];
  const shades = (
    scale: "common" | "each",
  ) => [...filterSheet(weights, 3, [2, 1], { scale, columns: 3, margin: 0, zoom: 1 }).pixels];
  assert.deepEqual(shades("common"), [159, 255, 128, 96, 128, 128]);
  assert.deepEqual(shades("each"), [255, 255, 128, 0, 128, 128]);
  assert.equal(filterSheet(weights, 3, [2, 1], { count: 2, columns: 9, margin: 0, zoom: 1 }).width, 2);
});

Deno.test("a completion stands below what was given of it and above the truth; the rest is middle grey", () => {
  const one = (truth?: number[]) => ({ given: [1, 1], known: [1, 0], completed: [1, 0], truth });
  assert.deepEqual(lines(completionSheet([one([0, 1]), one(), one()], [1, 2], { columns: 2, margin: 0, zoom: 1 })), [
    "255 128 255 128",
    "255   0 255   0",
    "  0 255 . .",
    "255 128 . .",
    "255   0 . .",
  ]);
});

Deno.test("ranges fit what is shown, and refuse what cannot be", () => {
  assert.deepEqual(naturalRange([[0, 1], [0.5, 0]]), [0, 1]);
  assert.deepEqual(naturalRange([[-1, 1]]), [-1, 1]);
  assert.deepEqual(naturalRange([[-1, 0.5]]), [-1, 0.5]);
  assert.deepEqual(naturalRange([[3, 9]]), [3, 9]);
  assert.deepEqual(naturalRange([]), [0, 1]);
  assert.deepEqual(wholeRange([[7, 7]]), [6, 8]);
  assert.deepEqual(symmetricRange([[-1, 3]]), [-3, 3]);
  for (const bad of [NaN, Infinity]) {
    assert.throws(() => wholeRange([[0, 1], [2, bad]]), new RegExp(`picture 2 cannot be drawn: its pixel 2 is ${bad}`));
  }
});
