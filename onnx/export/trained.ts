/** Any trained parameters as the files of their export: graphs, and manifest.json. */
import type { TrainedParameters } from "../../models/training/training.ts";
import { exportEnergy } from "./energy.ts";
import { exportFlow } from "./flow.ts";

export interface ExportedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Throws InputError (path `sha256`) where what was trained cannot be written as ONNX. */
export function exportTrained(trained: TrainedParameters): ExportedFile[] {
  if (trained.config.kind === "flow") {
    const { forward, inverse, manifest } = exportFlow(trained);
    return [
      { name: manifest.forward.file, bytes: forward },
      { name: manifest.inverse.file, bytes: inverse },
      manifestFile(manifest),
    ];
  }
  const { graphs, manifest } = exportEnergy(trained);
  const files = Object.entries(graphs).map(([name, bytes]) => ({ name: manifest.graphs[name].file, bytes }));
  return [...files, manifestFile(manifest)];
}

function manifestFile(manifest: object): ExportedFile {
  return { name: "manifest.json", bytes: new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`) };
}
