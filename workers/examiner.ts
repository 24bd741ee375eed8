/** Examines users' modules in a worker, for so long and no longer. */
import type { ExaminationResult, ModuleText } from "./examination.ts";

/** The worker, as far as an examination needs it. */
export interface Examining {
  /** Settles when it has started. */
  readonly ready: Promise<void>;
  examine(module: ModuleText): Promise<ExaminationResult>;
  /** Has errors that nobody caught in it told to `tell`. */
  onFault(tell: () => void): void;
}

/** Never rejects. After a result that is not ok the worker is of no more use. */
export async function examineIn(worker: Examining, module: ModuleText, deadlineMs: number): Promise<ExaminationResult> {
  const { promise, resolve } = Promise.withResolvers<ExaminationResult>();
  const refuse = (message: string, isStuck = false) => resolve({ ok: false, path: "source", message, isStuck });
  const broken = () => refuse("the module broke the worker that opened it.");
  const late = () =>
    refuse(
      `the module did not finish loading within ${
        deadlineMs / 1000
      } s: look for an endless loop, or make one evaluation quicker.`,
      true,
    );
  let timer: ReturnType<typeof setTimeout> | undefined;
  void worker.ready.then(() => timer = setTimeout(late, deadlineMs)); // what comes before is no fault of the module
  worker.onFault(broken);
  worker.examine(module).then(resolve, broken);
  const result = await promise;
  clearTimeout(timer);
  return result;
}
