/**
 * Text out of tokens as they come: whole characters only, and nothing that may yet turn out to be a stop string.
 */

export type TextPiece = {
  /** What may be shown now; often a token's whole text, sometimes nothing yet. */
  readonly text: string;
  /** True when a stop string was completed: the text before it is the last. */
  readonly stopped: boolean;
};

/** Tokens before a text that may change how it is written: a space at its beginning, say. */
const beforeMax = 8;

export class TextStream {
  readonly #decode: (tokens: readonly number[], before: readonly number[]) => string;
  readonly #stops: readonly string[];
  /** Tokens since the last one that ended with a whole character, and how much of their text was given out. */
  #pending: number[] = [];
  #given = 0;
  /** Tokens in a row that brought no whole character. */
  #barren = 0;
  #before: readonly number[];
  #held = "";

  /**
   * @param decode the text of tokens that follow others; an incomplete character at its end is one U+FFFD
   * @param before the end of the prompt
   */
  constructor(
    decode: (tokens: readonly number[], before: readonly number[]) => string,
    stops: readonly string[],
    before: readonly number[] = [],
  ) {
    this.#decode = decode;
    this.#stops = stops;
    this.#before = before.slice(-beforeMax);
  }

  push(token: number): TextPiece {
    this.#pending.push(token);
    const text = this.#decode(this.#pending, this.#before);
    const isWhole = !text.endsWith("\uFFFD");
    const given = this.#given;
    const sure = isWhole ? text : text.slice(0, -1);
    this.#barren = sure.length > given ? 0 : this.#barren + 1;
    // A character of UTF-8 has at most four bytes, so at most four tokens: what is incomplete then, stays so.
    if (!isWhole && this.#barren < 4) {
      this.#given = Math.max(given, sure.length);
      return this.#release(sure.slice(given));
    }
    this.#before = [...this.#before, ...this.#pending].slice(-beforeMax);
    this.#pending = [];
    this.#given = 0;
    this.#barren = 0;
    return this.#release(text.slice(given));
  }

  /** What is left when no more tokens come. */
  end(): string {
    const rest = this.#pending.length === 0 ? "" : this.#decode(this.#pending, this.#before).slice(this.#given);
    const text = this.#held + rest;
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
