/**
 * A stream's scanner: takes an upstream's bytes as they come, in pieces cut anywhere, and gives back those that go on
 * to the client, always whole events, while it counts what passes and catches usage, the end and errors.
 *
 * Bytes pass as they came but for three things: usage that the client did not ask for is cut out, an empty `data:` (on
 * which clients fail) becomes a comment, and `[DONE]` and all after it are kept back, since the end is the gateway's to
 * send, after the usage is durable.
 */
import { chunk, readChunk } from "./chunk.ts";
import { skipSpace } from "./json.ts";
import { cutOf } from "./splice.ts";

const nothing = Buffer.alloc(0);
const emptyComment = Buffer.from(":\n\n");
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export class StreamScanner {
  /** An event larger than this is no token stream. */
  static readonly eventBytesMax = 4 * 1024 * 1024;

  /** Content-bearing chunks given back so far, in one of the two classes each. */
  outputChunks = 0;
  reasoningChunks = 0;
  /** The JSON of the last usage object. */
  usageJson: string | undefined;
  isDone = false;
  /** A `finish_reason` has passed. */
  hasFinished = false;
  /** The JSON of an error that came in-band; nothing is given back from it on. */
  errorJson: string | undefined;
  /** Why this is no stream of chunks; nothing is given back from there on. */
  defect: string | undefined;

  readonly #keepsUsage: boolean;
  /** The beginning of an event whose end has not come. */
  #rest: Buffer = nothing;

  constructor(keepsUsage: boolean) {
    this.#keepsUsage = keepsUsage;
  }

  get isOver(): boolean {
    return this.isDone || this.errorJson !== undefined || this.defect !== undefined;
  }

  /** Takes the next bytes; gives what goes on to the client, which may be nothing. */
  push(piece: Buffer): Buffer {
    if (this.isOver) return nothing;
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    let kept: Buffer[] | undefined;
    let passedTo = 0;
    let eventStart = 0;
    let lineStart = 0;
    let dataLines = 0;
    let dataStart = 0;
    let dataEnd = 0;
    for (;;) {
      const lineFeedAt = bytes.indexOf(lineFeed, lineStart);
      if (lineFeedAt < 0) break;
      const lineEnd = bytes[lineFeedAt - 1] === carriageReturn && lineFeedAt > lineStart ? lineFeedAt - 1 : lineFeedAt;
      if (lineEnd > lineStart) {
        if (isData(bytes, lineStart)) {
          dataLines += 1;
          dataStart = lineStart + 5;
          dataEnd = lineEnd;
        }
        lineStart = lineFeedAt + 1;
        continue;
      }
      lineStart = lineFeedAt + 1;
      if (dataLines > 0) {
        const instead =
          dataLines === 1
            ? this.#event(bytes, eventStart, dataStart, dataEnd, lineStart)
            : this.#joined(bytes, eventStart, lineStart);
        if (instead !== undefined) {
          kept ??= [];
          kept.push(bytes.subarray(passedTo, eventStart), instead);
          passedTo = lineStart;
        }
        dataLines = 0;
      }
      eventStart = lineStart;
      if (this.isOver) break;
    }
    this.#rest = this.isOver || eventStart === bytes.length ? nothing : bytes.subarray(eventStart);
    if (this.#rest.length > StreamScanner.eventBytesMax) this.defect = "sent an event without an end";
    if (kept === undefined) return eventStart === bytes.length ? bytes : bytes.subarray(0, eventStart);
    kept.push(bytes.subarray(passedTo, eventStart));
    return Buffer.concat(kept);
  }

  /** The upstream has ended: a last event may lack its blank line. */
  end(): Buffer {
    if (this.isOver || this.#rest.length === 0) return nothing;
    return this.push(Buffer.from(this.#rest.at(-1) === lineFeed ? "\n" : "\n\n"));
  }

  /** Looks at an event by its data; gives what is to go out in its place, or undefined when it passes as it is. */
  #event(bytes: Buffer, start: number, dataStart: number, dataEnd: number, end: number): Buffer | undefined {
    const first = skipSpace(bytes, dataStart, dataEnd);
    if (first === dataEnd) return emptyComment;
    if (isDone(bytes, first, dataEnd)) {
      this.isDone = true;
      return nothing;
    }
    if (!readChunk(bytes, first, dataEnd)) {
      this.defect = "sent an event that is not a JSON object";
      return nothing;
    }
    if (chunk.hasError) {
      this.errorJson = bytes.toString("utf8", first, dataEnd);
      return nothing;
    }
    if (chunk.hasFinish) this.hasFinished = true;
    if (chunk.hasContent) this.outputChunks += 1;
    else if (chunk.hasReasoning) this.reasoningChunks += 1;
    if (chunk.usageKeyStart < 0) return undefined;
    if (chunk.hasUsage) this.usageJson = bytes.toString("utf8", chunk.usageStart, chunk.usageEnd);
    if (this.#keepsUsage) return undefined;
    if (chunk.hasUsage && !chunk.hasChoices) return nothing;
    const [cutStart, cutEnd] = cutOf(bytes, first, dataEnd, chunk.usageKeyStart, chunk.usageEnd);
    return Buffer.concat([bytes.subarray(start, cutStart), bytes.subarray(cutEnd, end)]);
  }

  /** Several `data:` lines are one text; such an event goes on with a single one when anything in it changes. */
  #joined(bytes: Buffer, start: number, end: number): Buffer | undefined {
    const fields: string[] = [];
    const data: string[] = [];
    for (const line of bytes.toString("utf8", start, end).split(/\r?\n/)) {
      if (line.startsWith("data:")) data.push(line.slice(line[5] === " " ? 6 : 5));
      else if (line !== "") fields.push(`${line}\n`);
    }
    // A line break cannot stand inside a JSON string, so a space says the same.
    const head = Buffer.from(`${fields.join("")}data: `);
    const event = Buffer.concat([head, Buffer.from(`${data.join(" ")}\n\n`)]);
    return this.#event(event, 0, head.length, event.length - 2, event.length);
  }
}

function isData(bytes: Buffer, at: number): boolean {
  return (
    bytes[at] === 0x64 &&
    bytes[at + 1] === 0x61 &&
    bytes[at + 2] === 0x74 &&
    bytes[at + 3] === 0x61 &&
    bytes[at + 4] === 0x3a
  );
}

function isDone(bytes: Buffer, start: number, end: number): boolean {
  return bytes[start] === 0x5b && bytes.toString("latin1", start, end).trimEnd() === "[DONE]";
}
