/** The entry of a process that makes one summary: a request from standard input, a Result<Summary> to standard output. */
import { encodeFrame, readFrames } from "../../workers/frames.ts";
import type { DrawsLayout } from "../store/layout.ts";
import { summarize, type SummaryOptions } from "./summary.ts";
import { reading } from "./summary_result.ts";

export interface Request {
  readonly layout: DrawsLayout;
  readonly options: SummaryOptions;
}

for await (const { message: { layout, options } } of readFrames<Request>(Deno.stdin.readable)) {
  const output = Deno.stdout.writable.getWriter();
  for (const chunk of encodeFrame(reading(layout, (reader) => summarize(reader, options)))) await output.write(chunk);
  break;
}
Deno.exit(0);
