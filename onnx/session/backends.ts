/** Which backends a machine has, and which of them a job is given. */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { NumericClass } from "../../models/target.ts";
import { webGpuClass } from "./open.ts";
import type { Backend } from "./session.ts";

/** What probe.ts finds. `wasm` is always there. */
export const Backends = z.strictObject({
  webgpu: z.union([
    z.strictObject({ adapter: z.string(), isSoftware: z.boolean() }),
    z.strictObject({ missing: z.string() }),
  ]),
  native: z.union([z.literal(true), z.strictObject({ missing: z.string() })]),
});
export type Backends = z.infer<typeof Backends>;

/** What a job may ask for. */
export type Asked = Backend | "auto";

export interface Choice {
  readonly numericClass: NumericClass;
  /** Why it is not what was asked for. */
  readonly insteadOf?: string;
}

/**
 * `auto`: the first of webgpu, native and wasm that is there, a software adapter never. A backend that is asked for by name and missing
 * gives way to the next, and the choice says so.
 */
export function chooseBackend(asked: Asked, { webgpu, native }: Backends): Choice {
  const isAsked = asked === "webgpu";
  if ((isAsked || asked === "auto") && "adapter" in webgpu && (isAsked || !webgpu.isSoftware)) {
    return { numericClass: webGpuClass({ name: webgpu.adapter }) };
  }
  const missing: string[] = isAsked && "missing" in webgpu ? [`webgpu: ${webgpu.missing}`] : [];
  if (asked !== "wasm") {
    if (native === true) return withWord("native", missing);
    if (asked === "native") missing.push(`native: ${native.missing}`);
  }
  return withWord("wasm", missing);
}

function withWord(numericClass: NumericClass, missing: readonly string[]): Choice {
  return missing.length === 0 ? { numericClass } : { numericClass, insteadOf: missing.join("; ") };
}

/** For whoever cannot find out: only what is always there. */
export const WASM_ALONE: Backends = {
  webgpu: { missing: "it was not looked for" },
  native: { missing: "it was not looked for" },
};

export function expectBackends(found: unknown): Backends {
  const parsed = Backends.safeParse(found);
  if (parsed.success) return parsed.data;
  throw new InputError("backend", "the process that looks for backends answered what cannot be read");
}
