/** A trained flow as a proposal: exact draws x = f(z), and log q(x) by the way back. */
import { z } from "zod";
import { InputError } from "../../../numerics/errors.ts";
import type { Assets } from "../../../models/model.ts";
import { openFlow } from "../flow/proposal.ts";
import type { Proposal } from "./mixture.ts";

export const flowConfig = z.strictObject({
  kind: z.literal("flow"),
  sha256: z.string().regex(/^[0-9a-f]{64}$/).optional().describe("The parameters that a training gave."),
  name: z.string().min(1).max(200).optional()
    .describe(
      "In place of sha256: a trained flow in the registry. The job keeps what the name stands for when it is taken.",
    ),
});

/** Throws InputError where the flow is not there, or its rows are not the model's coordinates. */
export function flowProposal(
  { sha256, name }: z.output<typeof flowConfig>,
  dim: number,
  assets: Assets | undefined,
  path: string,
): Proposal {
  if (sha256 === undefined) {
    const found = name === undefined ? "found neither" : "found a name, which is not known here";
    throw new InputError(`${path}.sha256`, `a flow is given by the sha256 of a training, or by its name; ${found}`);
  }
  if (!assets) throw new InputError(`${path}.sha256`, "trained parameters are not at hand here");
  try {
    const flow = openFlow(assets.get(sha256), dim);
    return {
      draw(random, x) {
        flow.draw(random, x);
        return flow.logDensity(x);
      },
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${path}.${error.path}`, error.message);
  }
}
