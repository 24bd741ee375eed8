/** What a file of this folder exports to be registered: a format in which a job's draws can be had. */
import type { Target } from "../../models/target.ts";
import type { DrawsReader } from "../store/draws.ts";

/** What an output says of where its draws come from. */
export interface OutputContext {
  readonly job: string;
  /** The kinds on the wire: `eight-schools`, `nuts` … */
  readonly model: string;
  readonly sampler: string;
  readonly seed: number;
  /** Data that the posterior is conditioned on. */
  readonly observed?: Target["observed"];
  /** Ends the stream with its reason. */
  readonly signal?: AbortSignal;
  /** Where a format that is not written from front to back makes its file; by default the system's. */
  readonly temporaryFolder?: string;
}

export interface OutputFormat<Name extends string = string> {
  readonly name: Name;
  readonly contentType: string;
  /** With its dot. */
  readonly extension: string;
  /** The bytes that `stream` will give, where that is known before. */
  length?(draws: DrawsReader, context: OutputContext): number;
  /**
   * The draws as bytes, made as they are read: nothing is computed before the first read, and no more than a few blocks are
   * held at any time. The stream owns `draws` and closes it at its end, at a cancel and at an error; a damaged block is an
   * error of the stream, LostBlockError.
   */
  stream(draws: DrawsReader, context: OutputContext): ReadableStream<Uint8Array<ArrayBuffer>>;
}
