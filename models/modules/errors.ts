/** What is wrong with a user's module. */
import { InputError } from "../../numerics/errors.ts";

/** A place in a module's source. Lines and columns count from 1. */
export interface Site {
  readonly line: number;
  readonly column: number;
  /** What stands there, its beginning. */
  readonly text: string;
}

/** A module that cannot be taken, with the place of what is wrong. `message`: what was found and what to write instead. */
export class ModuleError extends InputError {
  override name = "ModuleError";

  /** `text`: the message without its place. */
  constructor(readonly site: Site | null, readonly text: string) {
    super("source", site ? `line ${site.line}, column ${site.column}: ${text}` : text);
  }
}
