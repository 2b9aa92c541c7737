/**
 * One request from its admission to its settled account: admit → limits → open → try → relay → settle → end.
 *
 * Promises: `open` is appended before anything is sent upstream, and durable before the first byte of a stream goes
 * out; `settle` is durable before the last bytes do; exactly one `settle` follows each `open`, whatever happens; what
 * was not handed to the client's socket is not billed.
 */
import { Fault } from "../stack/fault.ts";
import { type CutReason, type TokenCounts, unknownWork, type Work } from "../stack/usage.ts";
import { Account, type Ending } from "./account.ts";
import { type Admission, admit } from "./admit.ts";
import { type Answer, type AnswerListener, type HeadFacts, sendBody, sendFault, streamHead } from "./answer.ts";
import type { Ask, Dialect, Endpoint } from "./dialect.ts";
import { asFault } from "./errors.ts";
import type { Gateway, InFlight } from "./gateway.ts";
import type { Admitted, Grant, LimitHeaders } from "./limits/limiter.ts";
import { Relay, type RelayListener } from "./relay.ts";
import { chooseReplica, decideRetry, type TryFailure } from "./route.ts";
import type { Principal } from "./snapshot.ts";
import {
  believable,
  type Bounds,
  type Counted,
  countInput,
  countRelayed,
  type InputFacts,
  nothingCounted,
} from "./tally.ts";
import type { Upstream } from "./upstreams.ts";
import { estimateTokens } from "./usage.ts";
import { askForWork, modelledWork } from "./work.ts";

/** An end that cannot be made durable within this is withheld. */
const settleMsMax = 10_000;

export class Exchange implements RelayListener, AnswerListener, InFlight {
  place = 0;
  readonly #startedAtMs = Date.now();
  readonly #startedMs = performance.now();
  readonly #gateway: Gateway;
  readonly #dialect: Dialect;
  readonly #endpoint: Endpoint;
  readonly #principal: Principal;
  readonly #answer: Answer;
  /** `open`: admitted and on the books, in a try or between two. */
  #state: "new" | "open" | "settling" | "over" = "new";
  /** Known from admission on, as is all that follows. */
  #ask!: Ask;
  #admission!: Admission;
  #grant: Admitted | undefined;
  #account!: Account;
  /** The try under way, or the last one. */
  #relay: Relay | undefined;
  readonly #tried: string[] = [];
  #retryTimer: NodeJS.Timeout | undefined;
  #hasHead = false;
  #ttftMs: number | undefined;
  /** Events that came before the open record was durable. */
  #held: Buffer[] | undefined;
  #endsAfterHeld = false;
  /** Chunks written to the answer, and those of them that the kernel is known to have taken. */
  #writtenOutput = 0;
  #writtenReasoning = 0;
  #flushedOutput = 0;
  #flushedReasoning = 0;
  #checkpointed = 0;
  #settleDeadlineMs = 0;
  /** Ends the answer once its account is durable. */
  #end: (() => void) | undefined;

  constructor(gateway: Gateway, dialect: Dialect, endpoint: Endpoint, principal: Principal, answer: Answer) {
    this.#gateway = gateway;
    this.#dialect = dialect;
    this.#endpoint = endpoint;
    this.#principal = principal;
    this.#answer = answer;
  }

  get keyId(): string {
    return this.#principal.keyId;
  }

