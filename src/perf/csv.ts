/** Comma-separated values as RFC 4180 has them, read piece by piece, so that a table of any size passes through. */
import { Fault } from "../stack/fault.ts";

/** One record, with the line on which it begins, counted from 1. */
export type CsvRecord = { readonly line: number; readonly cells: readonly string[] };

/** A cell that never ends is a quote that was never closed. */
const cellMost = 1_000_000;

export class CsvReader {
  #cells: string[] = [];
  #cell = "";
  #state: "bare" | "quoted" | "closing" = "bare";
  #line = 1;
  #beganAt = 1;
  #isFirst = true;

  /** The records that a piece of text completes; empty lines are none. */
  *push(text: string): Generator<CsvRecord> {
    let from = 0;
    if (this.#isFirst && text.startsWith("\uFEFF")) from = 1;
    this.#isFirst &&= text === "";
    for (let at = from; at < text.length; at++) {
      const letter = text[at]!;
      if (this.#state === "quoted") {
        if (letter === '"') this.#state = "closing";
        else this.#take(letter);
      } else if (letter === '"' && (this.#state === "closing" || this.#cell === "")) {
        // Two quotes within quotes are one.
        if (this.#state === "closing") this.#take(letter);
        this.#state = "quoted";
      } else if (letter === ",") this.#endCell();
      else if (letter === "\n") {
        const record = this.#endRecord();
        if (record !== undefined) yield record;
      } else if (letter !== "\r") {
        this.#state = "bare";
        this.#take(letter);
      }
      if (letter === "\n") this.#line += 1;
    }
  }

  /**
   * The last record, where no line end follows it.
   *
   * @throws Fault `invalid_value` when a quote is still open
   */
  *end(): Generator<CsvRecord> {
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

/** A record as a line, quoted where it must be. */
export function csvLine(cells: readonly string[]): string {
  return cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",");
}
