/**
 * Vectors of K positive numbers that sum to one, from K − 1 free ones by breaking a stick: with z_k = expit(u_k − log(K − k)) and s_k what
 * is left before the k-th break,
 *
 *   x_k = s_k z_k,  s_{k+1} = s_k (1 − z_k),  log |J| = Σ_k log s_k + log z_k + log(1 − z_k)
 *
 * u = 0 gives equal parts. The Jacobian is that of the first K − 1 entries. Stan Reference Manual, "Unit simplex".
 */
import { expit, softplus } from "../../../numerics/special/logarithms.ts";
import { argument, type Value } from "../../modules/tape/vector.ts";
import { expectCount } from "../density.ts";
import { type Given, type Numbers, vectorLength } from "../numbers.ts";
import { constrain, type Constrained, type ConstrainedNumbers } from "./transform.ts";

export function simplex(u: Numbers): ConstrainedNumbers<readonly number[]>;
export function simplex(u: Given): Constrained<readonly Value[]>;
export function simplex(...given: readonly Given[]): Constrained<readonly Value[]> {
  expectCount("simplex", ["u"], given.length);
  const read = argument("simplex: u", given[0]), breaks = vectorLength("simplex: u", read);
  const { traced, values } = read;
  const shifts = Float64Array.from({ length: breaks }, (_, k) => Math.log(breaks - k));
  return constrain({
    name: "simplex",
    entries: breaks + 1,
    forward(input, output) {
      const u = traced ? input : values;
      let logStick = 0, stick = 1, log = 0;
      for (let k = 0; k < breaks; k++) {
        const t = u[k] - shifts[k], logRest = -softplus(t);
        output[k] = stick * expit(t);
        log += logStick - softplus(-t) + logRest;
        stick *= expit(-t);
        logStick += logRest;
      }
      output[breaks] = stick;
      output[breaks + 1] = log;
    },
    backward(input, output, outputAdjoint, inputAdjoint) {
      const weight = outputAdjoint[breaks + 1];
      // Σ of adjoint times value over what the later breaks make of the stick
      let later = outputAdjoint[breaks] * output[breaks];
      for (let k = breaks - 1; k >= 0; k--) {
        const t = input[k] - shifts[k], z = expit(t), rest = expit(-t);
        const own = outputAdjoint[k] * output[k];
        // Each later break has log s, which falls by z a unit of t.
        inputAdjoint[k] += own * rest - later * z + weight * (rest - z - (breaks - 1 - k) * z);
        later += own;
      }
    },
  }, [read]);
}

simplex.inverse = (x: ArrayLike<number>): number[] => {
  const breaks = x.length - 1, rests = new Float64Array(breaks + 1);
  for (let k = breaks - 1; k >= 0; k--) rests[k] = rests[k + 1] + x[k + 1];
  return Array.from({ length: breaks }, (_, k) => Math.log(x[k]) - Math.log(rests[k]) + Math.log(breaks - k));
};
