/** What a statistics worker or process answers: error classes do not cross, so failure is a value. */
import { LostBlockError } from "../store/errors.ts";
import { FileDraws } from "../store/file_draws.ts";
import type { DrawsLayout } from "../store/layout.ts";

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly lost: { readonly job: string; readonly chain: number; readonly segment: number } }
  | { readonly ok: false; readonly message: string };

/** What `read` makes of the draws of a layout. Never throws. */
export function reading<T>(layout: DrawsLayout, read: (reader: FileDraws) => T): Result<T> {
  try {
    const reader = new FileDraws(layout);
    try {
      return { ok: true, value: read(reader) };
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof LostBlockError) {
      const { job, chain, segment } = error;
      return { ok: false, lost: { job, chain, segment } };
    }
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/** Throws LostBlockError where a block is damaged. */
export function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  if ("lost" in result) throw new LostBlockError(result.lost.job, result.lost.chain, result.lost.segment);
  throw new Error(result.message);
}
