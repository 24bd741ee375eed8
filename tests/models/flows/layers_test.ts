/** Every layer, in double precision: both ways, their Jacobians, their ways back. */
import { layerCases } from "./cases.ts";
import { checkGradients, checkLogDeterminant, checkRoundTrip, Subject } from "./checks.ts";

for (const layerCase of layerCases) {
  Deno.test(`${layerCase.name}: both ways undo each other`, () => checkRoundTrip(new Subject(layerCase)));
  Deno.test(`${layerCase.name}: the log-determinant is the Jacobian's`, () =>
    checkLogDeterminant(new Subject(layerCase)));
  Deno.test(`${layerCase.name}: gradients are those of central differences`, () =>
    checkGradients(new Subject(layerCase)));
}
