/**
 * What goes back to the client: heads made by hand as flat lists, bodies written once. Nothing of an upstream's
 * head is passed on (its organisation, its cookies, what is meant for one hop); the gateway says all there is to say.
 */
import { randomUUIDv7 } from "node:crypto";
import { ServerResponse } from "node:http";
import type { Fault } from "../stack/fault.ts";
import { errorHeaders, errorJson } from "./errors.ts";
import { type LimitHeaders, pushLimits } from "./limits/limiter.ts";

/** Told of a client's comings and goings. */
export type AnswerListener = {
  onDrain(): void;
  onClientLeft(): void;
};

export class Answer extends ServerResponse {
  /** The request's: minted here, never the client's. */
  readonly id = randomUUIDv7();
  listener: AnswerListener | undefined;
  #held = 0;
  #holder: { bufferedBytes: number } | undefined;

  /** Counts bytes of the request's body that are held in memory until the answer is over. */
  hold(holder: { bufferedBytes: number }, bytes: number): void {
    this.#holder = holder;
    this.#held += bytes;
    holder.bufferedBytes += bytes;
  }

  letGo(): void {
    if (this.#holder !== undefined) this.#holder.bufferedBytes -= this.#held;
    this.#held = 0;
  }
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

/** Answers with a fault; unless it is to end at once, gives what ends it. */
export function sendFault(answer: Answer, fault: Fault, facts: HeadFacts, hasRetried = false, endsNow = true): () => void {
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
