/**
 * What a GGUF file says of itself, read from its head alone: its metadata, by llama.cpp's key names.
 *
 * A file may come from anywhere, so every length in it is held against the size of the file before it is believed;
 * a file that passes has a whole head and all its tensors' data begin within it. The format is described at
 * https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { dirname, join } from "node:path";
import { Fault } from "../stack/fault.ts";

export type ModelCard = {
  /** The model's own name for itself; the architecture's when it has none. */
  readonly title: string;
  readonly architecture: string;
  readonly parameters: number | null;
  readonly contextTokens: number | null;
  readonly quantisation: string | null;
  readonly license: string | null;
  /** Length of its embedding vectors. */
  readonly dimensions: number | null;
  readonly hasChatTemplate: boolean;
  /** Whether it says how its tokens' vectors become one. */
  readonly hasPooling: boolean;
};

/** @throws Fault `invalid_value` when the file is no GGUF, or not a whole one. */
export function readModelCard(file: string): ModelCard {
  const { metadata, parameters } = readHead(file);
  const architecture = textAt(metadata, "general.architecture") ?? "unknown";
  const others = partPaths(file).map((part) => readHead(part).parameters);
  const whole = others.reduce((sum, one) => sum + one, parameters);
  return {
    title: textAt(metadata, "general.name") ?? architecture,
    architecture,
    parameters: whole === 0 ? null : whole,
    contextTokens: countAt(metadata, `${architecture}.context_length`) ?? null,
    quantisation: quantisationOf(countAt(metadata, "general.file_type")),
    license: textAt(metadata, "general.license") ?? null,
    dimensions: countAt(metadata, `${architecture}.embedding_length`) ?? null,
    hasChatTemplate: textAt(metadata, "tokenizer.chat_template") !== undefined,
    hasPooling: countAt(metadata, `${architecture}.pooling_type`) !== undefined,
  };
}

type Value = string | number | bigint | boolean;
type Head = { readonly metadata: ReadonlyMap<string, Value>; readonly parameters: number };

/** Sizes of the fixed types, by number; 8 is a string, 9 an array. */
const sizes: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const stringType = 8;
const arrayType = 9;
/** A key or a tensor's name longer than this is none; the specification says 64 for names, 65,535 for keys. */
const nameBytesMax = 65_535;
/** Longer texts than this are skipped: chat templates are tens of kilobytes. */
const textBytesMax = 1_000_000;

function readHead(file: string): Head {
  const reader = new Reader(file);
  try {
    if (reader.bytes(4).toString("latin1") !== "GGUF") throw notGguf(file, "it does not begin like one");
    const version = reader.uint32();
    if (version !== 2 && version !== 3) throw notGguf(file, `version ${version} is unknown`);
    const tensors = reader.count(24);
    const pairs = reader.count(13);
    const metadata = new Map<string, Value>();
    for (let pair = 0; pair < pairs; pair += 1) {
      const key = reader.text(nameBytesMax) ?? "";
      const value = reader.value(reader.uint32());
      if (value !== undefined) metadata.set(key, value);
    }
    let parameters = 0;
    let lastOffset = 0;
    for (let tensor = 0; tensor < tensors; tensor += 1) {
      reader.text(nameBytesMax);
      const rank = reader.uint32();
      if (rank > 8) throw notGguf(file, `a tensor has ${rank} dimensions`);
      let size = 1;
      for (let dimension = 0; dimension < rank; dimension += 1) size *= reader.uint64();
      parameters += size;
      reader.uint32();
      lastOffset = Math.max(lastOffset, reader.uint64());
    }
    const alignment = countAt(metadata, "general.alignment") || 32;
    const dataAt = Math.ceil(reader.at / alignment) * alignment;
    if (tensors > 0 && dataAt + lastOffset >= reader.size) throw cutShort(file);
    return { metadata, parameters };
  } finally {
    reader.close();
  }
}

/** The other parts of a model that is split over files, by llama.cpp's rule for their names. */
export function partPaths(file: string): string[] {
  const [, stem = "", first, count = ""] = /([^/\\]*)-(\d{5})-of-(\d{5})\.gguf$/.exec(file) ?? [];
  if (first !== "00001") return [];
  return Array.from({ length: Math.max(0, Number(count) - 1) }, (_, index) => {
    const part = String(index + 2).padStart(5, "0");
    return join(dirname(file), `${stem}-${part}-of-${count}.gguf`);
  });
}

