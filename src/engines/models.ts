/** The models that are here: the one that comes with Tokenworks and those that were pulled. */
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ModelCard, readModelCard } from "./gguf.ts";

export const builtinFolder = fileURLToPath(new URL("../../models/", import.meta.url));

export type LocalModel = ModelCard & {
  /** As a deployment's `file` names it. */
  readonly reference: string;
  readonly file: string;
  readonly bytes: number;
};

/** Where the models that were pulled into a data folder lie. */
export function modelsFolder(dataDir: string): string {
  return join(dataDir, "models");
}

export async function listModels(dataDir: string): Promise<LocalModel[]> {
  const builtin = (await ggufsIn(builtinFolder)).map((file) => ({
    file,
    reference: `builtin:${basename(file, ".gguf")}`,
  }));
  const pulled = (await ggufsIn(modelsFolder(dataDir))).map((file) => ({ file, reference: basename(file) }));
  return Promise.all([...builtin, ...pulled].map(({ file, reference }) => describeModel(file, reference)));
}

export async function describeModel(file: string, reference = file): Promise<LocalModel> {
  const [card, { size }] = await Promise.all([readModelCard(file), stat(file)]);
  return { ...card, reference, file, bytes: size };
}

async function ggufsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names.filter((name) => name.endsWith(".gguf")).map((name) => join(folder, name));
}
