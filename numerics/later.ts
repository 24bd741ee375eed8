/**
 * The address of a module that is imported when it is needed: `await import(later("./registry.ts"))`. Deno reads all that could be imported by an address
 * in the text before it runs anything, which for most of this project takes longer than many a command; an address that it does not see it reads
 * when it comes to it. Workers without permissions cannot do so.
 */
export function later(address: string): string {
  return address;
}
