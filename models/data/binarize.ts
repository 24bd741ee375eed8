/** Bits from intensities: by a threshold, or by a coin for each value. */
import { InputError } from "../../numerics/errors.ts";
import { Purpose, Random } from "../../numerics/random/random.ts";
import type { Dataset } from "./dataset.ts";
import { fullIntensity } from "./intensity.ts";

const TWO_32 = 4294967296;

/** 1 where the intensity is above the threshold. An intensity is a byte divided by 255, or a bit or a real number as it is. */
export function binarize(data: Dataset, threshold: number): Dataset {
  const { values } = data;
  const limit = threshold * fullIntensity(values);
  const bits = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bits[i] = values[i] > limit ? 1 : 0;
  return { ...data, values: bits };
}

/**
 * 1 with the intensity as its probability, drawn once: the data are then fixed, as Salakhutdinov & Murray (2008) have them.
 * Row r takes the numbers of stream r: the same bits, however many rows are taken or where they are computed. A set of bits
 * stays as it is.
 */
export function binarizeStochastically(data: Dataset, seed: number): Dataset {
  const { rows, columns, values } = data;
  const scale = fullIntensity(values);
  const bad = values.findIndex((value) => !(value >= 0 && value <= scale));
  if (bad >= 0) {
    throw new InputError(
      "binarize",
      `stochastic bits need intensities from 0 to 1; row ${Math.floor(bad / columns)}, column ${bad % columns} is ` +
        `${values[bad]}. Rescale the data, or give a threshold.`,
    );
  }
  const random = new Random(seed);
  const bits = new Uint8Array(values.length);
  for (let row = 0; row < rows; row++) {
    random.at(row, 0, Purpose.data);
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      bits[i] = random.uint32() < values[i] / scale * TWO_32 ? 1 : 0; // 0 never, 1 always
    }
  }
  return { ...data, values: bits };
}
