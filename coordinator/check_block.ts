/**
 * Holds a result against what its segment has to give, before it is committed: a node that runs users' code may be made to say anything, and what is
 * committed is read by everyone.
 */
import { z } from "zod";
import { columnBytes, decodeTail, HEADER_BYTES, readLayout, tailOf } from "../workers/block.ts";
import { countValues } from "../models/target.ts";
import type { AcceptedWork } from "./accept_work.ts";
import { lanesOf } from "./store/layout.ts";

const MOST_TERMS = 100;
const MOST_TEXT = 300;

const Tail = z.object({
  numericClass: z.string().max(300),
  nonFinite: z.int().min(0),
  terms: z.array(z.strictObject({
    line: z.int().min(0),
    column: z.int().min(0),
    text: z.string().max(MOST_TEXT),
    count: z.int().min(1),
  })).max(MOST_TERMS).optional(),
});

/** What of a block the store keeps beside its bytes. */
export interface CheckedBlock {
  readonly lanes: number;
  readonly draws: number;
  readonly nonFinite: number;
  readonly terms?: z.output<typeof Tail>["terms"];
}

/** `group`: of chains that are advanced together. Throws where it is no block of that segment. */
export function checkBlock(
  bytes: Uint8Array,
  { shape, plan }: Pick<AcceptedWork, "shape" | "plan">,
  group: number,
  segment: number,
): CheckedBlock {
  if (bytes.byteLength < HEADER_BYTES) throw new Error(`${bytes.byteLength} bytes are no block`);
  const layout = readLayout(bytes);
  const lanes = lanesOf(shape, group), draws = plan.drawsAfter(segment + 1) - plan.drawsAfter(segment);
  const statistics = shape.statistics.reduce((sum, { type }) => sum + columnBytes(type, lanes * draws), 0);
  expect("chains", layout.lanes, lanes);
  expect("draws", layout.draws, draws);
  expect("values of a draw", layout.values, draws === 0 ? 0 : countValues(shape.variables));
  if (draws > 0) expect("type of values", layout.valueType, shape.valueType);
  expect("bytes of statistics", layout.tailStart - layout.statisticsStart, statistics);
  expect("bytes", bytes.byteLength, layout.end);
  const { nonFinite, terms } = Tail.parse(decodeTail(tailOf(bytes)));
  return { lanes, draws, nonFinite, ...(terms && terms.length > 0 ? { terms } : {}) };
}

function expect(what: string, found: unknown, wanted: unknown): void {
  if (found !== wanted) throw new Error(`${what}: expected ${wanted}, found ${found}`);
}
