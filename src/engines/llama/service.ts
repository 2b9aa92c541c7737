/**
 * Generation as a service: many requests over the sequences of one context, each with an account of what it took.
 * Requests that are active at once are decoded together by llama.cpp (continuous batching).
 */
import type { LlamaContextSequence, Token } from "node-llama-cpp";
import { Fault } from "../../stack/fault.ts";
import type { EnergyMeter } from "../energy.ts";
import { ShareMeter } from "../share.ts";
import type { Ask, EmbeddingAsk } from "./ask.ts";
import { type LoadedModel, tooLong } from "./model.ts";
import { Slots } from "./slots.ts";
import { TextStream } from "./text.ts";

export type Finish = "stop" | "length";

/** What a request took, so far or in the end. */
export type Account = {
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  /** Time in line before its first sequence was free; no accelerator time. */
  queueMs: number;
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

/** Ended requests that are remembered: minutes of them. */
const recentMax = 4_096;

export class Service {
  readonly model: LoadedModel;
  readonly parallel: number;
  readonly #sequences: readonly LlamaContextSequence[];
  readonly #slots: Slots<LlamaContextSequence>;
  /** Embeddings are computed one text at a time, in a context of their own. */
  readonly #embedder: Slots<undefined>;
  readonly #meter: EnergyMeter;
  readonly #time = new ShareMeter(performance.now());
  readonly #energy: ShareMeter;
  readonly #recent = new Map<string, Account>();
  readonly #tokens = { input: 0, cached: 0, output: 0 };
  #requests = 0;
  #queueMs = 0;
  #shares = 0;

  constructor(model: LoadedModel, parallel: number, lineMax: number, meter: EnergyMeter) {
    this.model = model;
    this.parallel = parallel;
    this.#meter = meter;
    this.#energy = new ShareMeter(this.#joules());
    this.#sequences = model.sequences(parallel);
    this.#slots = new Slots(this.#sequences, lineMax, (sequence, tokens) => ({
      held: sequence.nextTokenIndex,
      shared: sequence.compareContextTokens(tokens as Token[]).firstDifferentIndex,
    }));
    this.#embedder = new Slots([undefined], lineMax, () => ({ held: 0, shared: 0 }));
  }

  get energyProvenance(): "measured" | "modelled" {
    return this.#meter.provenance;
  }

  /** Counters since the start and gauges of now, for `/metrics` and `/health`. */
  get figures() {
    const nowMs = performance.now();
    const busyMs = this.#time.busy(nowMs);
    return {
      requests: this.#requests,
      active: this.#time.active,
      waiting: this.#slots.waiting + this.#embedder.waiting,
      tokens: this.#tokens,
      heldTokens: this.#sequences.reduce((sum, sequence) => sum + sequence.nextTokenIndex, 0),
      capacityTokens: this.parallel * this.model.contextTokens,
      busySeconds: busyMs / 1000,
      queueSeconds: this.#queueMs / 1000,
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
   * @throws Fault `context_length_exceeded` when a prompt with the tokens asked for does not fit
   */
  choicesOf(ask: Ask): Choice[] {
    const stranger = ask.sampling.logitBias.find(([token]) => token >= this.model.vocabularySize);
    if (stranger !== undefined) {
      throw new Fault("invalid_value", {
        message: `Token ${stranger[0]} is not in the vocabulary of ${this.model.vocabularySize}.`,
        param: "logit_bias",
      });
    }
    const param = ask.kind === "chat" ? "messages" : "prompt";
    const prompts = ask.prompts.map((prompt) => {
      if ("messages" in prompt) return this.model.chatTokens(prompt.messages);
      return "text" in prompt ? this.model.textTokens(prompt.text) : this.model.givenTokens(prompt.tokens, param);
    });
    for (const prompt of prompts) {
      if (prompt.length === 0) {
        throw new Fault("invalid_value", { message: "There is nothing to go on from: the prompt is empty.", param });
      }
      const total = prompt.length + (ask.sampling.maxTokens ?? 1);
      if (total > this.model.contextTokens) throw tooLong(total, this.model.contextTokens, param);
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
    const account = opened(prompts);
    // One choice that fails must not leave the others running for nobody.
    const failure = new AbortController();
    const either = AbortSignal.any([signal, failure.signal]);
    await this.#accountFor(id, account, async () => {
      const runs = choices.map((choice) => this.#generateChoice(ask, choice, either, listener, account));
      await Promise.all(
        runs.map((run) => run.catch((error: unknown) => (failure.abort(error), Promise.reject(error)))),
      ).finally(() => Promise.allSettled(runs));
    });
    return account;
  }

  /** The vectors of texts, one after the other. */
  async embed(
    id: string,
    inputs: EmbeddingAsk["inputs"],
    signal: AbortSignal,
  ): Promise<{ vectors: number[][]; account: Readonly<Account> }> {
    const texts = inputs.map((input, index) => {
      return this.model.embeddingTokens(input, inputs.length === 1 ? "input" : `input[${index}]`);
    });
    const account = opened(texts);
    const vectors: number[][] = [];
    await this.#accountFor(id, account, () =>
      this.#inSlot(this.#embedder, [], signal, account, async () => {
        for (const text of texts) {
          signal.throwIfAborted();
          vectors.push(await this.model.embed(text));
        }
      }),
    );
    return { vectors, account };
  }

  async #generateChoice(
    ask: Ask,
    { index, prompt }: Choice,
    signal: AbortSignal,
    listener: Listener,
    account: Account,
  ): Promise<void> {
    const { sampling, format } = ask;
    const copy = index % ask.choices;
    const seed = sampling.seed === undefined ? undefined : sampling.seed + copy;
    const maxTokens = sampling.maxTokens ?? this.model.contextTokens - prompt.length;
    const text = new TextStream((tokens, before) => this.model.text(tokens, before), sampling.stops, prompt);
    let made = 0;
    let finish: Finish = "stop";
    await this.#inSlot(this.#slots, prompt, signal, account, async (sequence) => {
      const onStart = (cached: number) => {
        // The copies of a prompt are one input; what the first of them found is what counts.
        if (copy === 0) account.cachedTokens += cached;
        listener.onStart(account);
      };
      for await (const token of this.model.generate(sequence, prompt, { ...sampling, seed }, format, signal, onStart)) {
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
    });
    if (!signal.aborted) listener.onEnd(index, text.end(), finish);
  }

  /** Runs work in a slot, once one is free, and charges the account for its share of the engine meanwhile. */
  async #inSlot<S>(
    slots: Slots<S>,
    tokens: readonly number[],
    signal: AbortSignal,
    account: Account,
    work: (sequence: S) => Promise<void>,
  ): Promise<void> {
    const askedMs = performance.now();
    const slot = await slots.take(tokens, signal);
    const queueMs = performance.now() - askedMs;
    account.queueMs = Math.max(account.queueMs, queueMs);
    this.#queueMs += queueMs;
    const share = String((this.#shares += 1));
    this.#energy.start(share, this.#joules());
    this.#time.start(share, performance.now());
    try {
      await work(slot.sequence);
    } finally {
      const joules = this.#joules();
      account.acceleratorMs += this.#time.stop(share, performance.now());
      account.millijoules += this.#energy.stop(share, joules) * 1000;
      slots.give(slot);
    }
  }

  /** Runs work and remembers what it took, however it ends. */
  async #accountFor(id: string, account: Account, work: () => Promise<void>): Promise<void> {
    this.#requests += 1;
    try {
      await work();
    } finally {
      // What never got a sequence has computed nothing.
      if (account.acceleratorMs > 0) {
        this.#tokens.input += account.inputTokens - account.cachedTokens;
        this.#tokens.cached += account.cachedTokens;
        this.#tokens.output += account.outputTokens;
      }
      this.#remember(id, account);
    }
  }

  #joules(): number {
    const nowMs = performance.now();
    return this.#meter.read(nowMs, this.#time.busy(nowMs)).joules;
  }

  #remember(id: string, account: Account): void {
    // A try again under the same id is the one that counts: it is put last.
    this.#recent.delete(id);
    this.#recent.set(id, account);
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size <= recentMax) break;
      this.#recent.delete(oldest);
    }
  }
}

function opened(prompts: readonly (readonly Token[])[]): Account {
  const inputTokens = prompts.reduce((sum, prompt) => sum + prompt.length, 0);
  return { inputTokens, cachedTokens: 0, outputTokens: 0, queueMs: 0, acceleratorMs: 0, millijoules: 0 };
}
