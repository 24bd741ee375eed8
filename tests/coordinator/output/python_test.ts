/**
 * What users open the files with: NumPy and xarray. Needs the Debian packages python3-numpy, python3-xarray, python3-netcdf4
 * and python3-h5netcdf; skipped where they are absent, but not in CI.
 */
import assert from "node:assert/strict";
import { outputFormats } from "../../../coordinator/output/formats.ts";
import { collect, context, ExampleDraws } from "./example.ts";

const PYTHON = "/usr/bin/python3";

const SCRIPT = `
import sys, json, csv
import numpy as np, xarray as xr

folder = sys.argv[1]
reference = json.load(open(folder + "/draws.json"))
expected = np.array(reference["chains"], dtype=float)  # null becomes NaN
finite = np.isfinite(expected)

def same(found, first, count, name):
    assert found.dtype == np.float64, name
    found = found.reshape(3, 25, count)
    part, mask = expected[:, :, first:first + count], finite[:, :, first:first + count]
    assert np.array_equal(found[mask], part[mask]), name
    assert not np.isfinite(found[~mask]).any(), name

z = np.load(folder + "/draws.npz")
assert z.files == ["mu", "theta", 'odd, "name"', "sample_stats/lp", "sample_stats/acceptance_rate",
                   "sample_stats/n_steps", "sample_stats/diverging"], z.files
assert z["theta"].shape == (3, 25, 3) and z['odd, "name"'].shape == (3, 25, 2, 2)
for first, count, name in [(0, 1, "mu"), (1, 3, "theta"), (4, 4, 'odd, "name"')]:
    same(z[name], first, count, name)
assert z["sample_stats/diverging"].dtype == bool and z["sample_stats/diverging"].sum() == 19
assert z["sample_stats/n_steps"][2, 24] == 242

for engine in ["netcdf4", "h5netcdf"]:
    posterior = xr.open_dataset(folder + "/draws.nc", group="posterior", engine=engine).load()
    assert posterior["mu"].dims == ("chain", "draw"), engine
    assert posterior["theta"].dims == ("chain", "draw", "theta_dim_0"), engine
    assert list(posterior.coords["chain"].values) == [0, 1, 2], engine
    assert list(posterior.coords["draw"].values) == list(range(25)), engine
    assert posterior.coords["draw"].dtype == np.int64, engine
    assert posterior.attrs["inference_library"] == "ergodic", engine
    assert posterior.attrs["seed"] == 2**53 - 1, engine
    for first, count, name in [(0, 1, "mu"), (1, 3, "theta"), (4, 4, 'odd, "name"')]:
        same(posterior[name].values, first, count, name)
    statistics = xr.open_dataset(folder + "/draws.nc", group="sample_stats", engine=engine).load()
    assert statistics["diverging"].dtype == bool and int(statistics["diverging"].sum()) == 19, engine
    assert statistics["acceptance_rate"].dtype == np.float32, engine
    assert statistics["n_steps"].sel(chain=2, draw=24) == 242, engine
    observed = xr.open_dataset(folder + "/draws.nc", group="observed_data", engine=engine).load()
    assert observed["y"].dims == ("y_dim_0",) and list(observed["y"].values) == [28, 8, -3], engine
    assert observed["x"].values.tolist() == [[1, 2], [3, 4]], engine
    posterior.close(); statistics.close(); observed.close()

z = np.load(folder + "/large.npz")
for engine in ["netcdf4", "h5netcdf"]:
    posterior = xr.open_dataset(folder + "/large.nc", group="posterior", engine=engine).load()
    statistics = xr.open_dataset(folder + "/large.nc", group="sample_stats", engine=engine).load()
    assert posterior["b"].dims == ("chain", "draw", "b_dim_0"), engine
    assert np.array_equal(posterior.coords["draw"].values, np.arange(150_000)), engine
    for name in ["a", "b"]:
        assert np.array_equal(posterior[name].values, z[name], equal_nan=True), (engine, name)
    for name in ["lp", "acceptance_rate", "n_steps", "diverging"]:
        assert statistics[name].dtype == z["sample_stats/" + name].dtype, (engine, name)
        assert np.array_equal(statistics[name].values, z["sample_stats/" + name]), (engine, name)
    posterior.close(); statistics.close()

rows = list(csv.reader(open(folder + "/draws.csv", newline="")))
assert rows[0] == ["chain", "draw"] + reference["variables"]
same(np.array([[float(x) for x in row[2:]] for row in rows[1:]]), 0, 8, "csv")
`;

const packages = await new Deno.Command(PYTHON, { args: ["-c", "import numpy, xarray, netCDF4, h5netcdf"] })
  .output().then(({ success }) => success, () => false);
const inCi = Deno.env.get("CI") === "true";
if (!packages && !inCi) {
  console.warn(
    "skipped: NumPy and xarray open the outputs. Install python3-numpy python3-xarray python3-netcdf4 python3-h5netcdf.",
  );
}

Deno.test({
  name: "NumPy and xarray open the outputs with the right names, shapes, types and values",
  ignore: !packages && !inCi,
  fn: async () => {
    const folder = Deno.makeTempDirSync();
    try {
      for (const format of Object.values(outputFormats)) {
        const bytes = await collect(format.stream(new ExampleDraws(), context));
        Deno.writeFileSync(`${folder}/draws${format.extension}`, bytes);
      }
      const variables = [{ name: "a", shape: [] }, { name: "b", shape: [2] }];
      for (const { stream, extension } of [outputFormats.npz, outputFormats.netcdf]) {
        const large = new ExampleDraws({ chains: 2, draws: 150_000, blockDraws: 7_000, variables });
        Deno.writeFileSync(`${folder}/large${extension}`, await collect(stream(large, context)));
      }
      const { success, stderr } = await new Deno.Command(PYTHON, { args: ["-c", SCRIPT, folder] }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
