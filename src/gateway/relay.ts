/**
 * One try of a request at one replica: sends the body, takes the answer's bytes as they come, and tells its exchange
 * what kind of answer it is. It knows the wire to the upstream and nothing of the client; the exchange decides.
 */
import type { Dispatcher } from "undici";
import type { Ask, Dialect, Target } from "./dialect.ts";
import { retryAfterMsOf, type TryFailure } from "./route.ts";
import { StreamScanner } from "./sse.ts";
import type { Upstream } from "./upstreams.ts";
import { amount, workOf } from "./work.ts";
import type { Work } from "../stack/usage.ts";

type Controller = Dispatcher.DispatchController;
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What a try ends in, or brings on the way; nothing comes after an end. */
export type RelayListener = {
  /** Bytes of a stream for the client: whole events. */
  onEvents(relay: Relay, bytes: Buffer): void;
  /** A stream has come to its end; `isClean` when the upstream finished what it began. */
  onStreamEnd(relay: Relay, isClean: boolean): void;
  /** A whole answer. */
  onAnswer(relay: Relay, bytes: Buffer): void;
  /** The upstream refused the request itself: its client's fault, not the replica's. */
  onRefusal(relay: Relay, status: number, bytes: Buffer): void;
  onFailure(relay: Relay, failure: TryFailure, what: string, retryAfterMs?: number): void;
};

/** An answer, or a refusal, larger than this is no answer. */
const answerBytesMax = 64 * 1024 * 1024;
const refusalBytesMax = 64 * 1024;

/** Statuses that say that the request is at fault, so that no other replica would take it either. */
const refusals = new Set([400, 409, 413, 415, 422]);

/** How long an upstream may take from `[DONE]` to the end of its body. */
const afterDoneMs = 500;

export class Relay implements Dispatcher.DispatchHandler {
  readonly upstream: Upstream;
  readonly scanner: StreamScanner | undefined;
  /** What the engine reports of its work; of ours only. */
  work: Work | undefined;
  /** Input tokens as an engine of ours counted them. */
  inputTokens: number | undefined;
  cachedTokens: number | undefined;
  /** When the upstream will have been silent for too long; moved on with each byte. */
  deadlineMs: number;
  readonly #listener: RelayListener;
  readonly #ask: Ask;
  #controller: Controller | undefined;
  #status = 0;
  #retryAfterMs: number | undefined;
  #isStream = false;
  #hasEnded = false;
  #hasFirstByte = false;
  #betweenBytesMs: number;
  #pieces: Buffer[] = [];
  #size = 0;

  constructor(listener: RelayListener, ask: Ask, upstream: Upstream, nowMs: number) {
    const { timeouts } = upstream.replica;
    this.upstream = upstream;
    this.#listener = listener;
    this.#ask = ask;
    this.scanner = ask.streamed ? new StreamScanner(ask.wantsUsage) : undefined;
    // A whole answer comes when all of it is made: its first byte may take as long as its last.
    this.deadlineMs = nowMs + (ask.streamed ? timeouts.firstByteMs : timeouts.totalMs);
    this.#betweenBytesMs = timeouts.betweenBytesMs;
  }

