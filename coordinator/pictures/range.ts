/** Which numbers are black and which are white. */
import { InputError } from "../../numerics/errors.ts";

/** [black, white]; what is between them is grey, what is beyond them is the nearer of the two. */
export type Range = readonly [number, number];

export const UNIT_RANGE: Range = [0, 1];
export const SPIN_RANGE: Range = [-1, 1];

/** From the least to the greatest number. Throws InputError (path "") where one is not finite. */
export function wholeRange(images: readonly ArrayLike<number>[]): Range {
  let low = Infinity, high = -Infinity;
  images.forEach((image, index) => {
    for (let i = 0; i < image.length; i++) {
      if (!Number.isFinite(image[i])) {
        throw new InputError("", `picture ${index + 1} cannot be drawn: its pixel ${i + 1} is ${image[i]}`);
      }
      low = Math.min(low, image[i]);
      high = Math.max(high, image[i]);
    }
  });
  if (low < high) return [low, high];
  return low === high ? [low - 1, low + 1] : UNIT_RANGE; // one grey for all; and where there is no pixel, any
}

/** Of weights: as far down as up, so that 0 is the middle grey. */
export function symmetricRange(images: readonly ArrayLike<number>[]): Range {
  const [low, high] = wholeRange(images);
  const most = Math.max(Math.abs(low), Math.abs(high));
  return [-most, most];
}

/** Bits and probabilities from 0 to 1, spins from −1 to 1, other numbers from the least to the greatest. */
export function naturalRange(images: readonly ArrayLike<number>[]): Range {
  const [low, high] = images.length === 0 ? UNIT_RANGE : wholeRange(images);
  if (low >= 0 && high <= 1) return UNIT_RANGE;
  const areSpins = images.every((image) => {
    for (let i = 0; i < image.length; i++) if (Math.abs(image[i]) !== 1) return false;
    return true;
  });
  return areSpins ? SPIN_RANGE : [low, high];
}
