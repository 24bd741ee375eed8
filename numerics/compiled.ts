/** Loops that are made as text: what differs between two of them is known before they run, and V8 then compiles each by itself. */

// Captured while it can be: a worker of modules takes it from its realm before a module comes.
const TextFunction = Function;

/** What a text returns, in which the given names are known. The text is this project's own, never a user's; its type is what its author says. */
export function compiled<Made>(text: string, known: Readonly<Record<string, unknown>>): Made {
  const make = new TextFunction(...Object.keys(known), `"use strict"; ${text}`) as (...given: unknown[]) => Made;
  return make(...Object.values(known));
}
