/** The kinds of flow, by their names on the wire. A new one is a file of this folder and a line here; the tests find it. */
import type { FlowDefinition } from "./definition.ts";
import { glow } from "./glow.ts";
import { nice } from "./nice.ts";
import { planar } from "./planar.ts";
import { realNvp } from "./real_nvp.ts";

export const flows = {
  "planar": planar,
  "nice": nice,
  "real-nvp": realNvp,
  "glow": glow,
} as const satisfies Record<string, FlowDefinition>;
