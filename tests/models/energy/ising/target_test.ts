/** Seeds are fixed. What holds for every energy model is tested over the registry. */
import assert from "node:assert/strict";
import { ising } from "../../../../models/energy/ising.ts";
import { momentsOf } from "../../../../models/energy/ising/lattice.ts";
import { Purpose, Random } from "../../../../numerics/random/random.ts";
import { enumerate } from "../../../numerics/ising/oracle.ts";

const build = (config: object) => ising.build(ising.config.parse({ kind: "ising", ...config }));

for (const [rows, columns] of [[4, 4], [2, 6], [2, 2]]) {
  Deno.test(`${rows} × ${columns}: energies, densities and observables are those of the enumeration, for every state`, () => {
    const parameters = { coupling: -0.7, field: 0.3, beta: 0.8 };
    const target = build({ size: [rows, columns], ...parameters });
    const { energies, magnetisations } = enumerate(rows, columns, parameters);
    const sites = rows * columns, states = target.sweeps!.createStates(1);
    const x = new Float64Array(sites), observables = new Float64Array(3), scaled = new Float64Array(1);
    const random = new Random(31).at(0, 0, Purpose.test);
    for (let repeat = 0; repeat < 500; repeat++) {
      const state = random.integer(2 ** sites);
      for (let i = 0; i < sites; i++) x[i] = 2 * ((state >> i) & 1) - 1;
      target.constrain(x, observables);
      assert.ok(Math.abs(observables[0] * sites - energies[state]) < 1e-12 * sites);
      assert.equal(Math.round(observables[1] * sites), magnetisations[state]);
      assert.equal(observables[2], Math.abs(observables[1]));
      assert.ok(Math.abs(target.logDensity(x) + 0.8 * energies[state]) < 1e-12 * sites);
      target.sweeps!.fromPosition(x, states, 0);
      target.sweeps!.energies(states, 1, scaled);
      assert.equal(target.logDensity(x), 0 - scaled[0]);
    }
  });
}

Deno.test("temperature is one over beta", () => {
  const x = Float64Array.from({ length: 16 }, (_, i) => i % 3 === 0 ? 1 : -1);
  assert.equal(build({ size: 4, temperature: 4 }).logDensity(x), build({ size: 4, beta: 0.25 }).logDensity(x));
});

Deno.test("sweeps leave a hot lattice without order, and keep the order of a cold one", () => {
  for (const [beta, least, most] of [[0.2, 0, 0.1], [0.6, 0.95, 1]]) {
    const { sweeps } = build({ size: 64, beta });
    const states = sweeps!.createStates(1).fill(1);
    for (let step = 1; step <= 200; step++) {
      sweeps!.sweep(states, 1, Float64Array.of(1), "blocks", { seed: 5, purpose: Purpose.step, stream: 0, step });
    }
    const order = Math.abs(momentsOf({ rows: 64, columns: 64 }, states, 0).sum) / 4096;
    assert.ok(order >= least && order <= most, `β = ${beta}: |m| = ${order}`);
  }
});

Deno.test("what is no lattice is refused where it is wrong", () => {
  const cases: [object, string][] = [
    [{ size: 5 }, "size"],
    [{ size: [4, 7] }, "size.1"],
    [{ size: 5000 }, "size"],
    [{ size: [0, 4] }, "size.0"],
    [{ size: 4, beta: 1, temperature: 1 }, "temperature"],
    [{ size: 2048, report: "spins" }, "report"],
  ];
  for (const [config, path] of cases) {
    assert.throws(() => build(config), { name: "InputError", path }, JSON.stringify(config));
  }
  const target = build({ size: 2 });
  assert.throws(() => target.unconstrain([1, 1, 0, 1]), { name: "InputError", path: "2" });
});
