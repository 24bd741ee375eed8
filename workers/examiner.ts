/** Examines users' modules in a node: each in a worker of its own, for so long and no longer. */
import type { ExaminationResult, ModuleText } from "./examination.ts";

export class Examiner {
  readonly #deadlineMs: number;
  /** Started before it is asked for: a module that waits for its examination waits for nothing else. */
  #next: Worker | null = null;

  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
    this.#next = hire();
  }

  async examine(module: ModuleText): Promise<ExaminationResult> {
    const worker = this.#next ?? hire();
    this.#next = null;
    const { port1: here, port2: there } = new MessageChannel();
    const { promise, resolve } = Promise.withResolvers<ExaminationResult>();
    const refuse = (message: string, isStuck = false) => resolve({ ok: false, path: "source", message, isStuck });
    let timer: ReturnType<typeof setTimeout> | undefined;
    here.onmessage = ({ data }) => {
      if (data === "begun") timer = setTimeout(late, this.#deadlineMs); // what comes before is no fault of the module
      else resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      refuse("the module broke the worker that opened it.");
    };
    const seconds = this.#deadlineMs / 1000;
    const late = () =>
      refuse(
        `the module did not finish loading within ${seconds} s: look for an endless loop, or make one evaluation quicker.`,
        true,
      );
    worker.postMessage(module, [there]);
    const result = await promise;
    clearTimeout(timer);
    here.close();
    worker.terminate();
    return result;
  }
}

function hire(): Worker {
  const entry = import.meta.resolve("./examination_worker.ts");
  return new Worker(entry, { type: "module", deno: { permissions: "none" } });
}
