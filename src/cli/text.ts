/** The text of a file that a person names: UTF-8, or the UTF-16 that spreadsheets call Unicode text, and nothing else. */
import { Fault } from "../stack/fault.ts";

/** By the mark at a file's beginning. */
export function decoderOf(bytes: Uint8Array): TextDecoder {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le");
  return new TextDecoder(first === 0xfe && second === 0xff ? "utf-16be" : "utf-8");
}

/** @throws Fault `invalid_value` of what has zero bytes between its letters, as a picture or an archive does */
export function checkText(text: string, path: string): void {
  if (!text.includes("\0")) return;
  throw new Fault("invalid_value", {
    message: `${path === "-" ? "Standard input" : path} is no text.`,
    remedy: "Save it as UTF-8.",
  });
}
