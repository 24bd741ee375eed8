/** WebGPU on Debian's software adapter beside WebAssembly. Needs mesa-vulkan-drivers and libvulkan1; skipped without them, but not in CI. */
import assert from "node:assert/strict";
import { fileURLToPath as fromFileUrl } from "node:url";
import { hasSoftwareAdapter } from "./software_adapter.ts";

const isMissing = !hasSoftwareAdapter() && Deno.env.get("CI") !== "true";

async function linesOf(env: Record<string, string>): Promise<Record<string, unknown>[]> {
  const { stdout, success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", fromFileUrl(new URL("on_webgpu.ts", import.meta.url))],
    env: { DENO_WEBGPU_BACKEND: "vulkan", ...env },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

Deno.test({
  name: "every exported flow gives the same numbers on WebGPU as in WebAssembly, to 1e-5 or what its manifest allows",
  ignore: isMissing,
  fn: async () => {
    const [{ adapter }, ...flows] = await linesOf({});
    assert.ok(adapter, "apt-get install mesa-vulkan-drivers libvulkan1");
    assert.ok((adapter as { isSoftware: boolean }).isSoftware || !Deno.env.get("CI"));
    assert.ok(flows.length > 5);
    for (const { name, there, back, tolerance } of flows) {
      assert.ok(Number(there) <= Number(tolerance), `${name}, forward: ${there}, allowed ${tolerance}`);
      assert.ok(Number(back) <= Number(tolerance), `${name}, inverse: ${back}, allowed ${tolerance}`);
    }
  },
});

Deno.test("without a driver there is no adapter", async () => {
  assert.deepEqual(await linesOf({ VK_ICD_FILENAMES: "/nonexistent" }), [{ adapter: null }]);
});
