/**
 * Writes a module's code: the text of its source, with what is rewritten replaced and every line break kept, so that line n of the code is line n
 * of the source.
 */
import type { Binding, Scopes } from "./scopes.ts";
import { freeCharacter } from "./columns.ts";
import { children, end, type Node, refuse, siteOf, start } from "./nodes.ts";
import type { IsPlain } from "./plain.ts";
import type { Site } from "../errors.ts";

export class Emitter {
  readonly sites: Site[] = [];
  /** Begins and ends the marks of where a text comes from. */
  readonly mark: string;
  /** Members and calls behind which an optional chain goes on without a `?.` of its own. */
  readonly continued = new Set<Node>();

  constructor(
    readonly source: string,
    readonly scopes: Scopes,
    readonly isPlain: IsPlain,
    private readonly renderNode: (emitter: Emitter, node: Node) => string,
  ) {
    this.mark = freeCharacter(source);
  }

  render = (node: Node): string => this.renderNode(this, node);

  /** An operand or an argument: a sequence is put in parentheses. */
  operand = (node: Node): string => {
    const text = this.render(node);
    return node.type === "SequenceExpression" ? `(${text})` : text;
  };

  /** The index of a node's place. */
  site(node: Node): number {
    return this.sites.push(siteOf(this.source, node)) - 1;
  }

  /** The line breaks of a stretch of the source. */
  breaks(from: number, to: number): string {
    let found = "";
    for (let at = from; at < to; at++) {
      const c = this.source.charCodeAt(at);
      // A return alone becomes a line feed: it may not join one that came behind what is left out.
      if (c === 13) found += this.source.charCodeAt(at + 1) === 10 ? "" : "\n";
      else if (c === 10 || c === 0x2028 || c === 0x2029) found += this.source[at];
    }
    return found;
  }

  /** The node's text with its children rendered. */
  keep(node: Node, render: (child: Node) => string = this.render): string {
    return this.keepBetween(start(node), end(node), children(node), render);
  }

  keepBetween(from: number, to: number, nodes: readonly Node[], render: (child: Node) => string): string {
    let text = "";
    let at = from;
    for (const child of nodes) {
      if (start(child) < at) continue; // `{ a }` has its one name twice
      text += this.copy(at, start(child)) + this.marked(start(child)) + render(child);
      at = end(child);
    }
    return text + this.copy(at, to);
  }

  /** A stretch of the source as it is. */
  private copy(from: number, to: number): string {
    return from === to ? "" : this.marked(from) + this.source.slice(from, to);
  }

  /** Says that what follows comes from an offset of the source. */
  marked(offset: number): string {
    return `${this.mark}${offset}${this.mark}`;
  }

  /** New text around rendered children, which come in the order of the source. The line breaks between them are kept. */
  weave(node: Node, parts: readonly (string | Node)[], render: (child: Node) => string = this.operand): string {
    let text = this.marked(start(node));
    let at = start(node);
    for (const part of parts) {
      if (typeof part === "string") {
        text += part;
      } else {
        text += this.breaks(at, start(part)) + this.marked(start(part)) + render(part);
        at = end(part);
      }
    }
    return text + this.breaks(at, end(node));
  }

  /** What stands where a type stood. */
  blank(node: Node): string {
    return ` ${this.breaks(start(node), end(node))}`;
  }

  /** What a name means, where it is used; null: nothing of the module declares it. Undefined: it is no use of a name. */
  meaning(node: Node): Binding | null | undefined {
    if (node.type !== "Identifier" || !this.scopes.references.has(node)) return undefined;
    return this.scopes.references.get(node) ?? null;
  }

  /** Whether a node is the language's own name, which the module does not declare. */
  isFree(node: Node, name: string): boolean {
    return node.type === "Identifier" && node.name === name && this.meaning(node) === null;
  }

  refuse(node: Node, message: string): never {
    return refuse(this.source, node, message);
  }
}
