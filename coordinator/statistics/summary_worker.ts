/** The Comlink entry of a statistics worker, which keeps long summaries off the thread that answers requests. */
import * as Comlink from "comlink";
import type { Summary } from "../schema/summary.ts";
import { LostBlockError } from "../store/errors.ts";
import { FileDraws } from "../store/file_draws.ts";
import type { DrawsLayout } from "../store/layout.ts";
import {
  summarize,
  summarizeVariables,
  summarizeWhole,
  type SummaryOptions,
  type VariablesPart,
  type Whole,
} from "./summary.ts";
import { Workspace } from "./workspace.ts";

/** Error classes are lost across Comlink, so failure is a value. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly lost: { readonly job: string; readonly chain: number; readonly segment: number } }
  | { readonly ok: false; readonly message: string };

const workspace = new Workspace();

const api = {
  summarize(layout: DrawsLayout, options: SummaryOptions): Result<Summary> {
    return reading(layout, (reader) => summarize(reader, options, workspace));
  },

  whole(layout: DrawsLayout, options: SummaryOptions): Result<Whole> {
    return reading(layout, (reader) => summarizeWhole(reader, options));
  },

  /** The reported values from `first` up to `end`. */
  variables(layout: DrawsLayout, first: number, end: number, options: SummaryOptions): Result<VariablesPart> {
    return reading(layout, (reader) => summarizeVariables(reader, first, end, options, workspace));
  },
};
export type SummaryApi = typeof api;

function reading<T>(layout: DrawsLayout, read: (reader: FileDraws) => T): Result<T> {
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

Comlink.expose(api);
