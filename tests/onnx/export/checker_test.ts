/** ONNX's own checker, with its inference of shapes, on what is exported. Needs the Debian package python3-onnx; skipped without, but not in CI. */
import assert from "node:assert/strict";
import { exportTrained } from "../../../onnx/export/trained.ts";
import { flowCases } from "../../models/flows/cases.ts";
import { trainedOf } from "./cases.ts";

const PYTHON = "/usr/bin/python3"; // Debian's, which has Debian's packages

const PROGRAM = `
import sys, onnx
for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
`;

const isThere = await new Deno.Command(PYTHON, { args: ["-c", "import onnx"] })
  .output().then(({ success }) => success, () => false);
const inCi = Deno.env.get("CI") === "true";
if (!isThere && !inCi) console.warn("skipped: ONNX's checker reads what is exported. Install python3-onnx.");

Deno.test({
  name: "ONNX's checker finds nothing in any exported flow",
  ignore: !isThere && !inCi,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      const paths: string[] = [];
      for (const [i, flowCase] of flowCases.entries()) {
        for (const { name, bytes } of exportTrained(trainedOf(flowCase))) {
          if (!name.endsWith(".onnx")) continue;
          paths.push(`${folder}/${i}-${name}`);
          await Deno.writeFile(paths[paths.length - 1], bytes);
        }
      }
      const { code, stderr } = await new Deno.Command(PYTHON, { args: ["-c", PROGRAM, ...paths] }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
