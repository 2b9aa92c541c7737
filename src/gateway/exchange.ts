/**
 * One request from its admission to its settled account: admit → limits → open → try → relay → settle → end.
 *
 * Promises: `open` is appended before anything is sent upstream, and durable before the first byte of a stream goes
 * out; `settle` is durable before the last bytes do; exactly one `settle` follows each `open`, whatever happens; what
 * was not handed to the client's socket is not billed.
 */
import { chargeFor } from "../ledger/price.ts";
import { Fault } from "../stack/fault.ts";
import type { CountedBy, CutReason, Outcome, TokenCounts, Usage, Work } from "../stack/usage.ts";
import { noTokens, unknownWork } from "../stack/usage.ts";
import { type Admission, admit } from "./admit.ts";
import { type Answer, type AnswerListener, type HeadFacts, sendBody, sendFault, streamHead } from "./answer.ts";
import type { Ask, Dialect, Endpoint } from "./dialect.ts";
import { asFault } from "./errors.ts";
import type { Gateway, InFlight } from "./gateway.ts";
import type { Admitted, Grant, LimitHeaders } from "./limits/limiter.ts";
import { Relay, type RelayListener } from "./relay.ts";
import { chooseReplica, decideRetry, type TryFailure } from "./route.ts";
import type { Principal } from "./snapshot.ts";
import type { Upstream } from "./upstreams.ts";
import { estimateTokens, tokensIn } from "./usage.ts";
import { askForWork, modelledWork } from "./work.ts";

/** An end that cannot be made durable within this is withheld. */
const settleMsMax = 10_000;

type Counted = { readonly tokens: TokenCounts; readonly countedBy: CountedBy };

export class Exchange implements RelayListener, AnswerListener, InFlight {
  place = 0;
  readonly #startedAtMs = Date.now();
  readonly #startedMs = performance.now();
  readonly #gateway: Gateway;
  readonly #dialect: Dialect;
  readonly #endpoint: Endpoint;
  readonly #principal: Principal;
  readonly #answer: Answer;
  /** `open`: admitted and on the books, between two tries or in one. */
  #state: "new" | "open" | "settling" | "over" = "new";
  #ask!: Ask;
  #admission!: Admission;
  #grant: Admitted | undefined;
  #openLsn = 0;
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

