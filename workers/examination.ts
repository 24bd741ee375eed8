/** What is found out of a user's module before a job of it is taken. */
import type { ModuleCheck } from "../models/modules/checking/check.ts";
import type { Compiled } from "../models/modules/compile/compile.ts";
import type { Examination } from "../models/modules/module.ts";

/** A module as it was sent. */
export interface ModuleText {
  readonly source: string;
  /** Any JSON value; undefined where the job has none. */
  readonly data?: unknown;
  /** Asks for a check of its gradient and transforms too; the seed is that of the points that are looked at. */
  readonly check?: { readonly seed: number };
}

export interface Examined extends Examination {
  readonly compiled: Compiled;
  /** Where one was asked for. */
  readonly check?: ModuleCheck;
}

/** Errors lose their class on the way, so failure is a value: `path` is that in the model, `source` or `data`. */
export type ExaminationResult =
  | { readonly ok: true; readonly examined: Examined }
  | {
    readonly ok: false;
    readonly path: string;
    readonly message: string;
    /** It does not end: the process is of no more use. */
    readonly isStuck?: boolean;
  };
