/**
 * The entry of workers that examine a user's module and run it by the default sampler. All other samplers, or the schemas of this one, take as long to
 * load as a small job takes to run.
 */
import { examine } from "./examine.ts";
import { noUTurn } from "./kernels/hamiltonian/no_u_turn.ts";
import { serveModules } from "./module_api.ts";
import { MODULE_SAMPLER } from "./work_spec.ts";

serveModules({ [MODULE_SAMPLER]: noUTurn }, { examine });
