/** Compiles, opens and tries one user's module. */
import { InputError } from "../numerics/errors.ts";
import { library } from "../models/library/library.ts";
import { checkModule } from "../models/modules/checking/check.ts";
import { compile } from "../models/modules/compile/compile.ts";
import { openModule } from "../models/modules/module.ts";
import type { ExaminationResult, ModuleText } from "./examination.ts";

const names = Object.keys(library);

// Taken before the realm is closed.
const now = performance.now.bind(performance);

export function examine({ source, data, check }: ModuleText): ExaminationResult {
  try {
    const compiled = compile(source, names);
    const opened = openModule(compiled, data);
    const examined = { compiled, ...opened.module.examine(opened.data) };
    return {
      ok: true,
      examined: check ? { ...examined, check: checkModule(compiled, data, check.seed, now) } : examined,
    };
  } catch (error) {
    if (error instanceof InputError) return { ok: false, path: error.path, message: error.message };
    // What a user's code throws may be anything, and may throw again when it is looked at.
    return {
      ok: false,
      path: "source",
      message: "the module threw what is no error, or broke what it was opened with.",
    };
  }
}
