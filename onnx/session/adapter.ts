/** The graphics processor that WebGPU finds, by a name that can be part of a numeric class. */

export interface Adapter {
  readonly name: string;
  /** A processor that plays a graphics processor, such as llvmpipe or SwiftShader: right, and slower than WebAssembly. */
  readonly isSoftware: boolean;
}

const SOFTWARE = /llvmpipe|lavapipe|swiftshader|basic render/i;
const MOST_CHARACTERS = 60;

/** Null where there is none. */
export async function findAdapter(): Promise<Adapter | null> {
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  if (!adapter) return null;
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const words = [description || device || vendor, description || device ? "" : architecture].filter((word) =>
    word !== ""
  );
  const name = words.join(" ").toLowerCase().replace(/[^a-z0-9.]+/g, "-").replace(/^-|-$/g, "").slice(
    0,
    MOST_CHARACTERS,
  );
  return { name: name || "unnamed", isSoftware: isFallbackAdapter || SOFTWARE.test(words.join(" ")) };
}
