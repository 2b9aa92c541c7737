/**
 * Fetches a model: from a Hugging Face repository, any https address, or a file here. What was fetched before an
 * interruption is kept beside its place as `.part` and gone on from; the file appears under its name only when it is
 * whole, its checksum is right and it is a GGUF.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { copyFile, mkdir, open, rename, rm, stat, statfs, writeFile, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { request } from "undici";
import { Fault } from "../stack/fault.ts";

export type PullOptions = {
  /** Where models are kept. */
  readonly dir: string;
  /** The SHA-256 that it must have, in hex; the origin's own where it tells one. */
  readonly sha256?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told often; `totalBytes` is null while nobody says. */
  readonly onProgress?: (doneBytes: number, totalBytes: number | null) => void;
  readonly env?: Readonly<Record<string, string | undefined>>;
};

export type Pulled = { readonly file: string; readonly sha256: string; readonly bytes: number };

/** What is asked for: an address to fetch it from, or a file that is here. */
export type ModelReference =
  | { readonly from: "url"; readonly url: string; readonly name: string }
  | { readonly from: "file"; readonly path: string; readonly name: string }
  /** A repository without a file: which one is chosen from its list. */
  | { readonly from: "repository"; readonly repository: string; readonly quantisation: string | null };

const repository = /^(?:hf:)?([\w.-]+\/[\w.-]+?)(?:[:@]([\w.-]+))?$/;
const repositoryFile = /^(?:hf:)?([\w.-]+\/[\w.-]+)[/:](.+\.gguf)$/;

/**
 * Reads `org/repo`, `org/repo:Q4_K_M`, `org/repo/file.gguf` (each also with `hf:` before it), `https://…`, or a path.
 *
 * @param isFile whether a path names a file here
 * @throws Fault `invalid_value`
 */
export function parseReference(text: string, endpoint: string, isFile: (path: string) => boolean): ModelReference {
  if (/^https?:\/\//.test(text)) {
    const url = new URL(text);
    refusePlain(url);
    return { from: "url", url: text, name: basename(decodeURIComponent(url.pathname)) };
  }
  if (isFile(text)) return { from: "file", path: resolve(text), name: basename(text) };
  const file = repositoryFile.exec(text);
  if (file?.[1] !== undefined && file[2] !== undefined) {
    return { from: "url", url: `${endpoint}/${file[1]}/resolve/main/${file[2]}`, name: basename(file[2]) };
  }
  const whole = repository.exec(text);
  if (whole?.[1] !== undefined) return { from: "repository", repository: whole[1], quantisation: whole[2] ?? null };
  throw new Fault("invalid_value", {
    message: `"${text}" is no model that can be fetched.`,
    remedy: "Write org/repo, org/repo:Q4_K_M, org/repo/file.gguf, an https address, or the path of a file.",
  });
}

/** Preferred when a repository has several and none was named: small, and hardly worse than the original. */
const preferred = ["Q4_K_M", "Q5_K_M", "Q8_0", "Q4_0", "F16"];

/**
 * The file of a repository to fetch. Files that come in parts are left out: name one of them.
 *
 * @throws Fault `not_found` listing what there is
 */
export function chooseFile(files: readonly string[], quantisation: string | null): string {
  const models = files.filter(
    (name) => name.endsWith(".gguf") && !/-\d{5}-of-\d{5}/.test(name) && !/mmproj/i.test(name),
  );
  const wishes = quantisation === null ? preferred : [quantisation];
  for (const wish of wishes) {
    const found = models.find((name) => name.toLowerCase().includes(wish.toLowerCase()));
    if (found !== undefined) return found;
  }
  const [only, ...others] = models;
  if (quantisation === null && only !== undefined && others.length === 0) return only;
  throw new Fault("not_found", {
    message: `The repository has no GGUF ${quantisation === null ? "that can be chosen for you" : `of ${quantisation}`}.`,
    remedy: models.length === 0 ? "Look for one whose name ends in -GGUF." : `It has: ${models.join(", ")}.`,
  });
}

/** @throws Fault telling what went wrong; what was fetched stays for the next try. */
export async function pullModel(text: string, options: PullOptions): Promise<Pulled> {
  const env = options.env ?? process.env;
  const endpoint = (env["HF_ENDPOINT"] ?? "https://huggingface.co").replace(/\/$/, "");
  const isThere = await stat(text).then(
    (found) => found.isFile(),
    () => false,
  );
  let reference = parseReference(text, endpoint, () => isThere);
  await mkdir(options.dir, { recursive: true });
  // A token is for the hub it was issued by, and goes nowhere else.
  const authorization = env["HF_TOKEN"] === undefined ? {} : { authorization: `Bearer ${env["HF_TOKEN"]}` };
  if (reference.from === "repository") {
    const list = `${endpoint}/api/models/${reference.repository}`;
    const { siblings } = await fetchJson(list, authorization, options.signal);
    const name = chooseFile(siblings, reference.quantisation);
    reference = { from: "url", url: `${endpoint}/${reference.repository}/resolve/main/${name}`, name: basename(name) };
  }
  const place = join(options.dir, reference.name);
  const part = `${place}.part`;
  let expected = options.sha256?.toLowerCase();
  if (reference.from === "file") {
    if (resolve(reference.path) === resolve(place)) return finish(place, place, expected);
    await copyFile(reference.path, part);
  } else {
    const headers = reference.url.startsWith(`${endpoint}/`) ? authorization : {};
    expected = (await download(reference.url, part, headers, options)) ?? expected;
    if (options.sha256 !== undefined) expected = options.sha256.toLowerCase();
  }
  return finish(part, place, expected);
}

