/**
 * Text out of tokens as they come: whole characters only, and nothing that may yet turn out to be a stop string.
 */

export type TextPiece = {
  /** What may be shown now; often a token's whole text, sometimes nothing yet. */
  readonly text: string;
  /** True when a stop string was completed: the text before it is the last. */
  readonly stopped: boolean;
};

export class TextStream {
  readonly #decode: (tokens: readonly number[], before: readonly number[]) => string;
  readonly #stops: readonly string[];
  /** Tokens whose text is not whole yet. */
  #pending: number[] = [];
  #before: number[] = [];
  #held = "";

  /** @param decode the text of tokens that follow others; an incomplete character ends in U+FFFD */
  constructor(decode: (tokens: readonly number[], before: readonly number[]) => string, stops: readonly string[]) {
    this.#decode = decode;
    this.#stops = stops;
  }

  push(token: number): TextPiece {
    this.#pending.push(token);
    const text = this.#decode(this.#pending, this.#before);
    // A character of UTF-8 has at most four bytes, so at most four byte tokens.
    if (text.endsWith("\uFFFD") && this.#pending.length < 4) return { text: "", stopped: false };
    this.#before = [...this.#before, ...this.#pending].slice(-8);
    this.#pending = [];
    return this.#release(text);
  }

  /** What is left when no more tokens come. */
  end(): string {
    const text = this.#held + (this.#pending.length === 0 ? "" : this.#decode(this.#pending, this.#before));
    this.#held = "";
    this.#pending = [];
    return text;
  }

  #release(more: string): TextPiece {
    const text = this.#held + more;
    const at = firstStop(text, this.#stops);
    if (at !== -1) {
      this.#held = "";
      return { text: text.slice(0, at), stopped: true };
    }
    const kept = longestStopPrefix(text, this.#stops);
    this.#held = text.slice(text.length - kept);
    return { text: text.slice(0, text.length - kept), stopped: false };
  }
}

/** Where the earliest stop string begins; -1 without one. */
export function firstStop(text: string, stops: readonly string[]): number {
  const found = stops.map((stop) => text.indexOf(stop)).filter((at) => at !== -1);
  return found.length === 0 ? -1 : Math.min(...found);
}

/** The length of the longest end of `text` with which a stop string begins. */
export function longestStopPrefix(text: string, stops: readonly string[]): number {
  const longest = Math.max(0, ...stops.map((stop) => stop.length - 1));
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    const end = text.slice(text.length - length);
    if (stops.some((stop) => stop.length > length && stop.startsWith(end))) return length;
  }
  return 0;
}
