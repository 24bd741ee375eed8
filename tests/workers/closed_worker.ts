/** Tells what is left in a realm that was closed. */
import { onFirstMessage } from "../../workers/hardened_realm.ts";

/** What it can be asked about. */
export interface Left {
  readonly names: readonly string[];
  readonly reached: readonly string[];
}

onFirstMessage<readonly string[]>((asked, port) => {
  const names: string[] = [];
  for (let object: object | null = globalThis; object && object !== Object.prototype;) {
    for (const key of Reflect.ownKeys(object)) {
      if (Reflect.get(globalThis, key) !== undefined) names.push(String(key));
    }
    object = Object.getPrototypeOf(object);
  }
  const functions = [function () {}, function* () {}, async function () {}, async function* () {}, class {}, Math.exp];
  const makesCode = (one: object) =>
    typeof Reflect.apply(Object(Reflect.get(one, "constructor")), null, ["return 1"]) === "function";
  const constructors = functions.filter(makesCode).map(String);
  const found = asked.filter((name) => Reflect.get(globalThis, name) !== undefined);
  const left: Left = { names, reached: [...found, ...constructors] };
  port.postMessage(left);
});