  get id(): string {
    return this.#answer.id;
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
      this.refuse(error);
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
        (error: unknown) => this.refuse(error),
      );
    } else this.#granted(grant);
  }

  /** Answers a request that is not on the books with what is wrong with it. */
  refuse(error: unknown, limits?: LimitHeaders): void {
    if (this.#state === "over") return;
    if (!(error instanceof Fault)) this.#gateway.report(error);
    const fault = asFault(error);
    this.#state = "over";
    this.#gateway.metrics.refused(this.#endpoint, fault);
    if (!this.#answer.destroyed) sendFault(this.#answer, fault, { ...this.#headFacts(), limits });
  }

  #granted(grant: Grant): void {
    if (!grant.ok) {
      this.refuse(grant.fault, grant.headers);
      return;
    }
    this.#grant = grant;
    if (this.#state === "new") this.#open();
    else this.#giveBack(noTokens);
  }

  /** Chooses the first replica, opens the account and sends. */
  #open(): void {
    const upstream = this.#choose();
    if (upstream === undefined) {
      this.#giveBack(noTokens);
      this.refuse(
        new Fault("no_replica", {
          message: `Every replica of the model \`${this.#ask.model}\` is failing or busy at this time.`,
          retryAfterSeconds: 2,
        }),
      );
      return;
    }
    this.#state = "open";
    const { deployment, source } = upstream.replica;
    const { tenant, project, keyId } = this.#principal;
    const { model, streamed } = this.#ask;
    this.#openLsn = this.#gateway.log.append({
      kind: "open",
      id: this.id,
      endpoint: this.#endpoint,
      tenant,
      project,
      keyId,
      model,
      streamed,
      startedAtMs: this.#startedAtMs,
      deployment,
      source,
    });
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
    this.#relay.send(this.#dialect, { upstreamModel, maxOutput: this.#admission.imposedMaxOutput }, this.id);
  }

  onEvents(relay: Relay, events: Buffer): void {
    if (this.#state !== "open" || relay !== this.#relay) return;
    if (this.#hasHead || this.#gateway.log.durableLsn >= this.#openLsn) this.#write(relay, events);
    else if (this.#held !== undefined) this.#held.push(events);
    else {
      this.#held = [events];
      relay.pause();
      this.#gateway.log.onDurable(this.#openLsn, () => this.#writeHeld(relay));
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
    const answer = this.#answer;
    if (!this.#hasHead) this.#writeHead();
    else if (answer.writableLength === 0) this.#noteFlushed();
    if (!answer.writePiece(events)) relay.pause();
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
      id: this.id,
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
    const { usageJson } = relay.scanner!;
    const reported = usageJson === undefined ? undefined : this.#dialect.readUsage(usageJson);
    if (!this.#hasHead) this.#writeHead();
    const counted = reported === undefined ? this.#countedHere(true) : this.#reported(relay, reported);
    this.#settle("complete", undefined, 200, counted, this.#workOf(relay, counted.tokens), () =>
      this.#answer.endPieces(this.#dialect.streamEnd),
    );
  }

  onAnswer(relay: Relay, bytes: Buffer): void {
    if (this.#state !== "open" || relay !== this.#relay) return;
    const answer = this.#dialect.readAnswer(this.#endpoint, bytes);
    const defect = answer.ok
      ? this.#ask.streamed
        ? "answered whole where a stream was asked for"
        : undefined
      : answer.defect;
    if (!answer.ok || defect !== undefined) {
      this.#tryFailed(relay, "broken", `The upstream ${defect}.`, "upstream_error");
      return;
    }
    relay.upstream.note("succeeded", performance.now());
    const counted: Counted =
      answer.tokens === undefined
        ? { tokens: { ...this.#inputHere().tokens, output: estimateTokens(answer.outputBytes) }, countedBy: "estimate" }
        : this.#reported(relay, answer.tokens);
    this.#ttftMs = performance.now() - this.#startedMs;
    this.#settle("complete", undefined, 200, counted, this.#workOf(relay, counted.tokens), () => {
      sendBody(this.#answer, 200, bytes, this.#headFacts());
    });
  }

  onRefusal(relay: Relay, status: number, bytes: Buffer): void {
    if (this.#state !== "open" || relay !== this.#relay) return;
    const body = this.#dialect.refusal(status, bytes);
    if (body === undefined) {
      this.#tryFailed(relay, "broken", `The upstream answered with status ${status}, unreadably.`, "upstream_error");
      return;
    }
    relay.upstream.note("succeeded", performance.now());
    this.#settle("failed", "refused", status, nothingCounted, unknownWork, () => {
      sendBody(this.#answer, status, body, this.#headFacts());
    });
  }

  onFailure(relay: Relay, failure: TryFailure, what: string, retryAfterMs?: number): void {
    if (this.#state !== "open" || relay !== this.#relay) return;
    const cut = failure === "timeout" ? "upstream_timeout" : this.#hasHead ? "upstream_truncated" : "upstream_error";
    this.#tryFailed(relay, failure, `The upstream ${what}.`, cut, retryAfterMs);
  }

  /** A try has failed: another is made if nothing has gone out and it makes sense; else the request ends here. */
  #tryFailed(relay: Relay, failure: TryFailure, message: string, cut: CutReason, retryAfterMs?: number): void {
    const nowMs = performance.now();
    relay.cancel();
    this.#held = undefined;
    relay.upstream.note(failure === "busy" ? "abandoned" : "failed", nowMs);
    if (failure === "busy") relay.upstream.noteBusy(nowMs + Math.min(retryAfterMs ?? 250, 30_000));
    const fault = faultOf(failure, message, retryAfterMs);
    if (this.#hasHead) {
      this.#endCut(relay, cut, fault);
      return;
    }
    const next = this.#choose();
    const decision = decideRetry({
      failure,
      tries: this.#tried.length,
      triesMax: this.#gateway.snapshot.triesMax,
      retryAfterMs,
      hasFreshReplica: next !== undefined && !this.#tried.includes(next.replica.deployment),
      leftMs: this.#startedMs + relay.upstream.replica.timeouts.totalMs - nowMs,
      random: Math.random(),
    });
    if (!decision.retry || !this.#gateway.retryBudget.spend()) {
      this.#endCut(relay, cut, fault);
      return;
    }
    this.#gateway.metrics.retried(relay.upstream.replica.deployment);
    if (decision.afterMs === 0) this.#tryAgain(relay, cut, fault);
    else this.#retryTimer = setTimeout(() => this.#tryAgain(relay, cut, fault), decision.afterMs);
  }

  #tryAgain(before: Relay, cut: CutReason, fault: Fault): void {
    this.#retryTimer = undefined;
    const upstream = this.#choose();
    if (upstream === undefined) {
      this.#endCut(before, cut, fault);
      return;
    }
    const { deployment, source } = upstream.replica;
    if (deployment !== before.upstream.replica.deployment) {
      const atMs = Date.now();
      this.#gateway.log.append({ kind: "checkpoint", id: this.id, atMs, tokens: noTokens, deployment, source });
    }
    this.#send(upstream);
  }

  /** Ends what cannot be completed: in-band when a stream has begun, with a status otherwise. */
  #endCut(relay: Relay, cut: CutReason, fault: Fault): void {
    // The client is still there, and gets what was written before the error.
    const counted = this.#countedHere(true);
    const hasTokens = this.#hasHead && counted.tokens.output + counted.tokens.reasoning > 0;
    const status = this.#hasHead ? 200 : fault.status;
    const work = hasTokens ? this.#workOf(relay, counted.tokens) : unknownWork;
    this.#settle(hasTokens ? "partial" : "failed", cut, status, hasTokens ? counted : nothingCounted, work, () =>
      this.#sendError(fault, fault.code !== "overloaded"),
    );
  }

  #sendError(fault: Fault, hasRetried: boolean): void {
    if (this.#answer.destroyed) return;
    if (this.#hasHead) this.#answer.endPieces(this.#dialect.errorEvent(fault));
    else sendFault(this.#answer, fault, this.#headFacts(), hasRetried);
  }

  onClientLeft(): void {
    if (this.#state === "open") this.#abandon("client_left", () => {});
    // A limiter may still be thinking: its grant goes back as it comes.
    else if (this.#state === "new") this.#state = "over";
  }

  cut(reason: "key_revoked" | "shutdown"): void {
    if (this.#state !== "open") return;
    const fault =
      reason === "key_revoked"
        ? new Fault("key_revoked", { message: "This API key has been revoked.", remedy: "Use another." })
        : new Fault("overloaded", { message: "The gateway is shutting down.", retryAfterSeconds: 1 });
    this.#abandon(reason, () => this.#sendError(fault, false), fault.status);
  }

  /** Cancels the upstream and settles for what has passed, with an engine's word on what that took. */
  #abandon(cut: CutReason, end: () => void, status = 499): void {
    const relay = this.#relay;
    clearTimeout(this.#retryTimer);
    const counted = this.#countedHere(cut !== "client_left" || this.#isFlushed());
    const hasTokens = this.#hasHead && counted.tokens.output + counted.tokens.reasoning > 0;
    this.#state = "settling";
    this.#settleDeadlineMs = performance.now() + settleMsMax;
    relay?.cancel();
    relay?.upstream.note("abandoned", performance.now());
    const settle = (work: Work) => {
      const outcome = hasTokens ? "partial" : "failed";
      this.#settle(outcome, cut, this.#hasHead ? 200 : status, hasTokens ? counted : nothingCounted, work, end);
    };
    if (relay === undefined) settle(unknownWork);
    else if (relay.upstream.replica.own) {
      askForWork(relay.upstream, this.id, (work) => settle(work ?? unknownWork));
    } else settle(this.#workOf(relay, counted.tokens));
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
    const { deployment, source } = relay.upstream.replica;
    const { tokens } = this.#countedHere(this.#isFlushed());
    this.#gateway.log.append({ kind: "checkpoint", id: this.id, atMs: Date.now(), tokens, deployment, source });
  }

  /** The account, once; `end` ends the answer when it is durable. */
  #settle(
    outcome: Outcome,
    cut: CutReason | undefined,
    status: number,
    { tokens, countedBy }: Counted,
    work: Work,
    end: () => void,
  ): void {
    this.#state = "settling";
    const nowMs = performance.now();
    this.#settleDeadlineMs = nowMs + settleMsMax;
    const { tenant, project, keyId } = this.#principal;
    const { model, streamed } = this.#ask;
    const usage: { -readonly [Field in keyof Usage]: Usage[Field] } & { kind: "settle" } = {
      kind: "settle",
      id: this.id,
      endpoint: this.#endpoint,
      tenant,
      project,
      keyId,
      model,
      streamed,
      startedAtMs: this.#startedAtMs,
      endedAtMs: Math.max(this.#startedAtMs, Date.now()),
      outcome,
      status,
      tokens,
      countedBy,
      work,
      tries: this.#tried.length,
    };
    const placement = this.#relay?.upstream.replica;
    if (placement !== undefined) {
      usage.deployment = placement.deployment;
      usage.source = placement.source;
    }
    if (cut !== undefined) usage.cut = cut;
    if (this.#ttftMs !== undefined) usage.ttftMs = Math.round(this.#ttftMs * 1000) / 1000;
    const lsn = this.#gateway.log.append(usage);
    this.#gateway.lastLsn = lsn;
    this.#giveBack(tokens);
    this.#gateway.metrics.settled(
      this.#endpoint,
      this.#ask,
      outcome,
      status,
      tokens,
      this.#ttftMs,
      nowMs - this.#startedMs,
    );
    this.#end = end;
    // Let go of at once: a callback may outlive its call, and with it a whole request's bytes.
    let waiting: Exchange | undefined = this;
    this.#gateway.log.onDurable(lsn, () => {
      const exchange = waiting;
      waiting = undefined;
      if (exchange !== undefined) exchange.#settled();
    });
  }

  #settled(): void {
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

  #giveBack(tokens: TokenCounts): void {
    this.#grant?.settle({ tokens: tokensIn(tokens), costPico: chargeFor(tokens, this.#admission.price) });
  }

  #isFlushed(): boolean {
    const { socket } = this.#answer.req;
    return this.#answer.writableLength === 0 && (socket === null || socket.writableLength === 0);
  }

  #reported(relay: Relay, tokens: TokenCounts): Counted {
    return { tokens, countedBy: relay.upstream.replica.own ? "engine" : "upstream" };
  }

  /** What has been relayed, counted by chunks; the upstream's running report where it says more of the same. */
  #countedHere(isFlushed: boolean): Counted {
    const output = isFlushed ? this.#writtenOutput : this.#flushedOutput;
    const reasoning = isFlushed ? this.#writtenReasoning : this.#flushedReasoning;
    const usageJson = this.#relay?.scanner?.usageJson;
    const reported = usageJson === undefined ? undefined : this.#dialect.readUsage(usageJson);
    if (reported === undefined) {
      const input = this.#inputHere();
      return { tokens: { ...input.tokens, output, reasoning }, countedBy: input.countedBy };
    }
    const isWhole = isFlushed && output + reasoning > 0;
    const tokens = {
      input: reported.input,
      cachedInput: reported.cachedInput,
      output: isWhole ? Math.max(output, reported.output) : output,
      reasoning: isWhole ? Math.max(reasoning, reported.reasoning) : reasoning,
    };
    return { tokens, countedBy: "gateway" };
  }

  /** Input as an engine of ours said at once, or as its bytes let us think. */
  #inputHere(): Counted {
    const { inputTokens, cachedTokens } = this.#relay ?? {};
    if (inputTokens !== undefined) {
      const cachedInput = Math.min(inputTokens, cachedTokens ?? 0);
      return { tokens: { ...noTokens, input: inputTokens - cachedInput, cachedInput }, countedBy: "gateway" };
    }
    const input = Math.min(this.#admission.inputMax, estimateTokens(this.#ask.inputBytes));
    return { tokens: { ...noTokens, input }, countedBy: "estimate" };
  }

  #workOf(relay: Relay, tokens: TokenCounts): Work {
    return relay.work ?? modelledWork(tokens, relay.upstream.replica.tokensPerAcceleratorSecond);
  }
}

const nothingCounted: Counted = { tokens: noTokens, countedBy: "gateway" };

function faultOf(failure: TryFailure, message: string, retryAfterMs: number | undefined): Fault {
  if (failure === "timeout") return new Fault("upstream_timeout", { message });
  if (failure !== "busy") return new Fault("upstream_error", { message });
  return new Fault("overloaded", { message, retryAfterSeconds: (retryAfterMs ?? 1_000) / 1000 });
}
