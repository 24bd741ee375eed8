/**
 * The summary of a large job, in a process of its own: it takes 24 bytes a draw of one variable, which go back to the system with the
 * process, and where there is not enough memory, that process ends and the service does not.
 */
import { fileURLToPath as fromFileUrl } from "node:url";
import { encodeFrame, readFrames } from "../../workers/frames.ts";
import type { Summary } from "../schema/summary.ts";
import type { DrawsLayout } from "../store/layout.ts";
import type { SummaryOptions } from "./summary.ts";
import type { Request } from "./summary_process.ts";
import { type Result, valueOf } from "./summary_result.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

export class LargeSummary {
  readonly #child: Deno.ChildProcess;
  /** Rejects with LostBlockError where a block is damaged, with an Error where the process ends before it has answered. */
  readonly summary: Promise<Summary>;

  constructor(layout: DrawsLayout, options: SummaryOptions) {
    const entry = new URL("./summary_process.ts", import.meta.url).href;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--cached-only", `--allow-read=${ROOT},${layout.path}`, entry],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.summary = this.#ask({ layout, options });
  }

  /** Ends the process; `summary` rejects where it had not settled. */
  end(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // already gone
    }
  }

  async #ask(request: Request): Promise<Summary> {
    const input = this.#child.stdin.getWriter();
    try {
      // A write fails only where the process is gone: then nothing is read.
      for (const chunk of encodeFrame(request)) await input.write(chunk).catch(() => {});
      for await (const { message } of readFrames<Result<Summary>>(this.#child.stdout)) return valueOf(message);
    } finally {
      await input.abort().catch(() => {});
      await this.#child.status;
    }
    throw new Error("the process of a large summary ended without an answer; there may be too little memory");
  }
}
