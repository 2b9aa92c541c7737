/** A model held by llama.cpp, ready to generate: tokenizing, prompts by its own chat template, and generation. */
import { Template } from "@huggingface/jinja";
import type {
  Llama,
  LlamaContext,
  LlamaContextSequence,
  LlamaEmbeddingContext,
  LlamaGrammarEvaluationState,
  LlamaModel,
  SequenceEvaluateOptions,
  Token,
  TokenBias,
} from "node-llama-cpp";
import { Fault } from "../../stack/fault.ts";
import { engineModule } from "../install.ts";
import type { Message, ResponseFormat, Sampling } from "./ask.ts";

export type ModelOptions = {
  readonly file: string;
  readonly parallel: number;
  readonly contextTokens: number | undefined;
  readonly gpu: "auto" | "off";
  readonly threads: number;
  /** The data folder, where a GPU's build may be. */
  readonly dataDir: string | undefined;
};

/** node-llama-cpp: the build that came with us, or a GPU's. */
type Binding = typeof import("node-llama-cpp");

/** llama.cpp's own server takes 0.8; a little cooler suits small models. */
const defaultTemperature = 0.7;
const contextTokensMax = 8192;

/** A template for models that bring none: ChatML. */
const chatml = `{% for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}`;

export class LoadedModel {
  readonly #binding: Binding;
  readonly #llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly #template: Template;
  #embedding: Promise<LlamaEmbeddingContext> | undefined;

  private constructor(binding: Binding, llama: Llama, model: LlamaModel, context: LlamaContext) {
    this.#binding = binding;
    this.#llama = llama;
    this.model = model;
    this.context = context;
    this.#template = new Template(model.fileInfo.metadata.tokenizer.chat_template ?? chatml);
  }

  /** @throws Fault `invalid_value` when the file is no model that llama.cpp can run. */
  static async load(options: ModelOptions): Promise<LoadedModel> {
    try {
      const binding = (await import(engineModule(options.dataDir, options.gpu))) as Binding;
      const llama = await binding.getLlama({
        gpu: options.gpu === "auto" ? "auto" : false,
        build: "never",
        logLevel: binding.LlamaLogLevel.error,
        maxThreads: options.threads,
      });
      const model = await llama.loadModel({ modelPath: options.file });
      const context = await model.createContext({
        sequences: options.parallel,
        contextSize: options.contextTokens ?? Math.min(model.trainContextSize, contextTokensMax),
        threads: options.threads,
      });
      return new LoadedModel(binding, llama, model, context);
    } catch (error) {
      throw new Fault("invalid_value", {
        message: `${options.file} cannot be served: ${(error as Error).message}`,
        remedy: "Name a GGUF file that fits this machine's memory.",
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
  givenTokens(ids: readonly number[]): Token[] {
    const size = this.model.fileInfo.metadata.tokenizer.ggml.tokens.length;
    const stranger = ids.findIndex((id) => id >= size);
    if (stranger === -1) return ids as Token[];
    throw new Fault("invalid_value", {
      message: `Token ${ids[stranger]} is not in the vocabulary of ${size}.`,
      param: `prompt[${stranger}]`,
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
    // The last token is always computed: its logits choose the first of the answer.
    await sequence.adaptStateToTokens(tokens.slice(0, -1), false);
    const cached = sequence.nextTokenIndex;
    onStart(cached);
    const made: Token[] = [];
    const options = await this.#evaluateOptions(sampling, format, made);
    for await (const token of sequence.evaluate(tokens.slice(cached), options)) {
      if (signal.aborted) return;
      made.push(token);
      yield token;
    }
  }

  /** A text as a vector, mean-pooled by llama.cpp. */
  async embed(text: string): Promise<{ vector: readonly number[]; tokens: number }> {
    this.#embedding ??= this.model.createEmbeddingContext({ contextSize: this.contextTokens });
    const context = await this.#embedding;
    const tokens = this.model.tokenize(text, false);
    if (tokens.length >= this.contextTokens) throw tooLong(tokens.length, this.contextTokens, "input");
    const { vector } = await context.getEmbeddingFor(tokens);
    return { vector, tokens: tokens.length };
  }

  async #evaluateOptions(
    sampling: Sampling,
    format: ResponseFormat,
    made: readonly Token[],
  ): Promise<SequenceEvaluateOptions> {
    const { frequencyPenalty, presencePenalty, topP, topK, minP, seed } = sampling;
    const punishes = frequencyPenalty !== 0 || presencePenalty !== 0;
    const bias = this.#bias(sampling);
    const grammar = await this.#grammar(format);
    return {
      temperature: sampling.temperature ?? defaultTemperature,
      ...(topP === undefined ? {} : { topP }),
      ...(topK === undefined ? {} : { topK }),
      ...(minP === undefined ? {} : { minP }),
      ...(seed === undefined ? {} : { seed }),
      ...(bias === undefined ? {} : { tokenBias: bias }),
      ...(grammar === undefined ? {} : { grammarEvaluationState: grammar }),
      ...(punishes
        ? { repeatPenalty: { punishTokens: () => [...made], penalty: 1, frequencyPenalty, presencePenalty } }
        : {}),
    };
  }

  #bias({ logitBias, ignoresEnd }: Sampling): TokenBias | undefined {
    if (logitBias.length === 0 && !ignoresEnd) return undefined;
    const bias = this.#binding.TokenBias.for(this.model);
    for (const [token, logit] of logitBias) bias.set(token as Token, logit <= -100 ? "never" : { logit });
    const { eos, eot } = this.model.tokens;
    if (ignoresEnd) for (const token of [eos, eot]) if (token !== null) bias.set(token, "never");
    return bias;
  }

  async #grammar(format: ResponseFormat): Promise<LlamaGrammarEvaluationState | undefined> {
    if (format.type === "text") return undefined;
    try {
      const grammar =
        format.type === "json_object"
          ? await this.#llama.getGrammarFor("json")
          : await this.#llama.createGrammarForJsonSchema(format.json_schema.schema as never); // its type is of literals
      return new this.#binding.LlamaGrammarEvaluationState({ model: this.model, grammar });
    } catch (error) {
      throw new Fault("invalid_value", {
        message: `The schema cannot be turned into a grammar: ${(error as Error).message}`,
        param: "response_format.json_schema.schema",
      });
    }
  }

  #withBos(tokens: Token[]): Token[] {
    const { bos, shouldPrependBosToken } = this.model.tokens;
    return shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens;
  }
}

export function tooLong(tokens: number, contextTokens: number, param: string): Fault {
  return new Fault("context_length_exceeded", {
    message: `This model's maximum context length is ${contextTokens} tokens; the request comes to ${tokens}.`,
    remedy: "Shorten it, or ask for fewer output tokens.",
    param,
  });
}
