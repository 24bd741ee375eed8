/** The entry of workers that run a user's module by any sampler. */
import "./schemas_without_code.ts";
import { kernels } from "./kernels/registry.ts";
import { serveModules } from "./module_api.ts";

serveModules(kernels);
