/** The summary of a small job, made at once: to start a worker for it would take longer. Loaded when one is asked for. */
import type { Summary } from "../schema/summary.ts";
import type { DrawsLayout } from "../store/layout.ts";
import { summarize, type SummaryOptions } from "./summary.ts";
import { reading, type Result } from "./summary_result.ts";
import { Workspace } from "./workspace.ts";

const workspace = new Workspace();

export function summarizeHere(layout: DrawsLayout, options: SummaryOptions): Result<Summary> {
  return reading(layout, (reader) => summarize(reader, options, workspace));
}
