/** The registry as the command line reaches it: a store's folder, or a running service. */
import { z } from "zod";
import type { Hints } from "../../onnx/import/hints.ts";
import { RequestError } from "../http/problem.ts";
import { NotFoundError, StateConflictError, ValidationError } from "../schema/errors.ts";
import { ModelView } from "../schema/models.ts";
import { Problem } from "../schema/problem.ts";
import { StoreDamagedError, StoreLockedError } from "../store/errors.ts";
import { Store } from "../store/store.ts";
import { Inference } from "../inference/inference.ts";
import { checkVectors } from "../uploads/vectors.ts";
import { expectUnpointed } from "../uploads/aliases.ts";
import { modelView } from "../uploads/stored.ts";
import { Uploads } from "../uploads/uploads.ts";
import { UsageError } from "./usage.ts";

/** Methods that name a model throw UsageError where it is not there, and where the model is refused. */
export interface ModelRegistry {
  list(): Promise<ModelView[]>;
  show(name: string): Promise<ModelView>;
  put(name: string, file: string, hints: Hints): Promise<ModelView>;
  /** The manifest of a flow, whose vectors its graphs are held to. */
  putManifest(name: string, manifest: unknown): Promise<ModelView>;
  remove(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface RegistryPlace {
  readonly store?: string;
  readonly url?: string;
  readonly token?: string;
}

export function openRegistry({ store, url, token }: RegistryPlace): ModelRegistry {
  if (store !== undefined && url !== undefined) throw new UsageError("give --store or --url, not both");
  return url === undefined ? inStore(store ?? "./store") : overHttp(url, token);
}

function inStore(folder: string): ModelRegistry {
  const store = opened(folder);
  const uploads = new Uploads(store);
  const inference = new Inference();
  const found = (name: string) => {
    const model = store.models.get(name);
    if (!model) throw new UsageError(`there is no model ${JSON.stringify(name)} in ${folder}`);
    return model;
  };
  return {
    list: () => Promise.resolve(store.models.all().map(modelView)),
    show: (name) => saying(() => modelView(found(name))),
    put: (name, file, hints) =>
      saying(async () => {
        using source = await Deno.open(file);
        return modelView(await uploads.take(name, source.readable, hints));
      }),
    putManifest: (name, manifest) =>
      saying(async () => {
        const model = found(name);
        const checked = { ...model, about: await checkVectors(model, manifest, inference, store.assets) };
        store.models.put(checked);
        return modelView(checked);
      }),
    remove: (name) =>
      saying(() => {
        expectUnpointed(store.models, name);
        if (!store.models.remove(name)) found(name);
      }),
    close: async () => {
      await inference.close();
      store.close();
    },
  };
}

function opened(folder: string): Store {
  try {
    return Store.open(folder, { durable: true });
  } catch (error) {
    if (error instanceof StoreLockedError) {
      throw new UsageError(`${error.message} A running service is reached by --url.`);
    }
    if (error instanceof StoreDamagedError) throw new UsageError(error.message);
    throw error;
  }
}

function overHttp(url: string, token: string | undefined): ModelRegistry {
  if (!/^https?:\/\//.test(url)) throw new UsageError(`--url expects http://HOST:PORT, found ${JSON.stringify(url)}`);
  const call = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const headers = { ...init.headers, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) };
    let response;
    try {
      response = await fetch(new URL(path, url), { ...init, headers });
    } catch (error) {
      throw new UsageError(`no service answers at ${url}: ${error instanceof Error ? error.message : error}`);
    }
    const body: unknown = response.status === 204 ? null : await response.json();
    if (response.ok) return body;
    const problem = Problem.safeParse(body);
    if (!problem.success) throw new UsageError(`${url} answered ${response.status}, and not as this service does`);
    throw refusal(problem.data.errors ?? [{ path: "", message: problem.data.detail }]);
  };
  const view = async (path: string, init?: RequestInit) => ModelView.parse(await call(path, init));
  return {
    list: async () => z.object({ models: z.array(ModelView) }).parse(await call("/v1/models")).models,
    show: (name) => view(`/v1/models/${name}`),
    put: async (name, file, { direction, base, roles }) => {
      const query = new URLSearchParams({ ...(direction ? { direction } : {}), ...(base ? { base } : {}), ...roles });
      const { size } = await Deno.stat(file);
      const source = await Deno.open(file);
      return await view(`/v1/models/${name}?${query}`, {
        method: "PUT",
        headers: { "Content-Type": "application/octet-stream", "Content-Length": String(size) },
        body: source.readable, // closes the file at its end
      });
    },
    putManifest: (name, manifest) =>
      view(`/v1/models/${name}`, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(manifest),
      }),
    remove: async (name) => void await call(`/v1/models/${name}`, { method: "DELETE" }),
    close: () => Promise.resolve(),
  };
}

/** What the caller can cause is a matter of the words. */
async function saying<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ValidationError) throw refusal(error.faults);
    const isExpected = error instanceof RequestError || error instanceof NotFoundError ||
      error instanceof StateConflictError;
    throw isExpected ? refusal([{ path: "", message: error.message }]) : error;
  }
}

function refusal(faults: readonly { path: string; message: string }[]): UsageError {
  return new UsageError(faults.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("\n"));
}
