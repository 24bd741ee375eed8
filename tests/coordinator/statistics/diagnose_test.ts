import assert from "node:assert/strict";
import { autocorrelationOf } from "../../../coordinator/statistics/autocorrelation.ts";
import { splitInHalves } from "../../../coordinator/statistics/chains.ts";
import { diagnose } from "../../../coordinator/statistics/diagnose.ts";
import { rhatOf } from "../../../coordinator/statistics/rhat.ts";
import { meanVariance, seriesMeans } from "../../../coordinator/statistics/series.ts";
import { scaled } from "../../../coordinator/statistics/transforms.ts";
import { Workspace } from "../../../coordinator/statistics/workspace.ts";
import { agrees, chainsOf, goldenCases } from "./golden.ts";

const SCALARS = ["rhat", "rhatNested", "essBulk", "essTail", "essMean", "mcseMean", "mcseSd", "sd"] as const;

for (const { name, rows, expected } of goldenCases) {
  Deno.test(`every diagnostic of "${name}" equals that of R's posterior`, () => {
    const chains = chainsOf(rows);
    const found = diagnose(chains, new Workspace(), rows.length / 2);
    const floor = Number.isFinite(expected.sd) ? expected.sd : 0; // a mean near 0 is as exact as the draws are wide
    for (const field of SCALARS) {
      assert.ok(agrees(found[field], expected[field]), `${field}: ${found[field]}, posterior has ${expected[field]}`);
    }
    if (found.nonFinite === 0) {
      assert.ok(agrees(found.mean, expected.mean, floor), `mean: ${found.mean} ${expected.mean}`);
    }
    for (const field of ["quantiles", "mcseQuantiles"] as const) {
      found[field].forEach((x, i) =>
        assert.ok(agrees(x, expected[field][i], floor), `${field}[${i}]: ${x}, posterior has ${expected[field][i]}`)
      );
    }
  });
}

Deno.test("R-hat of split chains without ranks equals rhat_basic", () => {
  for (const { name, rows, expected } of goldenCases) {
    const chains = chainsOf(rows);
    const halves = splitInHalves(chains);
    const series = scaled(halves, chains.values, 1, Number.EPSILON);
    const { means, varies } = seriesMeans(series);
    const found = rhatOf(means, meanVariance(series, means), halves.length, varies);
    assert.ok(agrees(found, expected.rhatBasic), `${name}: ${found}, posterior has ${expected.rhatBasic}`);
  }
});

Deno.test("the autocorrelation of a chain equals posterior's", () => {
  for (const { name, rows, expected } of goldenCases) {
    const found = autocorrelationOf(Float64Array.from(rows[0]), 19);
    expected.autocorrelation.forEach((rho, lag) =>
      assert.ok(agrees(found?.[lag] ?? NaN, rho, 1), `${name}, lag ${lag}: ${found?.[lag]}, posterior has ${rho}`)
    );
  }
});