/** Checks a fetched file and gives it its name; a wrong one is removed, since no more of it would make it right. */
async function finish(part: string, place: string, expected: string | undefined): Promise<Pulled> {
  const refuse = async (message: string, remedy: string) => {
    if (part !== place) await rm(part, { force: true });
    return new Fault("invalid_value", { message, remedy });
  };
  const { magic, bytes } = await headOf(part);
  if (magic !== "GGUF")
    throw await refuse(`${basename(place)} is not a GGUF file.`, "Name a file in llama.cpp's format.");
  const hash = createHash("sha256");
  await pipeline(createReadStream(part), hash);
  const sha256 = hash.digest("hex");
  if (expected !== undefined && expected !== sha256) {
    throw await refuse(`${basename(place)} has SHA-256 ${sha256}, not ${expected}.`, "Fetch it again.");
  }
  if (part !== place) await rename(part, place);
  await rm(`${place}.etag`, { force: true });
  return { file: place, sha256, bytes };
}

async function headOf(path: string): Promise<{ magic: string; bytes: number }> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return { magic: buffer.toString("latin1", 0, bytesRead), bytes: (await file.stat()).size };
  } finally {
    await file.close();
  }
}

/** Fetches what is missing of the part; answers the checksum that the origin tells, if it tells one. */
async function download(
  url: string,
  part: string,
  headers: Readonly<Record<string, string>>,
  { onProgress, signal }: PullOptions,
): Promise<string | undefined> {
  const etagFile = part.replace(/\.part$/, ".etag");
  const etagBefore = await readFile(etagFile, "utf8").catch(() => undefined);
  let have = await stat(part).then(
    ({ size }) => size,
    () => 0,
  );
  const resumes = have > 0 && etagBefore !== undefined;
  const range = resumes ? { range: `bytes=${have}-`, "if-range": etagBefore } : {};
  const { statusCode, headers: answer, body, told } = await follow(url, { ...headers, ...range }, signal);
  if (statusCode === 416) {
    await body.dump();
    return told;
  }
  if (statusCode !== 200 && statusCode !== 206) {
    await body.dump();
    throw new Fault(statusCode === 404 ? "not_found" : "upstream_error", {
      message: `${url} answers ${statusCode}.`,
      remedy:
        statusCode === 401 || statusCode === 403
          ? "Set HF_TOKEN to a token that may read it."
          : "See that the name is right.",
    });
  }
  if (statusCode === 200) have = 0;
  const length = Number(answer["content-length"] ?? Number.NaN);
  const total = Number.isFinite(length) ? have + length : null;
  await refuseFullDisk(part, total === null ? 0 : total - have);
  const etag = answer["etag"];
  if (typeof etag === "string" && !etag.startsWith("W/")) await writeFile(etagFile, etag);
  let done = have;
  onProgress?.(done, total);
  async function* counted(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      done += piece.length;
      onProgress?.(done, total);
      yield piece;
    }
  }
  try {
    await pipeline(body, counted, createWriteStream(part, { flags: have > 0 ? "a" : "w" }), { signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Fault("upstream_error", {
      message: `The transfer broke after ${done} bytes: ${(error as Error).message}`,
      remedy: "Ask again: it goes on from there.",
    });
  }
  if (total !== null && done !== total) {
    throw new Fault("upstream_error", {
      message: `The transfer ended after ${done} of ${total} bytes.`,
      remedy: "Ask again: it goes on from there.",
    });
  }
  return told;
}

const redirectsMax = 5;

/** Follows redirects, to https only; the hub's own headers go to the hub alone. */
async function follow(url: string, headers: Record<string, string>, signal: AbortSignal | undefined) {
  let at = new URL(url);
  const { origin } = at;
  let told: string | undefined;
  for (let hop = 0; hop <= redirectsMax; hop += 1) {
    refusePlain(at);
    const { authorization: _authorization, ...elsewhere } = headers;
    const answer = await request(at, {
      headers: at.origin === origin ? headers : elsewhere,
      signal: signal ?? null,
    }).catch((error: Error) => {
      if (signal?.aborted) throw error;
      throw new Fault("upstream_error", { message: `${at.host} cannot be reached: ${error.message}` });
    });
    // The hub names the SHA-256 of large files in the ETag of its redirect.
    const linked = answer.headers["x-linked-etag"];
    const hex = /^"?([0-9a-f]{64})"?$/.exec(typeof linked === "string" ? linked : "")?.[1];
    told ??= hex;
    const { location } = answer.headers;
    if (answer.statusCode < 300 || answer.statusCode >= 400 || typeof location !== "string") return { ...answer, told };
    await answer.body.dump();
    at = new URL(location, at);
  }
  throw new Fault("upstream_error", { message: `${url} redirects more than ${redirectsMax} times.` });
}

function refusePlain(url: URL): void {
  const isLoopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback)) return;
  throw new Fault("invalid_value", {
    message: `${url.href} is not https.`,
    remedy: "A model is fetched over https only.",
  });
}

async function fetchJson(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<{ siblings: string[] }> {
  const { statusCode, body } = await follow(url, headers, signal);
  if (statusCode !== 200) {
    await body.dump();
    throw new Fault(statusCode === 404 ? "not_found" : "upstream_error", {
      message: `The hub answers ${statusCode} for ${url}.`,
      remedy: "See that the repository's name is right, and set HF_TOKEN when it is not public.",
    });
  }
  const { siblings = [] } = (await body.json()) as { siblings?: { rfilename: string }[] };
  return { siblings: siblings.map(({ rfilename }) => rfilename) };
}

async function refuseFullDisk(part: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(join(part, ".."));
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new Fault("conflict", {
    message: `It needs ${bytes} bytes and the disk has ${free} free.`,
    remedy: "Make room, or name another folder with --data.",
  });
}
