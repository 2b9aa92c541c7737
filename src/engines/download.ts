/**
 * Fetches one file over https into its place.
 *
 * What was fetched before an interruption is kept beside the place as `.part` and gone on from, within a call and
 * between calls; the file appears under its name only when it is whole, is a GGUF, has the right checksum and is on
 * disk. A token goes to the origin it is for, and not along with a redirect.
 */
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readFile, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EnvHttpProxyAgent, request } from "undici";
import { Fault } from "../stack/fault.ts";

export type DownloadOptions = {
  /** For the origin of the address alone. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the file must have, in hex; the origin's own where it tells one. */
  readonly sha256?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told often; `totalBytes` is null while nobody says. */
  readonly onProgress?: ((doneBytes: number, totalBytes: number | null) => void) | undefined;
  /** Waits between tries that bring nothing; a try that brings bytes starts them anew. */
  readonly retryDelaysMs?: readonly number[] | undefined;
};

export type Downloaded = { readonly sha256: string; readonly bytes: number };

const defaultRetryDelaysMs = [500, 1_000, 2_000, 4_000, 8_000];
const redirectsMax = 5;
const headersTimeoutMs = 30_000;
const bodyTimeoutMs = 60_000;

/** Not the end of it: another try may go on from here. */
class Broken extends Error {}

/** @throws Fault telling what went wrong, or the signal's reason; what was fetched stays for the next call */
export async function download(url: string, place: string, options: DownloadOptions): Promise<Downloaded> {
  const part = new Part(place);
  const delaysMs = options.retryDelaysMs ?? defaultRetryDelaysMs;
  let idleTries = 0;
  for (;;) {
    const before = await part.size();
    try {
      const expected = await transfer(url, part, options);
      return await part.finish(options.sha256 ?? expected);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof Broken)) throw error;
      const now = await part.size();
      idleTries = now > before ? 0 : idleTries + 1;
      const delayMs = delaysMs[idleTries];
      if (delayMs === undefined) {
        throw new Fault("upstream_error", {
          message: `${basename(place)} could not be fetched: ${error.message}.`,
          remedy: now > 0 ? `Ask again: it goes on from the ${now} bytes that are here.` : "Try again later.",
        });
      }
      await sleep(delayMs, undefined, { signal: options.signal });
    }
  }
}

/**
 * Asks once for a short answer in JSON.
 *
 * @throws Fault telling what went wrong, or the signal's reason
 */
export async function fetchJson(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  try {
    const { statusCode, body } = await follow(url, headers, signal);
    if (statusCode === 200) return await body.json();
    await body.dump();
    throw refusal(statusCode, url);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Fault) throw error;
    throw new Fault("upstream_error", { message: `${url} gave no answer: ${(error as Error).message}.` });
  }
}

/** Fetches what is missing; answers the checksum that the origin tells, if it tells one. */
async function transfer(url: string, part: Part, options: DownloadOptions): Promise<string | undefined> {
  const { sha256, signal, onProgress } = options;
  const known = await part.origin();
  const isSame = sha256 !== undefined && known?.sha256 === sha256;
  let have = known !== undefined && (isSame || known.etag !== undefined) ? await part.size() : 0;
  const condition = isSame || known?.etag === undefined ? {} : { "if-range": known.etag };
  const range: Record<string, string> = have > 0 ? { range: `bytes=${have}-`, ...condition } : {};
  const answer = await follow(url, { ...options.headers, ...range }, signal);
  const { statusCode, headers, body, linked } = answer;
  if (statusCode !== 200 && statusCode !== 206) {
    await body.dump();
    if (statusCode === 416) {
      if (Number(/\*\/(\d+)/.exec(String(headers["content-range"]))?.[1]) === have) return linked;
      await part.remove();
      throw new Broken("what is here is no beginning of it");
    }
    throw refusal(statusCode, url);
  }
  if (sha256 !== undefined && linked !== undefined && linked !== sha256) {
    await body.dump();
    throw new Fault("invalid_value", { message: `Its origin says that it has SHA-256 ${linked}, not ${sha256}.` });
  }
  const from = statusCode === 206 ? Number(/^bytes (\d+)-/.exec(String(headers["content-range"]))?.[1]) : 0;
  if (statusCode === 206 && from !== have) {
    await body.dump();
    await part.remove();
    throw new Broken("its origin answered with another part than was asked for");
  }
  have = from;
  const length = headers["content-length"] === undefined ? Number.NaN : Number(headers["content-length"]);
  const total = Number.isSafeInteger(length) ? have + length : null;
  await part.mustFit(total === null ? 0 : total - have);
  const etag = headers["etag"];
  const isStrong = typeof etag === "string" && !etag.startsWith("W/");
  await part.begin(have, { etag: isStrong ? etag : undefined, sha256: sha256 ?? linked });
  onProgress?.(have, total);
  const done = await part.write(body, have, (bytes) => onProgress?.(bytes, total));
  if (total !== null && done !== total) throw new Broken(`it ended after ${done} of ${total} bytes`);
  return linked;
}

