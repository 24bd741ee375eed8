/** Writes what tells a coupling how to move. A new kind of conditioner is a line here. */
import type { Conditioner } from "../../models/flows/conditioners/conditioner.ts";
import { ConvNet } from "../../models/flows/conditioners/conv_net.ts";
import { Mlp } from "../../models/flows/conditioners/mlp.ts";
import type { Value } from "../graph/graph.ts";
import { writeConvNet } from "./conditioners/conv_net.ts";
import { writeMlp } from "./conditioners/mlp.ts";

/** Of rows [N, inputWidth] and, where there is one, their context: rows [N, outputWidth]. */
export function writeConditioner(conditioner: Conditioner, x: Value, context: Value | null): Value {
  if (conditioner instanceof Mlp) return writeMlp(conditioner, x, context);
  if (conditioner instanceof ConvNet) return writeConvNet(conditioner, x, context);
  throw new Error(`a conditioner of kind ${conditioner.kind} cannot be written as ONNX yet`);
}
