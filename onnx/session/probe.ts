/**
 * The process that finds out which backends this machine has: `probe.ts NATIVE_FOLDER [software]`, with `software` also whether a software
 * adapter computes right. It has the permissions of a node, may die of a driver, and prints one line of
 * JSON: Backends.
 */
import { findAdapter } from "./adapter.ts";
import type { Backends } from "./backends.ts";
import { openNative } from "./native.ts";
import { webGpuClass } from "./open.ts";
import { selfTest } from "./self_test.ts";
import { openWasm, openWebGpu } from "./web.ts";

const [nativePath, wanted] = Deno.args;

async function webgpu(): Promise<Backends["webgpu"]> {
  const adapter = await findAdapter();
  if (!adapter) return { missing: "there is no adapter" };
  const { name, isSoftware } = adapter;
  if (isSoftware && wanted !== "software") return { missing: `${name} is a software adapter: it was not tested` };
  try {
    await selfTest((graph) => openWebGpu(graph, webGpuClass(adapter)), openWasm);
    return { adapter: name, isSoftware };
  } catch (error) {
    return { missing: `the adapter ${name} does not pass the self-test: ${sentence(error)}` };
  }
}

async function native(): Promise<Backends["native"]> {
  const { state } = await Deno.permissions.query({ name: "ffi", path: nativePath });
  if (state !== "granted") return { missing: "the service was started without --allow-ffi" };
  try {
    await selfTest(openNative, openWasm);
    return true;
  } catch (error) {
    return { missing: sentence(error) };
  }
}

function sentence(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0].slice(0, 200);
}

const found: Backends = { webgpu: await webgpu(), native: await native() };
console.log(JSON.stringify(found));
Deno.exit(0); // what drivers leave running is not waited for
