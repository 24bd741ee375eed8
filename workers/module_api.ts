/**
 * What a worker that runs a user's module does. It speaks through a port that is known to this file's closure alone, over which the realm is closed
 * before the first module is opened.
 */
import * as Comlink from "comlink";
import type { Pinned } from "../models/modules/definition.ts";
import { openModule } from "../models/modules/module.ts";
import { onFirstMessage } from "./hardened_realm.ts";
import type { ExaminationResult, ModuleText } from "./examination.ts";
import type { Sampler } from "./kernels/kernel.ts";
import { processOf } from "./sampling_process.ts";
import type { SamplingSpec } from "./sampling.ts";
import { type BaseApi, workerApi } from "./worker_api.ts";

const decoder = new TextDecoder();

export interface ModuleApi extends BaseApi {
  examine(module: ModuleText): ExaminationResult;
}

type ModuleModel = SamplingSpec["model"] & { readonly data?: unknown; readonly examined: Pinned };

/** `samplers`: those that it has, by their kinds; `examine`: what examines modules, where it can. */
export function serveModules(
  samplers: Readonly<Record<string, Sampler>>,
  others: Partial<Pick<ModuleApi, "examine">> = {},
): void {
  const api = workerApi((spec, get) => {
    if ("train" in spec) throw new Error("a training came to a worker of modules");
    const { model, sampler } = spec;
    if (!isExamined(model)) throw new Error("a model that is no examined module came to a worker of modules");
    const compiled = JSON.parse(decoder.decode(get(model.examined.sha256))); // as the examination made it
    const opened = openModule(compiled, model.data);
    return processOf(spec, opened.module.target(opened.data, model.examined.generated), samplers[sampler.kind], {
      get,
    });
  });

  onFirstMessage((_, port) => Comlink.expose({ ...api, ...others }, port));
}

/** Specs come from the coordinator, whose schemas they have met. */
function isExamined(model: SamplingSpec["model"]): model is ModuleModel {
  return model.kind === "module" && "examined" in model;
}