  send(dialect: Dialect, target: Target, requestId: string): void {
    const { pool, replica } = this.upstream;
    pool.dispatch(
      {
        method: "POST",
        path: replica.basePath + dialect.upstreamPath[this.#ask.endpoint],
        headers: this.upstream.headersFor(requestId),
        body: dialect.upstreamBody(this.#ask, target),
      },
      this,
    );
  }

  /** Stops listening; what the upstream is still at is cut off. */
  cancel(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#controller?.abort(new Error("The gateway no longer wants the answer."));
  }

  pause(): void {
    this.#controller?.pause();
    this.deadlineMs = Number.POSITIVE_INFINITY;
  }

  resume(nowMs: number): void {
    this.deadlineMs = nowMs + this.#betweenBytesMs;
    this.#controller?.resume();
  }

  /** Called now and then with the time. */
  tick(nowMs: number): void {
    if (this.#hasEnded || nowMs < this.deadlineMs) return;
    if (this.scanner?.isDone === true) {
      this.cancel();
      this.#listener.onStreamEnd(this, true);
      return;
    }
    const waited = this.#hasFirstByte ? "stopped in the middle of its answer" : "did not answer in time";
    this.cancel();
    this.#listener.onFailure(this, "timeout", waited);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#hasEnded) controller.abort(new Error("The gateway no longer wants the answer."));
  }

  onResponseStart(_controller: Controller, status: number, headers: Headers): void {
    if (status < 200 || this.#hasEnded) return;
    this.#status = status;
    this.#retryAfterMs = status === 429 || status === 503 ? retryAfterMsOf(headers, Date.now()) : undefined;
    if (status !== 200) return;
    if (headers["content-encoding"] !== undefined && headers["content-encoding"] !== "identity") {
      this.#fail("broken", "compressed its answer without being asked to");
      return;
    }
    if (this.scanner !== undefined) {
      const type = headers["content-type"];
      this.#isStream = typeof type === "string" && type.startsWith("text/event-stream");
    }
    if (this.upstream.replica.own) {
      this.inputTokens = amount(headers["x-tokenworks-input-tokens"]);
      this.cachedTokens = amount(headers["x-tokenworks-cached-tokens"]);
      this.work = workOf(headers);
    }
  }

  onResponseData(_controller: Controller, piece: Buffer): void {
    if (this.#hasEnded) return;
    this.#hasFirstByte = true;
    if (!this.#isStream) {
      this.#collect(piece);
      return;
    }
    const scanner = this.scanner!;
    if (scanner.isOver) return;
    const events = scanner.push(piece);
    if (events.length > 0) this.#listener.onEvents(this, events);
    if (scanner.isOver && !this.#hasEnded) this.#scannerIsOver(scanner);
  }

  onResponseEnd(_controller: Controller, trailers: Headers): void {
    if (this.#hasEnded) return;
    if (this.upstream.replica.own && trailers !== undefined) this.work = workOf(trailers) ?? this.work;
    if (this.#isStream) {
      const scanner = this.scanner!;
      const events = scanner.end();
      if (events.length > 0) this.#listener.onEvents(this, events);
      if (this.#hasEnded) return;
      this.#hasEnded = true;
      this.#listener.onStreamEnd(this, scanner.isDone || (scanner.hasFinished && !scanner.isOver));
      return;
    }
    const bytes = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    const status = this.#status;
    if (status === 200) {
      this.#hasEnded = true;
      this.#listener.onAnswer(this, bytes);
    } else if (refusals.has(status)) {
      this.#hasEnded = true;
      this.#listener.onRefusal(this, status, bytes);
    } else if (status === 429 || (status === 503 && this.#retryAfterMs !== undefined)) {
      this.#fail("busy", `is busy (status ${status})`);
    } else if (status >= 300 && status < 400) {
      this.#fail("broken", `redirected (status ${status}), which is not followed`);
    } else if (status === 401 || status === 403) {
      this.#fail("broken", `refused the gateway's credentials (status ${status})`);
    } else {
      this.#fail(status === 408 ? "timeout" : "broken", `answered with status ${status}`);
    }
  }

  onResponseError(_controller: Controller, error: Error): void {
    if (this.#hasEnded) return;
    const scanner = this.scanner;
    if (this.#isStream && scanner !== undefined && scanner.isDone) {
      this.#hasEnded = true;
      this.#listener.onStreamEnd(this, true);
      return;
    }
    const code = (error as NodeJS.ErrnoException).code;
    const what = this.#hasFirstByte ? "closed in the middle of its answer" : "could not be reached";
    this.#fail(code === "UND_ERR_CONNECT_TIMEOUT" ? "timeout" : "unreachable", `${what}${code ? ` (${code})` : ""}`);
  }

  #scannerIsOver(scanner: StreamScanner): void {
    if (scanner.isDone) {
      // What is left is the end of the body and, from an engine of ours, its trailers: they follow at once.
      this.deadlineMs = Math.min(this.deadlineMs, performance.now() + afterDoneMs);
      return;
    }
    this.cancel();
    this.#listener.onStreamEnd(this, false);
  }

  #collect(piece: Buffer): void {
    this.#size += piece.length;
    if (this.#size > (this.#status === 200 ? answerBytesMax : refusalBytesMax)) {
      this.#fail("broken", `answered with more than it may (status ${this.#status})`);
      return;
    }
    this.#pieces.push(piece);
  }

  #fail(failure: TryFailure, what: string): void {
    this.cancel();
    this.#listener.onFailure(this, failure, what, this.#retryAfterMs);
  }
}
