/** Examines users' modules in a worker, for so long and no longer. */
import type * as Comlink from "comlink";
import type { ExaminationResult, ModuleText } from "./examination.ts";
import type { Member } from "./member.ts";
import type { ModuleApi } from "./module_api.ts";

/** Never rejects. After a result that is not ok the worker is of no more use. */
export async function examineIn(
  member: Member,
  modules: Comlink.Remote<ModuleApi>,
  module: ModuleText,
  deadlineMs: number,
): Promise<ExaminationResult> {
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
  void member.ready.then(() => timer = setTimeout(late, deadlineMs)); // what comes before is no fault of the module
  const { fault } = member;
  member.fault = broken;
  modules.examine(module).then(resolve, broken);
  const result = await promise;
  clearTimeout(timer);
  member.fault = fault;
  return result;
}