  /** The body is here: admits the request and sets out. */
  begin(body: Buffer): void {
    try {
      this.#ask = this.#dialect.parse(this.#endpoint, body);
      this.#admission = admit(this.#gateway.snapshot, this.#principal, this.#ask, this.#startedAtMs);
      this.#gateway.mustAccept();
    } catch (error) {
      this.#refuse(error);
      return;
    }
    const { scopes } = this.#principal;
    if (scopes.length === 0) {
      this.#open();
      return;
    }
    const { inputMax, outputMax, hold } = this.#admission;
    const ask = { scopes, tokens: inputMax + outputMax, costPico: hold, nowMs: this.#startedAtMs };
    const grant = this.#gateway.limiter.admit(ask);
    if (grant instanceof Promise) {
      grant.then(
        (granted) => this.#granted(granted),
        (error: unknown) => this.#refuse(error),
      );
    } else this.#granted(grant);
  }

  /** Answers a request that is not on the books with what is wrong with it. */
  #refuse(error: unknown, limits?: LimitHeaders): void {
    if (this.#state === "over") return;
    this.#state = "over";
    if (!(error instanceof Fault)) this.#gateway.report(error);
    const fault = asFault(error);
    this.#gateway.metrics.refused(this.#endpoint, fault);
    if (!this.#answer.destroyed) sendFault(this.#answer, fault, { ...this.#headFacts(), limits });
  }

  #granted(grant: Grant): void {
    if (!grant.ok) {
      this.#refuse(grant.fault, grant.headers);
      return;
    }
    this.#grant = grant;
    if (this.#state === "new") this.#open();
    else grant.settle({ tokens: 0, costPico: 0n });
  }

  /** Chooses the first replica, opens the account and sends. */
  #open(): void {
    const upstream = this.#choose();
    if (upstream === undefined) {
      this.#grant?.settle({ tokens: 0, costPico: 0n });
      const message = `Every replica of the model \`${this.#ask.model}\` is failing or busy at this time.`;
      this.#refuse(new Fault("no_replica", { message, retryAfterSeconds: 2 }), this.#grant?.headers);
      return;
    }
    const { tenant, project, keyId } = this.#principal;
    const identity = {
      id: this.#answer.id,
      endpoint: this.#endpoint,
      tenant,
      project,
      keyId,
      model: this.#ask.model,
      streamed: this.#ask.streamed,
      startedAtMs: this.#startedAtMs,
    };
    this.#account = new Account(this.#gateway.log, identity, this.#admission.price, this.#grant, upstream.replica);
    this.#state = "open";
    this.#gateway.active.add(this);
    this.#gateway.retryBudget.earn();
    this.#send(upstream);
  }

  #choose(): Upstream | undefined {
    const { upstreams } = this.#gateway;
    const nowMs = performance.now();
    const replica = chooseReplica(
      this.#admission.model.replicas,
      (one) => upstreams.of(one)?.isAvailable(nowMs) === true,
      this.#tried,
      Math.random(),
    );
    return replica && upstreams.of(replica);
  }

