/**
 * The Comlink entry of workers that run a user's module: each of one job, thrown away with it. They speak through a port that is known to this file's
 * closure alone, over which the realm is closed before the first module is opened.
 */
import "./schemas_without_code.ts";
import * as Comlink from "comlink";
import { openModule } from "../models/modules/module.ts";
import type { Assets } from "../models/model.ts";
import { onFirstMessage } from "./hardened_realm.ts";
import { buildSamplingProcess } from "./sampling.ts";
import { workerApi } from "./worker_api.ts";

const decoder = new TextDecoder();

const api = workerApi((spec, get) => {
  if ("train" in spec) throw new Error("a training came to a worker of modules");
  const open: Assets["openModule"] = (sha256, data, generated) => {
    const compiled = JSON.parse(decoder.decode(get(sha256))); // as the examination made it
    const opened = openModule(compiled, data);
    return opened.module.target(opened.data, generated);
  };
  return buildSamplingProcess(spec, { get, openModule: open });
});

onFirstMessage((_, port) => Comlink.expose(api, port));
