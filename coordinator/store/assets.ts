/** Bytes that are named by their SHA-256: data sets and trained parameters, a file each. What is there never changes. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { InputError } from "../../numerics/errors.ts";
import type { Assets } from "../../models/model.ts";
import { fileSize, syncFolder } from "./segment_file.ts";

/** All that another thread needs to keep assets in the same folder. */
export interface AssetPlace {
  readonly folder: string;
  /** Whether the disk is waited for. */
  readonly durable: boolean;
}

const DRAFT = ".draft";

/** An asset while its bytes arrive: kept at the end, or discarded. */
export class AssetDraft {
  readonly path: string;
  readonly #folder: string;
  readonly #durable: boolean;
  readonly #file: Deno.FsFile;
  readonly #hash = createHash("sha256");
  #bytes = 0;
  #isOpen = true;

  constructor(folder: string, durable: boolean) {
    this.#folder = folder;
    this.#durable = durable;
    this.path = join(folder, `${crypto.randomUUID()}${DRAFT}`);
    this.#file = Deno.openSync(this.path, { createNew: true, write: true });
  }

  get bytes(): number {
    return this.#bytes;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk);
    this.#bytes += chunk.byteLength;
    for (let written = 0; written < chunk.byteLength;) written += await this.#file.write(chunk.subarray(written));
  }

  /** After the last byte. */
  async close(): Promise<void> {
    if (this.#durable) await this.#file.syncData();
    this.#end();
  }

  /** Once it is closed: gives the file the name of its bytes, and returns that. */
  keep(): string {
    const sha256 = this.#hash.digest("hex");
    Deno.renameSync(this.path, join(this.#folder, sha256));
    if (this.#durable) syncFolder(this.#folder);
    return sha256;
  }

  /** Where it was not kept, its file goes. */
  discard(): void {
    this.#end();
    try {
      Deno.removeSync(this.path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // it was kept
    }
  }

  #end(): void {
    if (this.#isOpen) this.#file.close();
    this.#isOpen = false;
  }
}

export class AssetFolder implements Assets {
  readonly place: AssetPlace;
  readonly #folder: string;
  readonly #durable: boolean;

  constructor(place: AssetPlace) {
    this.place = place;
    this.#folder = place.folder;
    this.#durable = place.durable;
    Deno.mkdirSync(place.folder, { recursive: true });
  }

  /** Keeps bytes, the parts one after the other, and returns their name; on return they survive `kill -9`, and in a durable store a power failure. */
  put(...parts: readonly Uint8Array[]): string {
    const hash = createHash("sha256");
    for (const part of parts) hash.update(part);
    const sha256 = hash.digest("hex");
    const path = join(this.#folder, sha256);
    if (fileSize(path) === parts.reduce((sum, { byteLength }) => sum + byteLength, 0)) return sha256;
    const draft = `${path}.new`;
    {
      using file = Deno.openSync(draft, { create: true, write: true, truncate: true });
      for (const part of parts) {
        for (let written = 0; written < part.byteLength;) written += file.writeSync(part.subarray(written));
      }
      if (this.#durable) file.syncDataSync();
    }
    Deno.renameSync(draft, path); // so that no file of this name is ever half there
    if (this.#durable) syncFolder(this.#folder);
    return sha256;
  }

  /** Begins an asset whose bytes come bit by bit. */
  draft(): AssetDraft {
    return new AssetDraft(this.#folder, this.#durable);
  }

  /** Where the bytes of an asset are, for a process that reads them itself. */
  path(sha256: string): string {
    return join(this.#folder, sha256);
  }

  /** Removes what a crash left of assets that were never whole. For the one who opens the store. */
  removeDrafts(): void {
    for (const { name } of Deno.readDirSync(this.#folder)) {
      if (name.endsWith(DRAFT)) Deno.removeSync(join(this.#folder, name));
    }
  }

  /** Throws InputError where there is none, or where its bytes are not those that were put there. */
  get(sha256: string): Uint8Array {
    const bytes = /^[0-9a-f]{64}$/.test(sha256) ? this.#read(join(this.#folder, sha256)) : null;
    if (bytes && createHash("sha256").update(bytes).digest("hex") === sha256) return bytes;
    throw new InputError(
      "sha256",
      bytes
        ? `the file of ${sha256} in the store is damaged. Train or load it anew.`
        : `there is nothing of the SHA-256 ${sha256} in this store. A trained model can be named: see /v1/models.`,
    );
  }

  #read(path: string): Uint8Array | null {
    try {
      return Deno.readFileSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }
}