  #send(upstream: Upstream): void {
    const nowMs = performance.now();
    upstream.note("sent", nowMs);
    this.#relay = new Relay(this, this.#ask, upstream, nowMs);
    this.#tried.push(upstream.replica.deployment);
    const { upstreamModel } = upstream.replica;
    this.#relay.send(this.#dialect, { upstreamModel, maxOutput: this.#admission.imposedMaxOutput }, this.#answer.id);
  }

  onEvents(relay: Relay, events: Buffer): void {
    if (this.#state !== "open" || relay !== this.#relay) return;
    if (this.#hasHead || this.#account.isOpenDurable) this.#write(relay, events);
    else if (this.#held !== undefined) this.#held.push(events);
    else {
      this.#held = [events];
      relay.pause();
      this.#gateway.log.onDurable(this.#account.openLsn, () => this.#writeHeld(relay));
    }
  }

  #writeHeld(relay: Relay): void {
    const held = this.#held;
    this.#held = undefined;
    if (this.#state !== "open" || relay !== this.#relay || held === undefined) return;
    this.#write(relay, Buffer.concat(held));
    if (this.#endsAfterHeld) this.#completeStream(relay);
    else relay.resume(performance.now());
  }

  #write(relay: Relay, events: Buffer): void {
    if (!this.#hasHead) this.#writeHead();
    else if (this.#answer.writableLength === 0) this.#noteFlushed();
    if (!this.#answer.writePiece(events)) relay.pause();
    this.#writtenOutput = relay.scanner!.outputChunks;
    this.#writtenReasoning = relay.scanner!.reasoningChunks;
  }

  #writeHead(): void {
    this.#hasHead = true;
    this.#ttftMs = performance.now() - this.#startedMs;
    this.#answer.beginPieces(streamHead(this.#headFacts()));
  }

  #headFacts(): HeadFacts {
    return {
      id: this.#answer.id,
      processingMs: performance.now() - this.#startedMs,
      limits: this.#grant?.headers,
      isLast: this.#gateway.isDraining,
    };
  }

  #noteFlushed(): void {
    this.#flushedOutput = this.#writtenOutput;
    this.#flushedReasoning = this.#writtenReasoning;
  }

  onDrain(): void {
    this.#noteFlushed();
    if (this.#state === "open" && this.#held === undefined) this.#relay?.resume(performance.now());
  }

  onStreamEnd(relay: Relay, isClean: boolean): void {
    if (this.#state !== "open" || relay !== this.#relay) return;
    const { errorJson, defect } = relay.scanner!;
    if (isClean) {
      relay.upstream.note("succeeded", performance.now());
      if (this.#held === undefined) this.#completeStream(relay);
      else this.#endsAfterHeld = true;
    } else if (errorJson !== undefined) {
      this.#tryFailed(relay, "broken", this.#dialect.inBandMessage(errorJson), "upstream_error");
    } else if (defect !== undefined) {
      this.#tryFailed(relay, "broken", `The upstream ${defect}.`, "upstream_error");
    } else {
      this.#tryFailed(relay, "broken", "The upstream ended before its answer was complete.", "upstream_truncated");
    }
  }

  #completeStream(relay: Relay): void {
    const reported = this.#reported(relay);
    if (!this.#hasHead) this.#writeHead();
    const counted: Counted =
      reported === undefined
        ? this.#countRelayed(true)
        : { tokens: reported, countedBy: relay.upstream.replica.own ? "engine" : "upstream" };
    this.#complete(relay, counted, () => this.#answer.endPieces(this.#dialect.streamEnd));
  }

  onAnswer(relay: Relay, bytes: Buffer): void {
    if (this.#state !== "open" || relay !== this.#relay) return;
    const answer = this.#dialect.readAnswer(this.#endpoint, bytes);
    if (!answer.ok || this.#ask.streamed) {
      const defect = answer.ok ? "answered whole where a stream was asked for" : answer.defect;
      this.#tryFailed(relay, "broken", `The upstream ${defect}.`, "upstream_error");
      return;
    }
    relay.upstream.note("succeeded", performance.now());
    this.#ttftMs = performance.now() - this.#startedMs;
    const { outputBytes } = answer;
    const tokens = believable(answer.tokens, this.#bounds());
    const counted: Counted =
      tokens === undefined
        ? {
            tokens: { ...countInput(this.#inputFacts()).tokens, output: estimateTokens(outputBytes()) },
            countedBy: "estimate",
          }
        : { tokens, countedBy: relay.upstream.replica.own ? "engine" : "upstream" };
    this.#complete(relay, counted, () => sendBody(this.#answer, 200, bytes, this.#headFacts()));
  }

  #complete(relay: Relay, counted: Counted, end: () => void): void {
    const work = this.#workOf(relay, counted);
    this.#settle("complete", undefined, 200, counted, work, end);
  }

  onRefusal(relay: Relay, status: number, bytes: Buffer): void {
    if (this.#state !== "open" || relay !== this.#relay) return;
    const body = this.#dialect.refusal(status, bytes);
    if (body === undefined) {
      this.#tryFailed(relay, "broken", `The upstream answered with status ${status}, unreadably.`, "upstream_error");
      return;
    }
    relay.upstream.note("succeeded", performance.now());
    const end = () => sendBody(this.#answer, status, body, this.#headFacts());
    this.#settle("failed", "refused", status, nothingCounted, unknownWork, end);
  }

  onFailure(relay: Relay, failure: TryFailure, what: string, retryAfterMs?: number): void {
    if (this.#state !== "open" || relay !== this.#relay) return;
    const cut = failure === "timeout" ? "upstream_timeout" : this.#hasHead ? "upstream_truncated" : "upstream_error";
    this.#tryFailed(relay, failure, `The upstream ${what}.`, cut, retryAfterMs);
  }

  /** A try has failed: another is made if nothing has gone out and it makes sense; else the request ends here. */
  #tryFailed(relay: Relay, failure: TryFailure, message: string, cut: CutReason, retryAfterMs?: number): void {
    const nowMs = performance.now();
    const { upstream } = relay;
    relay.cancel();
    this.#held = undefined;
    upstream.note(failure === "busy" ? "abandoned" : "failed", nowMs);
    if (failure === "busy") upstream.noteBusy(nowMs + Math.min(retryAfterMs ?? 250, 30_000));
    const fault = faultOf(failure, message, retryAfterMs);
    const decision = this.#hasHead ? doNotRetry : this.#decideRetry(upstream, failure, retryAfterMs, nowMs);
    if (!decision.retry || !this.#gateway.retryBudget.spend()) {
      this.#fail(relay, cut, fault);
      return;
    }
    this.#gateway.metrics.retried(upstream.replica.deployment);
    const again = () => {
      this.#retryTimer = undefined;
      const next = this.#choose();
      if (next === undefined) {
        this.#fail(relay, cut, fault);
        return;
      }
      this.#account.move(next.replica);
      this.#send(next);
    };
    if (decision.afterMs === 0) again();
    else this.#retryTimer = setTimeout(again, decision.afterMs);
  }

  #decideRetry(upstream: Upstream, failure: TryFailure, retryAfterMs: number | undefined, nowMs: number) {
    const next = this.#choose();
    return decideRetry({
      failure,
      tries: this.#tried.length,
      triesMax: this.#gateway.snapshot.triesMax,
      retryAfterMs,
      hasFreshReplica: next !== undefined && !this.#tried.includes(next.replica.deployment),
      leftMs: this.#startedMs + upstream.replica.timeouts.totalMs - nowMs,
      random: Math.random(),
    });
  }

  /** Ends what cannot be completed: in-band when a stream has begun, with a status otherwise. */
  #fail(relay: Relay, cut: CutReason, fault: Fault): void {
    // The client is still there, and gets what was written before the error.
    const counted = this.#countRelayed(true);
    const work = hasOutput(counted) ? this.#workOf(relay, counted) : unknownWork;
    this.#settleCut(cut, fault.status, counted, work, () => this.#sendError(fault, fault.code !== "overloaded"));
  }

  #sendError(fault: Fault, hasRetried: boolean): void {
    if (this.#answer.destroyed) return;
    if (this.#hasHead) this.#answer.endPieces(this.#dialect.errorEvent(fault));
    else sendFault(this.#answer, fault, this.#headFacts(), hasRetried);
  }

  onClientLeft(): void {
    if (this.#state === "open") this.#abandon("client_left", 499, () => {});
    // A limiter may still be thinking: its grant goes back as it comes.
    else if (this.#state === "new") this.#state = "over";
  }

  cut(reason: "key_revoked" | "shutdown"): void {
    if (this.#state !== "open") return;
    const fault =
      reason === "key_revoked"
        ? new Fault("key_revoked", { message: "This API key has been revoked.", remedy: "Use another." })
        : new Fault("overloaded", { message: "The gateway is shutting down.", retryAfterSeconds: 1 });
    this.#abandon(reason, fault.status, () => this.#sendError(fault, false));
  }

  /** Cancels the upstream and settles for what has passed, with an engine's word on what that took. */
  #abandon(cut: CutReason, status: number, end: () => void): void {
    const relay = this.#relay;
    clearTimeout(this.#retryTimer);
    const counted = this.#countRelayed(cut !== "client_left" || this.#isFlushed());
    this.#state = "settling";
    this.#settleDeadlineMs = performance.now() + settleMsMax;
    relay?.cancel();
    relay?.upstream.note("abandoned", performance.now());
    const settle = (work: Work) => this.#settleCut(cut, status, counted, work, end);
    if (relay === undefined) settle(unknownWork);
    else if (!relay.upstream.replica.own) settle(this.#workOf(relay, counted));
    else askForWork(relay.upstream, this.#answer.id, (work) => settle(work ?? unknownWork));
  }

  tick(nowMs: number): void {
    if (this.#state === "settling") {
      if (nowMs >= this.#settleDeadlineMs) this.#withhold();
      return;
    }
    const relay = this.#relay;
    if (this.#state !== "open" || relay === undefined || this.#retryTimer !== undefined) return;
    if (nowMs - this.#startedMs >= relay.upstream.replica.timeouts.totalMs) {
      this.#tryFailed(relay, "timeout", "The upstream took longer than it may in all.", "upstream_timeout");
      return;
    }
    relay.tick(nowMs);
    const written = this.#writtenOutput + this.#writtenReasoning;
    if (this.#state !== "open" || written === this.#checkpointed) return;
    this.#checkpointed = written;
    this.#account.checkpoint(this.#countRelayed(this.#isFlushed()).tokens);
  }

  /** Partial, when the client has something of it; else failed, and free. */
  #settleCut(cut: CutReason, status: number, counted: Counted, work: Work, end: () => void): void {
    if (this.#hasHead && hasOutput(counted)) this.#settle("partial", cut, 200, counted, work, end);
    else this.#settle("failed", cut, this.#hasHead ? 200 : status, nothingCounted, work, end);
  }

  /** The account, once; `end` ends the answer when it is durable. */
  #settle(
    outcome: Ending["outcome"],
    cut: CutReason | undefined,
    status: number,
    counted: Counted,
    work: Work,
    end: () => void,
  ): void {
    const nowMs = performance.now();
    const ttftMs = this.#ttftMs;
    this.#state = "settling";
    this.#settleDeadlineMs = nowMs + settleMsMax;
    this.#end = end;
    const tries = this.#tried.length;
    const ending = { outcome, status, counted, work, ttftMs, tries };
    const lsn = this.#account.settle(cut === undefined ? ending : { ...ending, cut });
    this.#gateway.lastLsn = lsn;
    this.#gateway.metrics.settled(
      this.#endpoint,
      this.#ask.model,
      outcome,
      status,
      counted.tokens,
      ttftMs,
      nowMs - this.#startedMs,
    );
    this.#gateway.log.onDurable(lsn, Exchange.#endOf(this));
  }

  /** Lets go of the exchange as it is called: a callback may outlive its call, and with it a request's bytes. */
  static #endOf(exchange: Exchange | undefined): () => void {
    return () => {
      const settled = exchange;
      exchange = undefined;
      if (settled !== undefined) settled.#isDurable();
    };
  }

  #isDurable(): void {
    if (this.#state !== "settling") return;
    this.#state = "over";
    this.#gateway.release(this);
    if (!this.#answer.destroyed) this.#end?.();
    this.#end = undefined;
  }

  /** The disk did not take the account in time: the client is not told that all is well. */
  #withhold(): void {
    this.#state = "over";
    this.#gateway.release(this);
    const message = "The answer was made but could not be accounted for, so it is withheld.";
    this.#sendError(new Fault("meter_unavailable", { message, retryAfterSeconds: 5 }), true);
  }

  #isFlushed(): boolean {
    const { socket } = this.#answer.req;
    return this.#answer.writableLength === 0 && (socket === null || socket.writableLength === 0);
  }

  #countRelayed(isEverythingOut: boolean): Counted {
    const reported = this.#relay && this.#reported(this.#relay);
    const chunks = isEverythingOut
      ? { output: this.#writtenOutput, reasoning: this.#writtenReasoning }
      : { output: this.#flushedOutput, reasoning: this.#flushedReasoning };
    return countRelayed(chunks, isEverythingOut, reported, this.#inputFacts());
  }

  #reported({ scanner }: Relay): TokenCounts | undefined {
    const usageJson = scanner?.usageJson;
    return usageJson === undefined ? undefined : believable(this.#dialect.readUsage(usageJson), this.#bounds());
  }

  #bounds(): Bounds {
    const { inputBytes, choices } = this.#ask;
    return { inputBytes, choices, contextTokens: this.#admission.model.spec.contextTokens };
  }

  #inputFacts(): InputFacts {
    return {
      inputTokens: this.#relay?.inputTokens,
      cachedTokens: this.#relay?.cachedTokens,
      inputBytes: this.#ask.inputBytes,
      inputMax: this.#admission.inputMax,
    };
  }

  #workOf(relay: Relay, { tokens }: Counted): Work {
    return relay.work ?? modelledWork(tokens, relay.upstream.replica.tokensPerAcceleratorSecond);
  }
}

const doNotRetry = { retry: false } as const;

function hasOutput({ tokens }: Counted): boolean {
  return tokens.output + tokens.reasoning > 0;
}

function faultOf(failure: TryFailure, message: string, retryAfterMs: number | undefined): Fault {
  if (failure === "timeout") return new Fault("upstream_timeout", { message });
  if (failure !== "busy") return new Fault("upstream_error", { message });
  return new Fault("overloaded", { message, retryAfterSeconds: (retryAfterMs ?? 1_000) / 1000 });
}
