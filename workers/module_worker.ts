/**
 * The Comlink entry of workers that run a user's module: each of one job, thrown away with it. They speak through a port that is known to this file's
 * closure alone, over which the realm is closed before the first module is opened.
 */
import "./schemas_without_code.ts";
import * as Comlink from "comlink";
import type { Assets } from "../models/model.ts";
import { module } from "../models/modules/definition.ts";
import { openModule } from "../models/modules/module.ts";
import { onFirstMessage } from "./hardened_realm.ts";
import type { KernelDefinition } from "./kernels/kernel.ts";
import { nuts } from "./kernels/nuts.ts";
import { processOf } from "./sampling_process.ts";
import { workerApi } from "./worker_api.ts";

const decoder = new TextDecoder();

/** The default sampler is there; all the others, which take as long to load as a small job, come when one of them is asked for. */
async function kernelOf(kind: string): Promise<KernelDefinition> {
  if (kind === nuts.kind) return nuts;
  const { kernels }: { kernels: Record<string, KernelDefinition> } = await import("./kernels/registry.ts");
  return kernels[kind];
}

const api = workerApi(async (spec, get) => {
  if ("train" in spec) throw new Error("a training came to a worker of modules");
  const open: Assets["openModule"] = (sha256, data, generated) => {
    const compiled = JSON.parse(decoder.decode(get(sha256))); // as the examination made it
    const opened = openModule(compiled, data);
    return opened.module.target(opened.data, generated);
  };
  const assets: Assets = { get, openModule: open };
  const definition = await kernelOf(spec.sampler.kind);
  return processOf(spec, module.build(module.config.parse(spec.model), assets), definition, assets);
});

onFirstMessage((_, port) => Comlink.expose(api, port));
