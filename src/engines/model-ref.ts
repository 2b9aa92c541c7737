/**
 * What a person may call a model that is to be pulled: a repository on Hugging Face, an address, or a file; and which
 * of a repository's files that means.
 */
import { Fault } from "../stack/fault.ts";

export type ModelRef =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "url"; readonly url: string; readonly fileName: string }
  | {
      readonly kind: "hub";
      readonly repository: string;
      readonly revision: string;
      /** A file of the repository (`….gguf`), or a quantisation (`Q4_K_M`); our choice when absent. */
      readonly wanted: string | undefined;
    };

const repositoryPattern = /^[\w.-]+\/[\w.-]+$/;
const revisionPattern = /^[\w./-]+$/;
const isGguf = (path: string) => /\.gguf$/i.test(path);

/**
 * Reads `hf:org/repo`, `org/repo`, either with `@revision` and `:quantisation` or `:file.gguf`, `hf:org/repo/file.gguf`,
 * a repository's page or any `https://….gguf`, or a file (`/…`, `./…`, `~/…`, or whatever ends in `.gguf`).
 *
 * @throws Fault `invalid_value` saying what would do.
 */
export function parseModelRef(ref: string): ModelRef {
  if (/^https?:\/\//i.test(ref)) return urlRef(ref);
  if (ref.startsWith("file:")) return { kind: "file", path: ref.slice("file:".length) };
  const onHub = /^(hf:|hf\.co\/|huggingface:)/.exec(ref);
  if (onHub !== null) return hubRef(ref.slice(onHub[0].length), ref);
  if (/^[./~\\]|^[A-Za-z]:\\/.test(ref) || (isGguf(ref) && !ref.includes(":"))) return { kind: "file", path: ref };
  return hubRef(ref, ref);
}

function hubRef(text: string, given: string): ModelRef {
  const [path = "", wantedAfterColon] = split(text, ":");
  const [repositoryAndFile = "", revision = "main"] = split(path, "@");
  const parts = repositoryAndFile.split("/");
  const repository = parts.slice(0, 2).join("/");
  const inPath = parts.slice(2).join("/");
  const wanted = wantedAfterColon ?? (inPath === "" ? undefined : inPath);
  const isFine =
    repositoryPattern.test(repository) &&
    revisionPattern.test(revision) &&
    wanted !== "" &&
    (inPath === "" || (isGguf(inPath) && wantedAfterColon === undefined));
  if (!isFine) throw notAModel(given);
  return { kind: "hub", repository, revision, wanted };
}

function urlRef(ref: string): ModelRef {
  const url = URL.parse(ref);
  if (url === null) throw notAModel(ref);
  // The page of a repository or of a file in it, as copied from a browser.
  const page = /^\/([\w.-]+\/[\w.-]+)(?:\/(?:blob|resolve|tree)\/([\w.-]+)(?:\/(.+))?)?$/.exec(url.pathname);
  if (url.hostname === "huggingface.co" && page !== null) {
    const [, repository = "", revision = "main", file] = page;
    return { kind: "hub", repository, revision, wanted: file === undefined ? undefined : decodeURIComponent(file) };
  }
  const fileName = decodeURIComponent(url.pathname.split("/").at(-1) ?? "");
  // The name becomes a file's: nothing in it may lead out of the folder.
  if (!isGguf(fileName) || /[/\\\0]/.test(fileName) || fileName.startsWith(".")) throw notAModel(ref);
  return { kind: "url", url: url.href, fileName };
}

function split(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function notAModel(ref: string): Fault {
  return new Fault("invalid_value", {
    message: `"${ref}" names no model.`,
    remedy:
      "Write org/repository (with :Q4_K_M or :file.gguf to choose one of its files), https://…/file.gguf, or a path to a GGUF file.",
  });
}

/** A file of a repository; its digest where the hub knows it. */
export type HubFile = { readonly path: string; readonly bytes: number; readonly sha256: string | undefined };

/** Quantisations from the most to the least wanted when nothing was asked for: about 4 bits first, then larger. */
const preferred = "Q4_K_M Q4_K_S Q4_K_XL Q4_0 MXFP4 IQ4_NL IQ4_XS Q4_1 Q5_K_M Q5_K_S Q6_K Q8_0 BF16 F16 FP16 F32".split(
  " ",
);

const partOf = /-(\d{5})-of-(\d{5})\.gguf$/i;

/**
 * Which of a repository's files to take: one, or all parts of one that is split, in their order.
 *
 * @throws Fault `not_found` naming what there is.
 */
export function chooseFiles(files: readonly HubFile[], wanted: string | undefined, repository: string): HubFile[] {
  // A projector belongs to a model of images; it is no model that makes tokens.
  const models = files.filter(({ path }) => isGguf(path) && !/(^|\/)mmproj/i.test(path));
  if (models.length === 0) {
    throw new Fault("not_found", {
      message: `The repository ${repository} has no GGUF file.`,
      remedy: "Look for one whose name ends in -GGUF.",
    });
  }
  const chosen = wanted === undefined ? preferredOf(models) : models.find((one) => isWanted(one.path, wanted));
  if (chosen === undefined) {
    const offered = [...new Set(models.map(({ path }) => quantisationOf(path) ?? path))];
    const more = offered.length > 12 ? `, and ${offered.length - 12} more` : "";
    throw new Fault("not_found", {
      message: `The repository ${repository} has no ${wanted ?? "file that is easily preferred"}.`,
      remedy: `It has ${offered.slice(0, 12).join(", ")}${more}: write ${repository}:${offered[0] ?? ""}.`,
    });
  }
  const part = partOf.exec(chosen.path);
  if (part === null) return [chosen];
  const stem = chosen.path.slice(0, part.index);
  const parts = models.filter(({ path }) => partOf.test(path) && path.replace(partOf, "") === stem);
  const whole = Number(part[2]);
  if (parts.length !== whole) {
    throw new Fault("not_found", {
      message: `The repository ${repository} has ${parts.length} of the ${whole} parts of ${stem}.`,
    });
  }
  return parts.toSorted((one, other) => one.path.localeCompare(other.path));
}

/** The quantisation that a file's name tells: `Q4_K_M`. */
export function quantisationOf(path: string): string | undefined {
  const name = path.replace(partOf, "").replace(/\.gguf$/i, "");
  return /(?:^|[-._/])((?:I?Q\d|TQ\d|MXFP\d|BF16|FP?16|FP?32)(?:_[A-Z0-9]+)*)$/i.exec(name)?.[1]?.toUpperCase();
}

function preferredOf(models: readonly HubFile[]): HubFile | undefined {
  for (const quantisation of preferred) {
    const found = models.find(({ path }) => quantisationOf(path) === quantisation);
    if (found !== undefined) return found;
  }
  return models.length === 1 ? models[0] : undefined;
}

function isWanted(path: string, wanted: string): boolean {
  if (isGguf(wanted)) return path === wanted || path.split("/").at(-1) === wanted;
  return quantisationOf(path) === wanted.toUpperCase();
}
