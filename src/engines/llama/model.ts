/** A model held by llama.cpp, ready to generate: tokenizing, prompts by its own chat template, generation, embeddings. */
import { Template } from "@huggingface/jinja";
import type {
  Llama,
  LlamaContext,
  LlamaContextSequence,
  LlamaEmbeddingContext,
  LlamaModel,
  Token,
} from "node-llama-cpp";
import { Fault } from "../../stack/fault.ts";
import { type ModelCard, readModelCard } from "../gguf.ts";
import type { Message, ResponseFormat, Sampling } from "./ask.ts";
import { type Binding, openLlama } from "./binding.ts";
import { Gate } from "./gate.ts";
import { evaluateOptions, grammarFor } from "./sampling.ts";

export type ModelOptions = {
  readonly file: string;
  readonly parallel: number;
  readonly contextTokens: number | undefined;
  readonly gpu: "auto" | "off";
  readonly threads: number;
  /** The data folder, where a GPU's build may be. */
  readonly dataDir: string | undefined;
};

/** A context that nobody asked for in figures: as large as the model was made for, this, and memory allow. */
const contextTokensMax = 8192;
const contextTokensMin = 512;
/** Of a text to embed, by a model that was not made for it: its batch takes memory. */
const embeddingTokensMax = 2048;

/** A template for models that bring none: ChatML. */
const chatml = `{% for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}`;

export class LoadedModel {
  readonly card: ModelCard;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly #binding: Binding;
  readonly #llama: Llama;
  readonly #template: Template;
  readonly #threads: number;
  /** Generation waits at it between two steps while a sequence is being changed. */
  readonly #gate = new Gate();
  #embedding: Promise<LlamaEmbeddingContext> | undefined;

  private constructor(
    { binding, llama }: { readonly binding: Binding; readonly llama: Llama },
    card: ModelCard,
    model: LlamaModel,
    context: LlamaContext,
    threads: number,
  ) {
    this.#binding = binding;
    this.#llama = llama;
    this.card = card;
    this.model = model;
    this.context = context;
    this.#threads = threads;
    this.#template = new Template(model.fileInfo.metadata.tokenizer.chat_template ?? chatml);
  }

  /** @throws Fault `invalid_value` when the file is no model that llama.cpp can run. */
  static async load(options: ModelOptions): Promise<LoadedModel> {
    const { file, parallel, threads } = options;
    // Before llama.cpp sees it: a file of nonsense keeps its reader busy for minutes.
    const card = readModelCard(file);
    const opened = await openLlama(options);
    try {
      // A file that does not say how to make one vector of its tokens' gets their mean.
      const pooling = { [card.architecture]: { pooling_type: 1 } };
      const model = await opened.llama.loadModel({
        modelPath: file,
        ...(card.hasPooling ? {} : { metadataOverrides: pooling as object }),
      });
      const max = Math.max(contextTokensMin, Math.min(model.trainContextSize, contextTokensMax));
      const context = await model.createContext({
        sequences: parallel,
        contextSize: options.contextTokens ?? { min: contextTokensMin, max },
        threads,
      });
      return new LoadedModel(opened, card, model, context, threads);
    } catch (error) {
      throw new Fault("invalid_value", {
        message: `${file} cannot be served: ${(error as Error).message}.`,
        remedy: "Name a GGUF file that this llama.cpp knows and that fits this machine's memory.",
      });
    }
  }

  get isOnGpu(): boolean {
    return this.#llama.gpu !== false && this.model.gpuLayers > 0;
  }

  /** Tokens of one sequence: prompt and answer together. */
  get contextTokens(): number {
    return this.context.contextSize;
  }

  get vocabularySize(): number {
    return this.model.fileInfo.metadata.tokenizer.ggml.tokens.length;
  }

  /** Room for `parallel` sequences, each to be taken by one request at a time. */
  sequences(parallel: number): LlamaContextSequence[] {
    return Array.from({ length: parallel }, () => this.context.getSequence());
  }

