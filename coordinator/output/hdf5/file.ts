/**
 * An HDF5 file written from front to back: all of its metadata first, then the data of its datasets, each contiguous, so
 * that its length is known before and nothing has to be kept or written over. It holds no clock: the same content gives
 * the same bytes.
 *
 * What this knows of the format is what netCDF-4 needs: groups of datasets, attributes, dimension scales.
 * HDF5 File Format Specification 3.0; HDF5 Dimension Scale Specification; all that reads HDF5 1.8 reads it.
 */
import { ByteWriter } from "../byte_writer.ts";
import { compound, type Datatype, INT32, OBJECT_REFERENCE, variableLength } from "./datatype.ts";
import { encodeHeap, MOST_OBJECTS } from "./global_heap.ts";
import { lookup3 } from "./lookup3.ts";
import {
  type Attribute,
  attributeInfoMessage,
  attributeMessage,
  datasetMessages,
  fitsAMessage,
  groupMessages,
  type Message,
  stringAttribute,
} from "./message.ts";
import { encodeObjectHeader } from "./object_header.ts";

export interface Dataset {
  readonly name: string;
  readonly type: Datatype;
  readonly elementBytes: number;
  readonly shape: readonly number[];
  readonly attributes: readonly Attribute[];
  /** One for each dimension: datasets of the same group that name no scales themselves, and so are scales. */
  readonly scales?: readonly Dataset[];
  /** The elements, little-endian, in C order. */
  data(): Iterable<Uint8Array<ArrayBuffer>>;
}

export interface Group {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly datasets: readonly Dataset[];
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const SUPERBLOCK_BYTES = 48;
const UNDEFINED_ADDRESS = 2n ** 64n - 1n;
const DIMENSION_LIST = variableLength(OBJECT_REFERENCE);
const REFERENCE_LIST = compound(16, [
  { name: "dataset", offset: 0, type: OBJECT_REFERENCE },
  { name: "dimension", offset: 8, type: INT32 },
]);

/** The bytes of a whole file, and how many they are. */
export function layOut(
  groups: readonly Group[],
): { byteLength: number; bytes(): Generator<Uint8Array<ArrayBuffer>, void> } {
  // No size depends on an address: a first round with wrong addresses tells the right ones.
  const addresses = new Map<Dataset | Group, number>();
  const dataAddresses = new Map<Dataset, number>();
  let end = encodeMetadata(groups, addresses, dataAddresses, 0).byteLength;
  const datasets = groups.flatMap((group) => group.datasets);
  for (const dataset of datasets) {
    dataAddresses.set(dataset, end);
    end += align(byteLength(dataset));
  }
  return {
    byteLength: end,
    *bytes() {
      yield encodeMetadata(groups, addresses, dataAddresses, end);
      for (const dataset of datasets) {
        let bytes = 0;
        for (const chunk of dataset.data()) {
          bytes += chunk.byteLength;
          yield chunk;
        }
        if (bytes !== byteLength(dataset)) {
          throw new Error(`expected ${byteLength(dataset)} bytes for ${dataset.name}, found ${bytes}`);
        }
        const padding = align(byteLength(dataset)) - byteLength(dataset);
        if (padding > 0) yield new Uint8Array(padding);
      }
    },
  };
}

function encodeMetadata(
  groups: readonly Group[],
  addresses: Map<Dataset | Group, number>,
  dataAddresses: ReadonlyMap<Dataset, number>,
  end: number,
): Uint8Array<ArrayBuffer> {
  const root = encodeGroup([], groups, addresses);
  const body = new ByteWriter().bytes(new Uint8Array(SUPERBLOCK_BYTES)).bytes(root).align(8);
  for (const group of groups) {
    addresses.set(group, body.length);
    body.bytes(encodeGroup(group.attributes, group.datasets, addresses)).align(8);
    const references = new ScaleReferences(group, addresses, body);
    for (const dataset of group.datasets) {
      addresses.set(dataset, body.length);
      const { type, shape } = dataset;
      const header = encodeObjectHeader([
        ...datasetMessages(type, shape, dataAddresses.get(dataset) ?? 0, byteLength(dataset)),
        ...attributeMessages([...dataset.attributes, ...references.attributes(dataset)]),
      ]);
      body.bytes(header).align(8);
    }
  }
  const superblock = new ByteWriter().u8(...SIGNATURE, 2, 8, 8, 0)
    .u64(0).u64(UNDEFINED_ADDRESS).u64(end).u64(SUPERBLOCK_BYTES);
  superblock.u32(lookup3(superblock.slice()));
  const bytes = body.slice();
  bytes.set(superblock.slice());
  return bytes;
}

function encodeGroup<Child extends Dataset | Group>(
  attributes: readonly Attribute[],
  children: readonly Child[],
  addresses: ReadonlyMap<Dataset | Group, number>,
): Uint8Array<ArrayBuffer> {
  const links = children.map((child) => ({ name: child.name, address: addresses.get(child) ?? 0 }));
  return encodeObjectHeader([...groupMessages(links), ...attributeMessages(attributes)]);
}

function attributeMessages(attributes: readonly Attribute[]): Message[] {
  return [attributeInfoMessage(attributes.length), ...attributes.map(attributeMessage)];
}

/** The two-way references between the datasets of a group and their dimension scales. */
class ScaleReferences {
  readonly #addresses: ReadonlyMap<Dataset | Group, number>;
  /** For each dataset, where the heap has the reference to the scale of each dimension. */
  readonly #places = new Map<Dataset, { heap: number; index: number }[]>();
  /** For each scale, the dimensions that it describes. */
  readonly #users = new Map<Dataset, { dataset: Dataset; dimension: number }[]>();