/** Reads forward through a file, in steps that never pass its end. */
class Reader {
  readonly size: number;
  /** Position in the file. */
  at = 0;
  readonly #file: string;
  readonly #descriptor: number;
  #window = Buffer.alloc(0);
  #windowAt = 0;

  constructor(file: string) {
    this.#file = file;
    try {
      this.#descriptor = openSync(file, "r");
    } catch (error) {
      throw new Fault("invalid_value", {
        message: `${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
        remedy: "See that it is there and readable.",
      });
    }
    this.size = fstatSync(this.#descriptor).size;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  bytes(length: number): Buffer {
    this.#need(length);
    const from = this.at - this.#windowAt;
    if (from < 0 || from + length > this.#window.length) {
      const window = Buffer.alloc(Math.max(length, 1 << 18));
      const read = readSync(this.#descriptor, window, 0, window.length, this.at);
      if (read < length) throw cutShort(this.#file);
      this.#window = window.subarray(0, read);
      this.#windowAt = this.at;
    }
    const start = this.at - this.#windowAt;
    this.at += length;
    return this.#window.subarray(start, start + length);
  }

  uint32(): number {
    return this.bytes(4).readUInt32LE();
  }

  /** A number that would not fit the file is none that it can mean. */
  uint64(): number {
    const value = this.bytes(8).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw cutShort(this.#file);
    return Number(value);
  }

  /** A count of things that take at least `leastBytes` each. */
  count(leastBytes: number): number {
    const count = this.uint64();
    this.#need(count * leastBytes);
    return count;
  }

  /** A text; undefined when it is longer than `bytesMax`. */
  text(bytesMax: number): string | undefined {
    const length = this.count(1);
    if (length > bytesMax) {
      this.at += length;
      return undefined;
    }
    return this.bytes(length).toString("utf8");
  }

  /** A value of the type; undefined for arrays, which are passed over, and for texts of great length. */
  value(type: number): Value | undefined {
    if (type === stringType) return this.text(textBytesMax);
    if (type === arrayType) {
      this.#skipArray();
      return undefined;
    }
    const bytes = this.bytes(sizeOf(type, this.#file));
    switch (type) {
      case 0:
        return bytes.readUInt8();
      case 1:
        return bytes.readInt8();
      case 2:
        return bytes.readUInt16LE();
      case 3:
        return bytes.readInt16LE();
      case 4:
        return bytes.readUInt32LE();
      case 5:
        return bytes.readInt32LE();
      case 6:
        return bytes.readFloatLE();
      case 7:
        return bytes.readUInt8() !== 0;
      case 10:
        return bytes.readBigUInt64LE();
      case 11:
        return bytes.readBigInt64LE();
      default:
        return bytes.readDoubleLE();
    }
  }

  #skipArray(): void {
    const type = this.uint32();
    if (type === stringType) {
      const texts = this.count(8);
      for (let index = 0; index < texts; index += 1) {
        const length = this.uint64();
        this.#need(length);
        this.at += length;
      }
      return;
    }
    const size = sizeOf(type, this.#file);
    const items = this.count(size);
    this.at += items * size;
  }

  #need(length: number): void {
    if (this.at + length > this.size) throw cutShort(this.#file);
  }
}

function sizeOf(type: number, file: string): number {
  const size = sizes[type];
  if (size === undefined) throw notGguf(file, `a value has the unknown type ${type}`);
  return size;
}

function notGguf(file: string, why: string): Fault {
  return new Fault("invalid_value", {
    message: `${file} is not a GGUF file: ${why}.`,
    remedy: "Name a file in llama.cpp's format.",
  });
}

function cutShort(file: string): Fault {
  return new Fault("invalid_value", { message: `${file} is cut short or damaged.`, remedy: "Fetch it again." });
}

function textAt(metadata: ReadonlyMap<string, Value>, key: string): string | undefined {
  const value = metadata.get(key);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function countAt(metadata: ReadonlyMap<string, Value>, key: string): number | undefined {
  const value = metadata.get(key);
  const count = typeof value === "bigint" ? Number(value) : value;
  return typeof count === "number" && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
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
  25: "IQ4_NL",
  30: "IQ4_XS",
  32: "BF16",
  38: "MXFP4",
};

function quantisationOf(fileType: number | undefined): string | null {
  return fileType === undefined ? null : (fileTypes[fileType] ?? `type ${fileType}`);
}