  /** @throws Fault `invalid_value` when the model's template cannot take the messages. */
  chatTokens(messages: readonly Message[]): Token[] {
    const { bosString, eosString } = this.model.tokens;
    try {
      const text = this.#template.render({
        messages: messages.map(({ role, content }) => ({ role: role === "developer" ? "system" : role, content })),
        add_generation_prompt: true,
        bos_token: bosString ?? "",
        eos_token: eosString ?? "",
      });
      return this.#withBos(this.model.tokenize(text, true));
    } catch (error) {
      throw new Fault("invalid_value", {
        message: `The model's chat template refuses these messages: ${(error as Error).message}`,
        param: "messages",
      });
    }
  }

  textTokens(text: string): Token[] {
    return this.#withBos(this.model.tokenize(text, false));
  }

  /** @throws Fault `invalid_value` for an id that is not in the vocabulary. */
  givenTokens(ids: readonly number[], param: string): Token[] {
    const size = this.vocabularySize;
    const stranger = ids.findIndex((id) => id >= size);
    if (stranger === -1) return ids as Token[];
    throw new Fault("invalid_value", {
      message: `Token ${ids[stranger]} is not in the vocabulary of ${size}.`,
      param: `${param}[${stranger}]`,
    });
  }

  text(tokens: readonly number[], before: readonly number[]): string {
    return this.model.detokenize(tokens as Token[], false, before as Token[]);
  }

  /**
   * The tokens that follow `tokens`, until the model ends or `signal` aborts. Whatever the sequence already holds of
   * the prompt is not computed again; `onStart` is told how many tokens that was.
   */
  async *generate(
    sequence: LlamaContextSequence,
    tokens: readonly Token[],
    sampling: Sampling,
    format: ResponseFormat,
    signal: AbortSignal,
    onStart: (cachedTokens: number) => void,
  ): AsyncGenerator<Token> {
    const made: Token[] = [];
    const grammar = await grammarFor(this.#binding, this.#llama, this.model, format);
    const options = evaluateOptions(this.#binding, this.model, sampling, grammar, made);
    try {
      // The last token is always computed: its logits choose the first of the answer.
      await this.#gate.closed(() => sequence.adaptStateToTokens(tokens.slice(0, -1), false));
      const cached = sequence.nextTokenIndex;
      onStart(cached);
      let computed = cached;
      // A long prompt in steps of a batch, so that a client that leaves is noticed between two.
      for (const step = this.context.batchSize; tokens.length - computed > step; computed += step) {
        if (signal.aborted) return;
        await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(computed, computed + step));
        await this.#gate.passed();
      }
      if (signal.aborted) return;
      for await (const token of sequence.evaluate(tokens.slice(computed), options)) {
        made.push(token);
        yield token;
        if (signal.aborted) return;
        await this.#gate.passed();
      }
    } catch (error) {
      // What the sequence holds after a failure is not known: the next request starts it anew.
      await this.#gate.closed(() => sequence.clearHistory());
      throw error;
    }
  }

  /** The tokens of a text to embed, as `embed` takes them. */
  embeddingTokens(text: string | readonly number[], param: string): Token[] {
    const tokens = typeof text === "string" ? this.model.tokenize(text, false) : this.givenTokens(text, param);
    // Room for the marks that some models want at both ends.
    const total = tokens.length + 2;
    if (total >= this.#embeddingTokensMax) throw tooLong(total, this.#embeddingTokensMax, param);
    return tokens;
  }

  /** A text's vector, of length 1. Its tokens' vectors are pooled as the file says; their mean where it says nothing. */
  async embed(tokens: readonly Token[]): Promise<number[]> {
    const size = this.#embeddingTokensMax;
    // A text is one batch: what is pooled is pooled within a batch.
    this.#embedding ??= this.model.createEmbeddingContext({
      contextSize: size,
      batchSize: size,
      threads: this.#threads,
    });
    const context = await this.#embedding;
    const { vector } = await context.getEmbeddingFor([...tokens]);
    const length = Math.hypot(...vector);
    return length === 0 ? [...vector] : vector.map((value) => value / length);
  }

  get #embeddingTokensMax(): number {
    return this.card.hasPooling ? this.contextTokens : Math.min(this.contextTokens, embeddingTokensMax);
  }

  #withBos(tokens: Token[]): Token[] {
    const { bos, shouldPrependBosToken } = this.model.tokens;
    return shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens;
  }
}

/** OpenAI's refusal of what does not fit, in its words: clients look for them. */
export function tooLong(tokens: number, contextTokens: number, param: string): Fault {
  return new Fault("context_length_exceeded", {
    message: `This model's maximum context length is ${contextTokens} tokens; the request comes to ${tokens}.`,
    remedy: "Shorten it, or ask for fewer output tokens.",
    param,
  });
}
