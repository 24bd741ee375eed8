/** The entry of workers in a process whose V8 makes vectors of 256 bits. */
import { useWideVectors } from "../numerics/wasm/wide.ts";
import "./worker.ts";

useWideVectors();
