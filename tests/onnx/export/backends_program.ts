/** Holds everything that is exported to its vectors, in every backend that is here, and prints which these were. */
import { exportEnergy } from "../../../onnx/export/energy.ts";
import { exportFlow } from "../../../onnx/export/flow.ts";
import { findAdapter } from "../../../onnx/session/adapter.ts";
import { openSession, webGpuClass } from "../../../onnx/session/open.ts";
import type { NumericClass } from "../../../models/target.ts";
import { flowCases } from "../../models/flows/cases.ts";
import { energyCases, trainedOf } from "./cases.ts";
import { expectEnergyVectors, expectFlowVectors } from "./vectors.ts";

const adapter = await findAdapter();
const classes: NumericClass[] = ["wasm", "native", ...(adapter ? [webGpuClass(adapter)] : [])];
for (const numericClass of classes) {
  const open = (graph: Uint8Array) => openSession(graph, numericClass);
  const within = (name: string) => (error: unknown) => {
    throw new Error(`${name} in ${numericClass}`, { cause: error });
  };
  for (const flowCase of flowCases) {
    await expectFlowVectors(exportFlow(trainedOf(flowCase)), open).catch(within(flowCase.name));
  }
  for (const [name, trained] of energyCases) {
    await expectEnergyVectors(exportEnergy(trained), open).catch(within(name));
  }
}
console.log(JSON.stringify(classes));
Deno.exit(0); // what drivers leave running is not waited for
