/**
 * What goes back to the client: heads made by hand as flat lists, bodies written once. Nothing of an upstream's
 * head is passed on (its organisation, its cookies, what is meant for one hop); the gateway says all there is to say.
 */
import { randomUUIDv7 } from "node:crypto";
import { ServerResponse } from "node:http";
import type { Fault } from "../stack/fault.ts";
import { errorHeaders, errorJson } from "./errors.ts";
import { type LimitHeaders, pushLimits } from "./limits/limiter.ts";

/** Up to this, head and body are copied into one string and written at once. */
const oneWriteMax = 64 * 1024;

/** Told of a client's comings and goings. */
export type AnswerListener = {
  onDrain(): void;
  onClientLeft(): void;
};

export class Answer extends ServerResponse {
  /** The request's: minted here, never the client's. */
  readonly id = randomUUIDv7();
  listener: AnswerListener | undefined;
  /** The chunks of its transfer coding are made here: one write each, where Node makes four pieces and a writev. */
  #isFramedHere = false;
  #held = 0;
  #holder: { bufferedBytes: number } | undefined;

  /** Counts bytes of the request's body that are held in memory until the answer is over. */
  hold(holder: { bufferedBytes: number }, bytes: number): void {
    this.#holder = holder;
    this.#held += bytes;
    holder.bufferedBytes += bytes;
  }

  /** Writes the head of a stream, whose pieces then go out by `writePiece` and whose last by `endPieces`. */
  beginPieces(head: string[]): void {
    this.#isFramedHere = this.req.httpVersionMinor === 1;
    if (this.#isFramedHere) head.push("transfer-encoding", "chunked");
    this.writeHead(200, head);
    if (this.#isFramedHere) this.chunkedEncoding = false;
  }

  /** Sends a piece of a stream; false when the client is slower than its stream. */
  writePiece(bytes: Buffer): boolean {
    return this.write(this.#isFramedHere ? framed(bytes) : bytes);
  }

  endPieces(last: string): void {
    if (this.#isFramedHere) this.end(Buffer.concat([framed(Buffer.from(last)), lastFrame]));
    else this.end(last);
  }

  letGo(): void {
    if (this.#holder !== undefined) this.#holder.bufferedBytes -= this.#held;
    this.#held = 0;
  }
}

const lastFrame = Buffer.from("0\r\n\r\n");

/** A chunk of the transfer coding around bytes. */
function framed(bytes: Buffer): Buffer {
  const size = bytes.length.toString(16);
  const start = size.length + 2;
  const end = start + bytes.length;
  const frame = Buffer.allocUnsafe(end + 2);
  frame.write(`${size}\r\n`, 0, "latin1");
  bytes.copy(frame, start);
  frame[end] = 0x0d;
  frame[end + 1] = 0x0a;
  return frame;
}

export function listenTo(answer: Answer): void {
  answer.on("drain", onDrain);
  answer.on("close", onClose);
}

function onDrain(this: Answer): void {
  this.listener?.onDrain();
}

function onClose(this: Answer): void {
  this.letGo();
  if (!this.writableFinished) this.listener?.onClientLeft();
  this.listener = undefined;
}

export type HeadFacts = {
  readonly id: string;
  readonly processingMs: number;
  readonly limits: LimitHeaders | undefined;
  /** The connection is not to be used again. */
  readonly isLast: boolean;
};

export function streamHead(facts: HeadFacts): string[] {
  const head = ["content-type", "text/event-stream; charset=utf-8", "cache-control", "no-cache"];
  head.push("x-accel-buffering", "no");
  return withFacts(head, facts);
}

export function jsonHead(bytes: number, facts: HeadFacts): string[] {
  return withFacts(["content-type", "application/json", "content-length", String(bytes)], facts);
}

function withFacts(head: string[], { id, processingMs, limits, isLast }: HeadFacts): string[] {
  head.push("x-request-id", id, "openai-processing-ms", String(Math.round(processingMs)));
  if (limits !== undefined) pushLimits(head, limits);
  if (isLast) head.push("connection", "close");
  return head;
}

/** Answers with JSON, whole. */
export function sendBody(answer: Answer, status: number, bytes: Buffer, facts: HeadFacts): void {
  answer.writeHead(status, jsonHead(bytes.length, facts));
  // As a string, it goes out in the same write as the head; latin1 is the bytes themselves.
  if (bytes.length > oneWriteMax) answer.end(bytes);
  else answer.end(bytes.toString("latin1"), "latin1");
}

/** Answers with a fault; unless it is to end at once, gives what ends it. */
export function sendFault(
  answer: Answer,
  fault: Fault,
  facts: HeadFacts,
  hasRetried = false,
  endsNow = true,
): () => void {
  const body = Buffer.from(errorJson(fault));
  answer.writeHead(fault.status, [...jsonHead(body.length, facts), ...errorHeaders(fault, hasRetried)]);
  answer.write(body);
  const end = () => void answer.end();
  if (endsNow) end();
  return end;
}

export function sendJson(answer: Answer, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  answer.writeHead(status, jsonHead(body.length, { id: answer.id, processingMs: 0, limits: undefined, isLast: false }));
  answer.end(body);
}
