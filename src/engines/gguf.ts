/** What a GGUF file says of itself, read from its head alone: its metadata, by llama.cpp's key names. */
import { readGgufFileInfo } from "node-llama-cpp";
import { Fault } from "../stack/fault.ts";

export type ModelCard = {
  /** The model's own name for itself; the architecture's when it has none. */
  readonly title: string;
  readonly architecture: string;
  readonly parameters: number | null;
  readonly contextTokens: number | null;
  readonly quantisation: string | null;
  readonly license: string | null;
};

/** @throws Fault `invalid_value` when the file is no GGUF. */
export async function readModelCard(file: string): Promise<ModelCard> {
  const info = await readGgufFileInfo(file, { sourceType: "filesystem" }).catch((error: Error) => {
    throw new Fault("invalid_value", { message: `${file} cannot be read as a GGUF: ${error.message}` });
  });
  const { general } = info.metadata;
  const dimensions = info.fullTensorInfo?.map((tensor) => tensor.dimensions) ?? [];
  const sizes = dimensions.map((each) => each.map(Number).reduce((product, one) => product * one, 1));
  const parameters = sizes.reduce((sum, size) => sum + size, 0);
  return {
    title: general.name ?? general.architecture,
    architecture: general.architecture,
    parameters: parameters === 0 ? null : parameters,
    contextTokens: info.architectureMetadata.context_length ?? null,
    quantisation: quantisationOf(general.file_type),
    license: general.license ?? null,
  };
}

/** llama.cpp's `llama_ftype`, the ones that are in use. */
const fileTypes: Readonly<Record<number, string>> = {
  0: "F32",
  1: "F16",
  2: "Q4_0",
  3: "Q4_1",
  7: "Q8_0",
  8: "Q5_0",
  9: "Q5_1",
  10: "Q2_K",
  11: "Q3_K_S",
  12: "Q3_K_M",
  13: "Q3_K_L",
  14: "Q4_K_S",
  15: "Q4_K_M",
  16: "Q5_K_S",
  17: "Q5_K_M",
  18: "Q6_K",
  32: "BF16",
  38: "MXFP4",
};

function quantisationOf(fileType: number | undefined): string | null {
  return fileType === undefined ? null : (fileTypes[fileType] ?? `type ${fileType}`);
}
