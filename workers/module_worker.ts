/** The entry of workers that run a user's module by the default sampler. All others take as long to load as a small job takes to run. */
import "./schemas_without_code.ts";
import { nuts } from "./kernels/nuts.ts";
import { serveModules } from "./module_api.ts";

serveModules({ [nuts.kind]: nuts });
