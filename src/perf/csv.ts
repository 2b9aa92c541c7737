/**
 * Comma-separated values as RFC 4180 has them, read piece by piece, so that a table of any size passes through; separated
 * by semicolons or tabs too, and with any system's line ends, as spreadsheets write them.
 */
import { Fault } from "../stack/fault.ts";

/** One record, with the line on which it begins, counted from 1. */
export type CsvRecord = { readonly line: number; readonly cells: readonly string[] };

/** A cell that never ends is a quote that was never closed. */
const cellMost = 1_000_000;

const separators = [",", ";", "\t"] as const;
export type Separator = (typeof separators)[number];

export class CsvReader {
  #cells: string[] = [];
  #cell = "";
  #state: "bare" | "quoted" | "closing" = "bare";
  #line = 1;
  #beganAt = 1;
  /** The first line, until it is whole: it tells what separates cells. */
  #head: string | undefined = "";
  #separator: Separator | undefined;
  #isAfterReturn = false;

  /** @param separator What separates cells; what the first line says when absent. */
  constructor(separator?: Separator) {
    this.#separator = separator;
  }

  /** That of the first line. */
  get separator(): Separator {
    return this.#separator ?? ",";
  }

  /** The records that a piece of text completes; empty lines are none. */
  *push(text: string): Generator<CsvRecord> {
    if (this.#head === undefined) {
      yield* this.#read(text);
      return;
    }
    this.#head += text;
    if (/[\r\n]/.test(this.#head) || this.#head.length > cellMost) yield* this.#begin();
  }

  *#begin(): Generator<CsvRecord> {
    const text = this.#head?.replace(/^\uFEFF/, "") ?? "";
    this.#head = undefined;
    this.#separator ??= separatorOf(text);
    yield* this.#read(text);
  }

  *#read(text: string): Generator<CsvRecord> {
    for (let at = 0; at < text.length; at++) {
      const letter = text[at]!;
      // A return ends a line as well as a new line does, and both together one.
      const isEnd = letter === "\r" || (letter === "\n" && !this.#isAfterReturn);
      this.#isAfterReturn = letter === "\r";
      if (this.#state === "quoted") {
        if (letter === '"') this.#state = "closing";
        else this.#take(letter);
      } else if (letter === '"' && (this.#state === "closing" || this.#cell === "")) {
        // Two quotes within quotes are one.
        if (this.#state === "closing") this.#take(letter);
        this.#state = "quoted";
      } else if (letter === this.#separator) this.#endCell();
      else if (isEnd) {
        const record = this.#endRecord();
        if (record !== undefined) yield record;
      } else if (letter !== "\n") {
        this.#state = "bare";
        this.#take(letter);
      }
      if (isEnd) this.#line += 1;
    }
  }

  /**
   * The last record, where no line end follows it.
   *
   * @throws Fault `invalid_value` when a quote is still open
   */
  *end(): Generator<CsvRecord> {
    if (this.#head !== undefined) yield* this.#begin();
    if (this.#state === "quoted") throw this.#unclosed();
    const record = this.#endRecord();
    if (record !== undefined) yield record;
  }

  #take(letter: string): void {
    this.#cell += letter;
    if (this.#cell.length > cellMost) throw this.#unclosed();
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#cell = "";
    this.#state = "bare";
  }

  #endRecord(): CsvRecord | undefined {
    this.#endCell();
    const record = { line: this.#beganAt, cells: this.#cells };
    this.#cells = [];
    this.#beganAt = this.#line + 1;
    return record.cells.length === 1 && record.cells[0] === "" ? undefined : record;
  }

  #unclosed(): Fault {
    return new Fault("invalid_value", {
      message: `Line ${this.#beganAt}: a quote is opened and never closed.`,
      remedy: 'Close it; a quote within quotes is written twice: "".',
      param: `line ${this.#beganAt}`,
    });
  }
}

/** What stands most often in the first line, outside of quotes; a comma where nothing does. */
export function separatorOf(text: string): Separator {
  const [line = ""] = text.replaceAll(/"[^"]*"?/g, "").split(/[\r\n]/, 1);
  const often = (one: Separator) => line.split(one).length;
  return separators.reduce((found, one) => (often(one) > often(found) ? one : found));
}

/** A record as a line, quoted where it must be. */
export function csvLine(cells: readonly string[], separator: Separator = ","): string {
  const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
  return cells.map((cell) => (/["\r\n]/.test(cell) || cell.includes(separator) ? quoted(cell) : cell)).join(separator);
}
