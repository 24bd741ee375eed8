/** Reads a request's body to a value: within its limit, in a format that is known, held to what JSON can say. */
import { ValidationError } from "../schema/errors.ts";
import { countInJson, countInMessagePack } from "./count_containers.ts";
import { decodeMessagePack, MESSAGE_PACK } from "./message_pack.ts";
import { plain } from "./plain.ts";
import { RequestError } from "./problem.ts";

export interface BodyLimits {
  readonly mostBytes: number;
  /** The longest time without a byte. */
  readonly idleMs: number;
}

const MOST_CONTAINERS = 1_200_000; // each takes a hundred bytes of memory, though two of the body may be enough for it

type Decode = (bytes: Uint8Array) => unknown;

const DECODERS: ReadonlyMap<string, Decode> = new Map([
  ["application/json", decodeJson],
  [MESSAGE_PACK, decodeMessagePack],
  ["application/vnd.msgpack", decodeMessagePack],
  ["application/x-msgpack", decodeMessagePack],
]);

/** The body's value. Throws RequestError and ValidationError. */
export async function readBody(request: Request, limits: BodyLimits): Promise<unknown> {
  const decode = decoderOf(request.headers);
  const bytes = await readBytes(request, limits);
  if (bytes.length === 0) {
    throw new RequestError("unreadable", "the body is empty. Send a JSON or MessagePack object.");
  }
  return decodeWith(decode, bytes);
}

/** For a route that takes no body: nothing, or an empty object, is fine. Throws like readBody. */
export async function expectNoBody(request: Request, limits: BodyLimits): Promise<void> {
  const bytes = await readBytes(request, limits);
  if (bytes.length === 0) return;
  const value = decodeWith(decoderOf(request.headers), bytes);
  const keys = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [""];
  if (keys.length > 0) {
    throw new ValidationError(
      keys.slice(0, 10).map((path) => ({ path, message: "this route takes no body. Send none." })),
    );
  }
}

function decoderOf(headers: Headers): Decode {
  const encoding = headers.get("Content-Encoding") ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    throw new RequestError(
      "unsupported-media",
      `Content-Encoding ${short(encoding)} is not taken. Send the body as it is.`,
    );
  }
  const contentType = headers.get("Content-Type");
  const [essence, ...parameters] = (contentType ?? "").split(";").map((part) => part.trim().toLowerCase());
  const decode = DECODERS.get(essence);
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice("charset=".length);
  if (!decode || (charset !== undefined && !/^"?(utf-?8|us-ascii)"?$/.test(charset))) {
    throw new RequestError(
      "unsupported-media",
      `expected Content-Type application/json (in UTF-8) or ${MESSAGE_PACK}, found ${
        contentType ? short(contentType) : "none"
      }`,
      { "Accept-Post": `application/json, ${MESSAGE_PACK}` },
    );
  }
  return decode;
}

function decodeWith(decode: Decode, bytes: Uint8Array): unknown {
  const containers = decode === decodeMessagePack ? countInMessagePack(bytes) : countInJson(bytes);
  if (containers > MOST_CONTAINERS) {
    throw new RequestError(
      "too-large",
      `expected a body of at most ${MOST_CONTAINERS} arrays and objects, found ${containers}. Send fewer rows.`,
    );
  }
  let value;
  try {
    value = decode(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const format = decode === decodeMessagePack ? "MessagePack" : "JSON";
    throw new RequestError("unreadable", `expected ${format}, found what cannot be read as it: ${short(reason, 200)}`);
  }
  return plain(value);
}

function decodeJson(bytes: Uint8Array): unknown {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes); // takes off a byte order mark
  return JSON.parse(text);
}

async function readBytes(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bodyChunks(request, limits, "Send less data, or MessagePack with typed arrays.")) {
    length += chunk.length;
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** A body as it comes, within its limits. `hint` says what to do where it is too large. Throws RequestError. */
export async function* bodyChunks(
  { headers, body }: Request,
  { mostBytes, idleMs }: BodyLimits,
  hint: string,
): AsyncGenerator<Uint8Array> {
  const tooLarge = () => new RequestError("too-large", `expected a body of at most ${mostBytes} bytes. ${hint}`);
  if (Number(headers.get("Content-Length") ?? 0) > mostBytes) throw tooLarge();
  if (!body) return;
  const reader = body.getReader();
  try {
    let length = 0;
    for (;;) {
      const { done, value } = await within(idleMs, reader);
      if (done) return;
      length += value.length;
      if (length > mostBytes) throw tooLarge();
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {}); // of what is not to be read; nothing where it has ended
  }
}

/** The next chunk, if it comes in time. */
async function within(
  milliseconds: number,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  let timer;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new RequestError("timeout", `no byte of the body came for ${milliseconds / 1000} s. Send the request again.`),
      );
    }, milliseconds);
  });
  try {
    return await Promise.race([reader.read(), late]);
  } catch (error) {
    await reader.cancel().catch(() => {});
    if (error instanceof RequestError) throw error;
    throw new RequestError("unreadable", "the body ended before its time. Send the request again.");
  } finally {
    clearTimeout(timer);
  }
}

function short(text: string, most = 60): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
