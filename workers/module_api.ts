/**
 * What a worker that runs a user's module does. It speaks through a port that is known to this file's closure alone, over which the realm is closed
 * before the first module is opened.
 */
import * as Comlink from "comlink";
import type { Assets } from "../models/model.ts";
import { module } from "../models/modules/definition.ts";
import { openModule } from "../models/modules/module.ts";
import { onFirstMessage } from "./hardened_realm.ts";
import type { KernelDefinition } from "./kernels/kernel.ts";
import { processOf } from "./sampling_process.ts";
import { workerApi } from "./worker_api.ts";

const decoder = new TextDecoder();

/** `kernels`: those that it has, by their kinds. */
export function serveModules(kernels: Readonly<Record<string, KernelDefinition>>): void {
  const api = workerApi((spec, get) => {
    if ("train" in spec) throw new Error("a training came to a worker of modules");
    const open: Assets["openModule"] = (sha256, data, generated) => {
      const compiled = JSON.parse(decoder.decode(get(sha256))); // as the examination made it
      const opened = openModule(compiled, data);
      return opened.module.target(opened.data, generated);
    };
    const assets: Assets = { get, openModule: open };
    const definition = kernels[spec.sampler.kind];
    return processOf(spec, module.build(module.config.parse(spec.model), assets), definition, assets);
  });

  onFirstMessage((_, port) => Comlink.expose(api, port));
}
