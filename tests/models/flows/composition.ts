/** A whole network as one layer, so that what holds of layers is checked of flows. */
import type { Network } from "../../../models/flows/definition.ts";
import type { Layer, Workplace } from "../../../models/flows/layer.ts";
import { parametersOf, reload } from "../../../models/flows/network.ts";
import { buildNetwork } from "../../../models/flows/trained.ts";
import { type FlowCase, type LayerCase } from "./cases.ts";

export function composition(flowCase: FlowCase): LayerCase {
  const { name, flow, shape, spread } = flowCase;
  return {
    name,
    spread,
    contextWidth: shape.classes,
    data: shape.preprocess === "logit" ? "unit" : undefined,
    build: (place) => asLayer(buildNetwork(flow, shape, place, 3), shape.dim, place),
  };
}

function asLayer(network: Network, width: number, { capacity }: Workplace): Layer {
  const backwards = network.layers.toReversed();
  return {
    kind: "network",
    width,
    capacity,
    parameters: parametersOf(network),
    reload: () => reload(network),
    forward: (rows, keep) => network.layers.forEach((layer) => layer.forward(rows, keep)),
    inverse: (rows, keep) => backwards.forEach((layer) => layer.inverse(rows, keep)),
    forwardBack: (cotangents) => backwards.forEach((layer) => layer.forwardBack(cotangents)),
    inverseBack: (cotangents) => network.layers.forEach((layer) => layer.inverseBack(cotangents)),
  };
}
