/** The models that are here: the one that comes with Tokenworks and those that were pulled. */
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Fault } from "../stack/fault.ts";
import { type ModelCard, partPaths, readModelCard } from "./gguf.ts";

export const builtinFolder = fileURLToPath(new URL("../../models/", import.meta.url));

export type LocalModel = ModelCard & {
  /** As a deployment's `file` names it. */
  readonly reference: string;
  readonly file: string;
  /** All parts of a split model together. */
  readonly bytes: number;
  /** Why it cannot be served; null when nothing speaks against it. */
  readonly defect: string | null;
};

/** Where the models that were pulled into a data folder lie. */
export function modelsFolder(dataDir: string): string {
  return join(dataDir, "models");
}

/** A file that is damaged is listed with its defect: it takes room all the same. */
export async function listModels(dataDir: string): Promise<LocalModel[]> {
  const builtin = (await ggufsIn(builtinFolder)).map((file) => ({
    file,
    reference: `builtin:${basename(file, ".gguf")}`,
  }));
  const pulled = (await ggufsIn(modelsFolder(dataDir))).map((file) => ({ file, reference: basename(file) }));
  return Promise.all(
    [...builtin, ...pulled].map(({ file, reference }) =>
      describeModel(file, reference).catch((error: unknown) => damaged(file, reference, error)),
    ),
  );
}

/** @throws Fault `invalid_value` when the file, or a part of it, is no GGUF */
export async function describeModel(file: string, reference = file): Promise<LocalModel> {
  const card = readModelCard(file);
  const sizes = await Promise.all([file, ...partPaths(file)].map(async (part) => (await stat(part)).size));
  return { ...card, reference, file, bytes: sizes.reduce((sum, one) => sum + one, 0), defect: null };
}

async function damaged(file: string, reference: string, error: unknown): Promise<LocalModel> {
  if (!(error instanceof Fault)) throw error;
  const unknown = {
    title: basename(file, ".gguf"),
    architecture: "unknown",
    parameters: null,
    contextTokens: null,
    quantisation: null,
    license: null,
    dimensions: null,
    hasChatTemplate: false,
    hasPooling: false,
  };
  return { ...unknown, reference, file, bytes: (await stat(file)).size, defect: error.message };
}

async function ggufsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  // The parts of a split model are named by its first.
  const isFirst = (name: string) => !/-(?!00001)\d{5}-of-\d{5}\.gguf$/.test(name);
  return names
    .filter((name) => name.endsWith(".gguf") && isFirst(name))
    .toSorted()
    .map((name) => join(folder, name));
}
