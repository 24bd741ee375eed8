/** The Comlink entry of the statistics worker, which keeps long summaries off the thread that answers requests. */
import * as Comlink from "comlink";
import type { Summary } from "../schema/summary.ts";
import { LostBlockError } from "../store/errors.ts";
import { FileDraws } from "../store/file_draws.ts";
import type { DrawsLayout } from "../store/layout.ts";
import { summarize, type SummaryOptions } from "./summary.ts";
import { Workspace } from "./workspace.ts";

/** Error classes are lost across Comlink, so failure is a value. */
export type SummaryResult =
  | { readonly ok: true; readonly summary: Summary }
  | { readonly ok: false; readonly lost: { readonly job: string; readonly chain: number; readonly segment: number } }
  | { readonly ok: false; readonly message: string };

const workspace = new Workspace();

const api = {
  summarize(layout: DrawsLayout, options: SummaryOptions): SummaryResult {
    try {
      const reader = new FileDraws(layout);
      try {
        return { ok: true, summary: summarize(reader, options, workspace) };
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
  },
};
export type SummaryApi = typeof api;

Comlink.expose(api);
