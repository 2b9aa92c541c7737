/** Reading the configuration of a model that `--config` names, whatever is there instead of one. */
import { closeSync, openSync, readSync } from "node:fs";
import { Fault } from "../stack/fault.ts";
import { decoderOf } from "./text.ts";

/** Read once, since a pipe can be read no second time. */
const read = new Map<string, unknown>();
/** The longest that is known, with a word for each layer, has some tens of kilobytes. */
const configBytesMost = 4_000_000;

/**
 * @param path `-` is standard input
 * @throws Fault `invalid_value` that says why it cannot be read
 */
export function readConfig(path: string): unknown {
  if (read.has(path)) return read.get(path);
  const json = parsed(path);
  read.set(path, json);
  return json;
}

function parsed(path: string): unknown {
  let text: string;
  let file: number | undefined;
  try {
    file = path === "-" ? 0 : openSync(path, "r");
    text = beginningOf(file);
  } catch (error) {
    throw unreadable(path, (error as Error).message);
  } finally {
    if (file !== undefined && file !== 0) closeSync(file);
  }
  if (text.length > configBytesMost) throw unreadable(path, "it is larger than any configuration");
  if (text.startsWith("GGUF")) throw unreadable(path, "it is a GGUF file, not the configuration that it was made from");
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw unreadable(path, (error as Error).message);
  }
}

/** No more than one byte more than may be, be it a file, a pipe or a device without end. */
function beginningOf(file: number): string {
  const bytes = Buffer.alloc(configBytesMost + 1);
  let length = 0;
  while (length < bytes.length) {
    const count = readSync(file, bytes, length, bytes.length - length, null);
    if (count === 0) break;
    length += count;
  }
  return decoderOf(bytes).decode(bytes.subarray(0, length));
}

function unreadable(path: string, why: string): Fault {
  return new Fault("invalid_value", {
    message: `${path === "-" ? "Standard input" : path} cannot be read: ${why.replace(/\.$/, "")}.`,
    remedy: "Name a Hugging Face config.json.",
    param: "config",
  });
}
