/** The Comlink entry of a statistics worker, which keeps long summaries off the thread that answers requests. */
import * as Comlink from "comlink";
import type { Summary } from "../schema/summary.ts";
import type { DrawsLayout } from "../store/layout.ts";
import {
  summarize,
  summarizeVariables,
  summarizeWhole,
  type SummaryOptions,
  type VariablesPart,
  type Whole,
} from "./summary.ts";
import { reading, type Result } from "./summary_result.ts";
import { Workspace } from "./workspace.ts";

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

Comlink.expose(api);
