/**
 * Generation as a service: many requests over the sequences of one context, each with an account of what it took.
 * Requests that are active at once are decoded together by llama.cpp (continuous batching).
 */
import type { LlamaContextSequence, Token } from "node-llama-cpp";
import type { EnergyMeter } from "../energy.ts";
import { ShareMeter } from "../share.ts";
import type { Ask } from "./ask.ts";
import { type LoadedModel, tooLong } from "./model.ts";
import { Slots } from "./slots.ts";
import { TextStream } from "./text.ts";

export type Finish = "stop" | "length";

/** What a request took, so far or in the end. */
export type Account = {
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  acceleratorMs: number;
  millijoules: number;
};

export type Choice = { readonly index: number; readonly prompt: readonly Token[] };

/** Told what is generated, as it is. */
export type Listener = {
  /** Before the first token. */
  readonly onStart: (account: Readonly<Account>) => void;
  /** Once for each generated token; the text may be empty while a character is not whole. */
  readonly onToken: (choice: number, text: string) => void;
  /** What text was held back, and why it ended. */
  readonly onEnd: (choice: number, rest: string, finish: Finish) => void;
};

const recentMax = 4_096;

export class Service {
  readonly model: LoadedModel;
  readonly parallel: number;
  readonly #slots: Slots<LlamaContextSequence>;
  readonly #meter: EnergyMeter;
  readonly #time = new ShareMeter(performance.now());
  readonly #energy: ShareMeter;
  readonly #recent = new Map<string, Account>();
  #tokens = { input: 0, cached: 0, output: 0 };
  #requests = 0;

  constructor(model: LoadedModel, parallel: number, lineMax: number, meter: EnergyMeter) {
    this.model = model;
    this.parallel = parallel;
    this.#meter = meter;
    this.#energy = new ShareMeter(this.#joules());
    this.#slots = new Slots(model.sequences(parallel), lineMax, (sequence, tokens) => {
      return sequence.compareContextTokens(tokens as Token[]).firstDifferentIndex;
    });
  }

  get energyProvenance(): "measured" | "modelled" {
    return this.#meter.provenance;
  }

  /** Counters since the start, for `/metrics` and `/health`. */
  get figures() {
    const nowMs = performance.now();
    const busyMs = this.#time.busy(nowMs);
    return {
      requests: this.#requests,
      active: this.#time.active,
      waiting: this.#slots.waiting,
      tokens: this.#tokens,
      busySeconds: busyMs / 1000,
      joules: this.#meter.read(nowMs, busyMs).joules,
    };
  }

  /** What an ended request took, for who missed the end of its answer. */
  recent(id: string): Readonly<Account> | undefined {
    return this.#recent.get(id);
  }

  /**
   * The choices that a request asks for.
   *
   * @throws Fault `context_length_exceeded` when a prompt with the tokens asked for does not fit.
   */
  choicesOf(ask: Ask): Choice[] {
    const prompts = ask.prompts.map((prompt) => {
      if ("messages" in prompt) return this.model.chatTokens(prompt.messages);
      return "text" in prompt ? this.model.textTokens(prompt.text) : this.model.givenTokens(prompt.tokens);
    });
    for (const prompt of prompts) {
      const total = prompt.length + (ask.sampling.maxTokens ?? 1);
      if (total > this.model.contextTokens) {
        throw tooLong(total, this.model.contextTokens, ask.kind === "chat" ? "messages" : "prompt");
      }
    }
    return prompts.flatMap((prompt, at) =>
      Array.from({ length: ask.choices }, (_, copy) => ({ index: at * ask.choices + copy, prompt })),
    );
  }

  /** Generates all choices at once; the account is final when it resolves, also when the signal aborted it. */
  async generate(
    id: string,
    ask: Ask,
    choices: readonly Choice[],
    signal: AbortSignal,
    listener: Listener,
  ): Promise<Readonly<Account>> {
    const prompts = choices.filter(({ index }) => index % ask.choices === 0).map(({ prompt }) => prompt);
    const inputTokens = prompts.reduce((sum, prompt) => sum + prompt.length, 0);
    const account: Account = { inputTokens, cachedTokens: 0, outputTokens: 0, acceleratorMs: 0, millijoules: 0 };
    this.#requests += 1;
    // One choice that fails must not leave the others running for nobody.
    const failure = new AbortController();
    const either = AbortSignal.any([signal, failure.signal]);
    try {
      const runs = choices.map((choice) => this.#generateChoice(id, ask, choice, either, listener, account));
      await Promise.all(
        runs.map((run) => run.catch((error: unknown) => (failure.abort(error), Promise.reject(error)))),
      );
    } finally {
      this.#tokens.input += account.inputTokens - account.cachedTokens;
      this.#tokens.cached += account.cachedTokens;
      this.#tokens.output += account.outputTokens;
      this.#remember(id, account);
    }
    return account;
  }

  async #generateChoice(
    id: string,
    ask: Ask,
    { index, prompt }: Choice,
    signal: AbortSignal,
    listener: Listener,
    account: Account,
  ): Promise<void> {
    const { sampling, format } = ask;
    const seed = sampling.seed === undefined ? undefined : sampling.seed + (index % ask.choices);
    const maxTokens = sampling.maxTokens ?? this.model.contextTokens - prompt.length;
    const text = new TextStream((tokens, before) => this.model.text(tokens, before), sampling.stops);
    const slot = await this.#slots.take(prompt, signal);
    const share = `${id}#${index}`;
    let made = 0;
    let finish: Finish = "stop";
    this.#startSharing(share);
    try {
      const onStart = (cached: number) => {
        if (index % ask.choices === 0) account.cachedTokens += cached;
        listener.onStart(account);
      };
      const tokens = this.model.generate(slot.sequence, prompt, { ...sampling, seed }, format, signal, onStart);
      for await (const token of tokens) {
        made += 1;
        account.outputTokens += 1;
        const piece = text.push(token);
        listener.onToken(index, piece.text);
        if (piece.stopped || signal.aborted) break;
        if (made >= maxTokens) {
          finish = "length";
          break;
        }
      }
    } finally {
      this.#stopSharing(share, account);
      this.#slots.give(slot);
    }
    if (!signal.aborted) listener.onEnd(index, text.end(), finish);
  }

  #startSharing(share: string): void {
    this.#energy.start(share, this.#joules());
    this.#time.start(share, performance.now());
  }

  #stopSharing(share: string, account: Account): void {
    const joules = this.#joules();
    account.acceleratorMs += this.#time.stop(share, performance.now());
    account.millijoules += this.#energy.stop(share, joules) * 1000;
  }

  #joules(): number {
    const nowMs = performance.now();
    return this.#meter.read(nowMs, this.#time.busy(nowMs)).joules;
  }

  #remember(id: string, account: Account): void {
    this.#recent.set(id, account);
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size <= recentMax) break;
      this.#recent.delete(oldest);
    }
  }
}
