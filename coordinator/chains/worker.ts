/** The Comlink entry of the chain laboratory's worker: seconds of arithmetic, off the thread that answers requests. */
import * as Comlink from "comlink";
import { InputError } from "../../numerics/errors.ts";
import type { ChainAnalysis } from "../schema/chain.ts";
import { type Fault, ValidationError } from "../schema/errors.ts";
import { acceptChain } from "./accept.ts";
import { analyse } from "./analyse.ts";

/** 512 states take seconds; what takes minutes is left to the command line. */
const MOST_STATES_SERVED = 512;
const LONGEST_MS = 30_000; // of exploring a kernel

/** Error classes are lost across Comlink, so failure is a value. */
export type ChainResult =
  | { readonly ok: true; readonly analysis: ChainAnalysis }
  | { readonly ok: false; readonly faults: readonly Fault[] }
  | { readonly ok: false; readonly message: string };

const api = {
  /** `assets`: those that the model of the request names, by their SHA-256. */
  analyse(value: unknown, assets: ReadonlyMap<string, Uint8Array>): ChainResult {
    const end = performance.now() + LONGEST_MS;
    const check = () => {
      if (performance.now() < end) return;
      throw new InputError("", `trying all its runs takes more than ${LONGEST_MS / 1000} s. Take a smaller model.`);
    };
    const get = (sha256: string) => {
      const bytes = assets.get(sha256);
      if (!bytes) throw new InputError("sha256", `the parameters ${sha256} did not come with the request.`);
      return bytes;
    };
    try {
      return { ok: true, analysis: analyse(acceptChain(value, { mostStates: MOST_STATES_SERVED, check }, { get })) };
    } catch (error) {
      if (error instanceof ValidationError) return { ok: false, faults: error.faults };
      return { ok: false, message: error instanceof Error ? error.message : String(error) };
    }
  },
};
export type ChainApi = typeof api;

Comlink.expose(api);