  /** Writes the heap to `writer`. */
  constructor(group: Group, addresses: ReadonlyMap<Dataset | Group, number>, writer: ByteWriter) {
    this.#addresses = addresses;
    const uses = group.datasets.flatMap((dataset) =>
      (dataset.scales ?? []).map((scale, dimension) => ({ dataset, scale, dimension }))
    );
    for (let start = 0; start < uses.length; start += MOST_OBJECTS) {
      const heap = writer.length;
      const part = uses.slice(start, start + MOST_OBJECTS);
      part.forEach(({ dataset, scale, dimension }, i) => {
        append(this.#places, dataset, { heap, index: i + 1 });
        append(this.#users, scale, { dataset, dimension });
      });
      const objects = part.map(({ scale }) => new ByteWriter().u64(addresses.get(scale) ?? 0).slice());
      writer.bytes(encodeHeap(objects)).align(8);
    }
  }

  attributes(dataset: Dataset): Attribute[] {
    const { name, scales } = dataset;
    if (scales) {
      const data = new ByteWriter();
      for (const { heap, index } of this.#places.get(dataset) ?? []) data.u32(1).u64(heap).u32(index);
      if (scales.length === 0) return [];
      return [{ name: "DIMENSION_LIST", type: DIMENSION_LIST, shape: [scales.length], data: data.slice() }];
    }
    const users = this.#users.get(dataset) ?? [];
    const data = new ByteWriter();
    for (const user of users) data.u64(this.#addresses.get(user.dataset) ?? 0).u32(user.dimension).u32(0);
    const list = { name: "REFERENCE_LIST", type: REFERENCE_LIST, shape: [users.length], data: data.slice() };
    return [
      stringAttribute("CLASS", "DIMENSION_SCALE"),
      stringAttribute("NAME", name),
      // Beyond some 4000 users it is too long for a message; readers go by DIMENSION_LIST.
      ...(users.length > 0 && fitsAMessage(list) ? [list] : []),
    ];
  }
}

function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function byteLength({ shape, elementBytes }: Dataset): number {
  return shape.reduce((a, b) => a * b, elementBytes);
}

function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
