/** Every layer and every kind of flow: both ways, their Jacobians, their ways back, in both precisions. */
import assert from "node:assert/strict";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { flows } from "../../../models/flows/registry.ts";
import { flowCases, layerCases, networkOf } from "./cases.ts";
import {
  checkFormula,
  checkGradients,
  checkIndependence,
  checkInputsOnly,
  checkLogDeterminant,
  checkRoundTrip,
  checkSingle,
  hasFormula,
  Subject,
} from "./checks.ts";
import { composition } from "./composition.ts";

for (const layerCase of [...layerCases, ...flowCases.map(composition)]) {
  const test = (says: string, check: (subject: Subject) => void) =>
    Deno.test(`${layerCase.name}: ${says}`, () => check(new Subject(layerCase)));
  test("both ways undo each other", checkRoundTrip);
  test("the log-determinant is the Jacobian's", checkLogDeterminant);
  test("gradients are those of central differences", checkGradients);
  test("the inputs' gradient alone is the same", checkInputsOnly);
  test("a row's results depend on that row alone", checkIndependence);
  test("single precision computes the same", checkSingle);
}

for (const layerCase of layerCases) {
  if (!hasFormula(new Subject(layerCase))) continue;
  Deno.test(`${layerCase.name}: results and gradients are those of its formula in dual numbers`, () =>
    checkFormula(new Subject(layerCase)));
}

Deno.test("every registered kind of flow has a case", () => {
  const kinds = new Set<string>(flowCases.map(({ flow }) => flow.kind));
  assert.deepEqual([...kinds].sort(), Object.keys(flows).sort());
});

Deno.test("every kind of layer that a flow is made of has a case of its own", () => {
  const cased = new Set(layerCases.map((layerCase) => new Subject(layerCase).layer.kind));
  for (const flowCase of flowCases) {
    for (const { kind } of networkOf(flowCase, openDouble()).layers) {
      assert.ok(cased.has(kind), `${kind}, of ${flowCase.name}`);
    }
  }
});
