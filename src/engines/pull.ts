/**
 * Fetches a model: from a Hugging Face repository, any https address, or a file here. A repository is pinned to the
 * commit that it stands at when its list is read, and a model that is split over files is fetched whole.
 */
import { createHash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { copyFile, mkdir, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { Fault } from "../stack/fault.ts";
import { takeLock } from "../store/lock.ts";
import { download, type Downloaded, type DownloadOptions, fetchJson } from "./download.ts";
import { partPaths, readModelCard } from "./gguf.ts";
import { chooseFiles, parseModelRef } from "./model-ref.ts";

export type PullOptions = Pick<DownloadOptions, "sha256" | "signal" | "onProgress" | "retryDelaysMs"> & {
  /** Where models are kept. */
  readonly dir: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
};

/** A model's file, the first where it has several; the checksum is that file's, the bytes are all files'. */
export type Pulled = { readonly file: string; readonly sha256: string; readonly bytes: number };

/** A file to fetch. */
type Wanted = {
  readonly url: string;
  readonly name: string;
  readonly bytes: number | undefined;
  readonly sha256: string | undefined;
};

const sha256Pattern = /^[0-9a-f]{64}$/;

/** @throws Fault telling what went wrong; what was fetched stays for the next try */
export async function pullModel(ref: string, options: PullOptions): Promise<Pulled> {
  const sha256 = options.sha256?.toLowerCase();
  if (sha256 !== undefined && !sha256Pattern.test(sha256)) {
    throw new Fault("invalid_value", { message: "A SHA-256 has 64 hexadecimal digits.", param: "sha256" });
  }
  await mkdir(options.dir, { recursive: true });
  const model = parseModelRef(ref);
  if (model.kind === "file") return takeIn(model.path, options.dir, sha256);
  const env = options.env ?? process.env;
  const endpoint = (env["HF_ENDPOINT"] ?? "https://huggingface.co").replace(/\/+$/, "");
  const token = env["HF_TOKEN"];
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  if (model.kind === "url") {
    const { url, fileName: name } = model;
    const headers = url.startsWith(`${endpoint}/`) ? authorization : {};
    return fetchAll([{ url, name, bytes: undefined, sha256 }], headers, options);
  }
  const wanted = await wantedOf(model, endpoint, authorization, options.signal);
  if (sha256 !== undefined && wanted.length > 1) {
    throw new Fault("invalid_value", { message: "One checksum cannot be that of a model in several files." });
  }
  return fetchAll(
    wanted.map((one) => ({ ...one, sha256: sha256 ?? one.sha256 })),
    authorization,
    options,
  );
}

const listing = z.object({
  sha: z.string().optional(),
  siblings: z
    .array(
      z.object({
        rfilename: z.string(),
        size: z.number().nullish(),
        lfs: z.object({ sha256: z.string().regex(sha256Pattern).optional() }).nullish(),
      }),
    )
    .default([]),
});

/** What a repository has, and which of it is wanted. */
async function wantedOf(
  { repository, revision, wanted }: Extract<ReturnType<typeof parseModelRef>, { kind: "hub" }>,
  endpoint: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<Wanted[]> {
  const url = `${endpoint}/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const list = await fetchJson(url, headers, signal).catch((error: unknown) => {
    // The hub does not tell strangers what it hides from them: to those it answers 401 for what is not there, too.
    const isHidden = error instanceof Fault && (error.code === "forbidden" || error.code === "not_found");
    throw isHidden ? notThere(repository, revision) : error;
  });
  const parsed = listing.safeParse(list);
  if (!parsed.success) {
    throw new Fault("upstream_error", {
      message: `${endpoint} answered with something else than a repository's list.`,
    });
  }
  const { sha, siblings } = parsed.data;
  const files = siblings.map(({ rfilename, size, lfs }) => ({
    path: rfilename,
    bytes: size ?? 0,
    sha256: lfs?.sha256,
  }));
  return chooseFiles(files, wanted, repository).map(({ path, bytes, sha256 }) => ({
    url: `${endpoint}/${repository}/resolve/${encodeURIComponent(sha ?? revision)}/${path.split("/").map(encodeURIComponent).join("/")}`,
    name: basename(path),
    bytes: bytes === 0 ? undefined : bytes,
    sha256,
  }));
}

async function fetchAll(
  wanted: readonly Wanted[],
  headers: Readonly<Record<string, string>>,
  { dir, signal, onProgress, retryDelaysMs }: PullOptions,
): Promise<Pulled> {
  const [first] = wanted;
  if (first === undefined) throw new Error("Nothing was chosen to be fetched.");
  const sizes = wanted.map(({ bytes }) => bytes);
  const told = sizes.every((size) => size !== undefined) ? sizes.reduce((sum, size) => sum + size, 0) : null;
  const release = takeLock(join(dir, `${first.name}.lock`), `The file ${first.name}`);
  try {
    let before = 0;
    let found: Downloaded | undefined;
    for (const { url, name, bytes, sha256 } of wanted) {
      const place = join(dir, name);
      const one =
        (await alreadyHere(place, bytes, sha256)) ??
        (await download(url, place, {
          headers,
          sha256,
          signal,
          retryDelaysMs,
          onProgress: (done, total) => onProgress?.(before + done, wanted.length === 1 ? total : told),
        }));
      found ??= one;
      before += one.bytes;
    }
    const file = join(dir, first.name);
    // Whole, and a model as far as its head tells.
    readModelCard(file);
    return { file, sha256: found?.sha256 ?? "", bytes: before };
  } finally {
    release();
  }
}

/** A file that is here and is the one that is wanted, as far as checksums can tell. */
async function alreadyHere(place: string, bytes: number | undefined, sha256: string | undefined) {
  if (sha256 === undefined) return undefined;
  const size = await sizeOf(place);
  if (size === undefined || (bytes !== undefined && bytes !== size)) return undefined;
  return (await digestOf(place)) === sha256 ? { sha256, bytes: size } : undefined;
}

/** Copies a file, with all its parts, to where models are kept. */
async function takeIn(path: string, dir: string, sha256: string | undefined): Promise<Pulled> {
  const from = resolve(path.replace(/^~(?=[/\\])/, homedir()));
  readModelCard(from);
  const found = await digestOf(from);
  if (sha256 !== undefined && sha256 !== found) {
    throw new Fault("invalid_value", { message: `${basename(from)} has SHA-256 ${found}, not ${sha256}.` });
  }
  let bytes = 0;
  for (const one of [from, ...partPaths(from)]) {
    const place = resolve(dir, basename(one));
    bytes += (await sizeOf(one)) ?? 0;
    if (place === one) continue;
    const copy = `${place}.copy`;
    try {
      await copyFile(one, copy, constants.COPYFILE_FICLONE);
      await rename(copy, place);
    } catch (error) {
      await rm(copy, { force: true });
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      throw new Fault("disk_full", {
        message: `The disk of ${dir} has no room for ${basename(one)}.`,
        remedy: "Make room and ask again, or name another folder with --data.",
      });
    }
  }
  return { file: resolve(dir, basename(from)), sha256: found, bytes };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    },
  );
}

function notThere(repository: string, revision: string): Fault {
  return new Fault("not_found", {
    message: `There is no repository ${repository}${revision === "main" ? "" : ` at ${revision}`} that everybody may see.`,
    remedy: "See that its name is right, and set HF_TOKEN when it is not public.",
  });
}
