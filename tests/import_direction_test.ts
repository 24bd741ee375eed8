import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";

/** Imports point to the right only. */
const ROOMS = ["main.ts", "coordinator", "workers", "onnx", "models", "numerics"];
const ROOT = join(import.meta.dirname ?? ".", "..");

function* sources(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* sources(path);
    else if (path.endsWith(".ts")) yield path;
  }
}

function roomOf(path: string): number {
  return ROOMS.indexOf(relative(ROOT, path).split("/")[0]);
}

/** The imports of a source that point to a room before its own. */
function backwards(path: string, source: string): string[] {
  const specifiers = [...source.matchAll(/(?:from|import|import\(|later\()\s*"(\.{1,2}\/[^"]+)"/g)].map((match) =>
    match[1]
  );
  return specifiers.filter((specifier) => roomOf(join(dirname(path), specifier)) < roomOf(path));
}

Deno.test("imports point one way: main, coordinator, workers, onnx, models, numerics", () => {
  const wrong: string[] = [];
  let read = 0;
  for (const room of ROOMS.slice(1)) {
    for (const path of sources(join(ROOT, room))) {
      read++;
      for (const specifier of backwards(path, Deno.readTextFileSync(path))) {
        wrong.push(`${relative(ROOT, path)} imports ${specifier}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(read > 20, "found the sources");
});

Deno.test("an import that points backwards is found", () => {
  const path = join(ROOT, "models/target.ts");
  assert.deepEqual(backwards(path, 'import { plan } from "../coordinator/planner.ts";'), ["../coordinator/planner.ts"]);
  assert.deepEqual(backwards(path, 'export * from "../numerics/errors.ts";'), []);
});