type Origin = { readonly etag?: string | undefined; readonly sha256?: string | undefined };

/** The part of a file that is here, with what is known of where it came from. */
class Part {
  readonly #place: string;
  readonly #file: string;
  readonly #note: string;
  /** The hash of the first `#hashed` bytes. */
  #hash: Hash = createHash("sha256");
  #hashed = 0;

  constructor(place: string) {
    this.#place = place;
    this.#file = `${place}.part`;
    this.#note = `${place}.part.json`;
  }

  async size(): Promise<number> {
    return stat(this.#file).then(({ size }) => size, ifMissing(0));
  }

  async origin(): Promise<Origin | undefined> {
    const text = await readFile(this.#note, "utf8").catch(ifMissing(undefined));
    try {
      return text === undefined ? undefined : (JSON.parse(text) as Origin);
    } catch {
      // Cut short by a crash: nothing is known, so it is fetched from its beginning.
      return undefined;
    }
  }

  async begin(from: number, origin: Origin): Promise<void> {
    if (from === 0) await rm(this.#file, { force: true });
    await writeFile(this.#note, JSON.stringify(origin));
  }

  /** Adds what comes; each piece is in the file before the next is taken, so that a break loses none. */
  async write(body: AsyncIterable<Buffer>, from: number, onBytes: (done: number) => void): Promise<number> {
    await this.#hashUpTo(from);
    const file = await open(this.#file, from > 0 ? "a" : "w");
    try {
      for await (const piece of body) {
        if (this.#hashed === 0 && piece.length >= 4 && piece.toString("latin1", 0, 4) !== "GGUF") {
          throw await this.#notGguf();
        }
        await file.writeFile(piece);
        this.#hash.update(piece);
        this.#hashed += piece.length;
        onBytes(this.#hashed);
      }
    } catch (error) {
      if (error instanceof Fault) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "ENOSPC") throw this.#full(undefined);
      throw new Broken(`the transfer broke (${code ?? message})`);
    } finally {
      await file.close();
    }
    return this.#hashed;
  }

  /** Checks the whole and gives it its name; a wrong one is removed, since no more of it would make it right. */
  async finish(expected: string | undefined): Promise<Downloaded> {
    const bytes = await this.size();
    await this.#hashUpTo(bytes);
    const sha256 = this.#hash.copy().digest("hex");
    if (expected !== undefined && expected !== sha256) {
      await this.remove();
      throw new Fault("invalid_value", {
        message: `${basename(this.#place)} has SHA-256 ${sha256}, not ${expected}.`,
        remedy: "Fetch it again; if it stays so, its origin or the checksum is wrong.",
      });
    }
    const file = await open(this.#file, "r");
    try {
      const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
      if (buffer.toString("latin1") !== "GGUF") throw await this.#notGguf();
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(this.#file, this.#place);
    await rm(this.#note, { force: true });
    const folder = await open(dirname(this.#place), "r");
    await folder.sync().finally(() => folder.close());
    return { sha256, bytes };
  }

  async remove(): Promise<void> {
    await rm(this.#file, { force: true });
    await rm(this.#note, { force: true });
  }

  /** @throws Fault `disk_full` */
  async mustFit(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(dirname(this.#place));
    if (bavail * bsize < bytes) throw this.#full(bytes, bavail * bsize);
  }

  async #hashUpTo(bytes: number): Promise<void> {
    if (this.#hashed === bytes) return;
    this.#hash = createHash("sha256");
    for await (const piece of createReadStream(this.#file, { end: bytes - 1 })) this.#hash.update(piece as Buffer);
    this.#hashed = bytes;
  }

  #full(needed: number | undefined, free?: number): Fault {
    const figures = needed === undefined ? "" : `: ${needed} bytes are missing and ${free} are free`;
    return new Fault("disk_full", {
      message: `The disk of ${dirname(this.#place)} has no room for ${basename(this.#place)}${figures}.`,
      remedy: "Make room and ask again, or name another folder with --data.",
    });
  }

  async #notGguf(): Promise<Fault> {
    await this.remove();
    return new Fault("invalid_value", {
      message: `${basename(this.#place)} is not a GGUF file.`,
      remedy: "Name a file in llama.cpp's format.",
    });
  }
}

/** Follows redirects, to https only; answers with the SHA-256 that a hub names in the head of its redirect. */
async function follow(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal | undefined) {
  let at = new URL(url);
  const { origin } = at;
  const { authorization: _authorization, ...elsewhere } = headers;
  let linked: string | undefined;
  for (let hop = 0; hop <= redirectsMax; hop += 1) {
    const isLocal = mustBeSecure(at);
    const answer = await request(at, {
      headers: at.origin === origin ? headers : elsewhere,
      headersTimeout: headersTimeoutMs,
      bodyTimeout: bodyTimeoutMs,
      ...(signal === undefined ? {} : { signal }),
      ...(isLocal || !hasProxy() ? {} : { dispatcher: new EnvHttpProxyAgent() }),
    }).catch((error: NodeJS.ErrnoException) => {
      signal?.throwIfAborted();
      throw new Broken(`${at.host} cannot be reached (${error.code ?? error.message})`);
    });
    linked ??= /^"?([0-9a-f]{64})"?$/.exec(String(answer.headers["x-linked-etag"]))?.[1];
    const { location } = answer.headers;
    const { statusCode } = answer;
    if (statusCode < 300 || statusCode >= 400 || typeof location !== "string") return { ...answer, linked };
    await answer.body.dump();
    at = new URL(location, at);
  }
  throw new Fault("upstream_error", { message: `${url} redirects more than ${redirectsMax} times.` });
}

/** @throws Fault for what is neither https nor on this machine; answers whether it is on this machine */
function mustBeSecure(url: URL): boolean {
  const isLocal = /^(127(\.\d+){3}|localhost|\[::1\])$/.test(url.hostname);
  if (url.protocol === "https:" || (url.protocol === "http:" && isLocal)) return isLocal;
  throw new Fault("invalid_value", {
    message: `${url.origin} is not https.`,
    remedy: "A model is fetched over https only.",
  });
}

function hasProxy(): boolean {
  const { HTTPS_PROXY, https_proxy } = process.env;
  return (HTTPS_PROXY ?? https_proxy ?? "") !== "";
}

/** What a status that brings no file means. */
function refusal(status: number, url: string): Error {
  if (status === 408 || status === 429 || status >= 500) return new Broken(`${new URL(url).host} answers ${status}`);
  if (status === 401 || status === 403) {
    return new Fault("forbidden", {
      message: `${url} is not open to everybody (status ${status}).`,
      remedy: "Accept its terms at its origin, and set HF_TOKEN to a token that may read it.",
    });
  }
  return new Fault(status === 404 ? "not_found" : "upstream_error", {
    message: `${url} answers ${status}.`,
    remedy: "See that the name is right.",
  });
}

function ifMissing<T>(value: T) {
  return (error: NodeJS.ErrnoException): T => {
    if (error.code === "ENOENT") return value;
    throw error;
  };
}
