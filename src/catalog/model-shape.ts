/** A model as its architecture's numbers: all that the time, the memory and the energy of a token depend on. */

export type Attention =
  | {
      /** Grouped-query attention; `kvHeads` equal to `heads` is multi-head, 1 is multi-query. */
      readonly type: "gqa";
      readonly heads: number;
      readonly kvHeads: number;
      readonly headDim: number;
      /** Rank of a query that is made in two stages; absent where it is made in one. */
      readonly queryRank?: number;
      /** So many of the layers look back over no more than `tokens`. */
      readonly window?: { readonly tokens: number; readonly layers: number };
      /** Other heads, as many, in the layers that look back over all of the context (Gemma 4). */
      readonly global?: {
        readonly kvHeads: number;
        readonly headDim: number;
        /** Whether one projection makes both keys and values, which are kept apart all the same. */
        readonly isOneProjection: boolean;
      };
      /** So many of the layers keep a state of fixed size instead of keys and values (gated delta rule, Qwen3-Next). */
      readonly linear?: LinearAttention;
      /** So many of the layers read but `tokens` of their keys, in blocks that an index branch chooses (MiniMax-M3). */
      readonly sparse?: {
        readonly layers: number;
        readonly tokens: number;
        readonly indexHeads: number;
        readonly indexDim: number;
      };
      /** The output passes a gate as wide as the query. */
      readonly outputGate?: boolean;
      /** Queries and keys are normalised over all heads at once, which those who share the heads must agree on. */
      readonly normAcrossHeads?: boolean;
    }
  | {
      /** Multi-head latent attention (DeepSeek-V2): one compressed key-value vector per token and layer. */
      readonly type: "mla";
      readonly heads: number;
      /** Rank of the compressed query; absent where the query is not compressed. */
      readonly queryRank?: number;
      /** Width of the cached latent, `kv_lora_rank`. */
      readonly kvRank: number;
      readonly ropeDim: number;
      readonly nopeDim: number;
      readonly valueDim: number;
      /** So many of the layers keep a state of fixed size instead of a latent (Kimi Delta Attention, Kimi K3). */
      readonly linear?: LinearAttention;
      /** The output passes a gate as wide as the values of all heads. */
      readonly outputGate?: boolean;
      /** A token attends to no more than `tokens` others, which a small indexer selects (DeepSeek-V3.2). */
      readonly sparse?: {
        readonly tokens: number;
        readonly indexHeads: number;
        readonly indexDim: number;
        /** Layers with an indexer of their own, where not all have one: others take what the one before them chose (GLM-5.2). */
        readonly indexLayers?: number;
      };
    }
  | {
      /**
       * Attention to compressed tokens (DeepSeek-V4): all heads read one key, which is its value too. Every layer reads the
       * last `windowTokens`; the layers that neither `chosen` nor `whole` counts read nothing else.
       */
      readonly type: "compressed";
      readonly heads: number;
      readonly keyDim: number;
      /** Of the key, what is rotated. */
      readonly ropeDim: number;
      readonly queryRank: number;
      /** The output goes from each of so many groups of heads to `outputRank` numbers, and from those of all to the hidden size. */
      readonly outputGroups: number;
      readonly outputRank: number;
      readonly windowTokens: number;
      /** Layers whose keys stand for `ratio` tokens each, of which an indexer chooses `tokens` (CSA). */
      readonly chosen: {
        readonly layers: number;
        readonly ratio: number;
        readonly tokens: number;
        readonly indexHeads: number;
        readonly indexDim: number;
      };
      /** Layers that read all of keys that stand for `ratio` tokens each (HCA). */
      readonly whole: { readonly layers: number; readonly ratio: number };
    };

export type Grouped = Extract<Attention, { readonly type: "gqa" }>;
export type Latent = Extract<Attention, { readonly type: "mla" }>;
export type Compressed = Extract<Attention, { readonly type: "compressed" }>;

export type LinearAttention = {
  readonly layers: number;
  readonly keyHeads: number;
  readonly keyDim: number;
  readonly valueHeads: number;
  readonly valueDim: number;
};

export type FeedForward =
  | {
      readonly type: "dense";
      readonly width: number;
      /** Layers that have one, where not all do (Falcon-H1, Nemotron-H, Mamba). */
      readonly layers?: number;
    }
  | {
      readonly type: "moe";
      readonly experts: number;
      readonly expertsPerToken: number;
      readonly expertWidth: number;
      /** Where experts work on fewer numbers than the hidden size, to which it is projected and back (LatentMoE, Kimi K3). */
      readonly latentWidth?: number;
      /** Width of the experts that every token passes, all together; 0 without any. */
      readonly sharedWidth: number;
      /** Layers that are dense instead: the first ones, but in Llama 4 Maverick every other one. */
      readonly denseLayers: number;
      /** 0 where those have no feed-forward at all (Nemotron 3). */
      readonly denseWidth: number;
    };

export type ModelShape = {
  /** How commands name it: `llama-3.1-70b`, `deepseek-r1`, `gpt-oss-120b`. */
  readonly name: string;
  readonly title: string;
  /** Other names, its Hugging Face ids among them. */
  readonly aliases: readonly string[];
  readonly layers: number;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly tiedEmbeddings: boolean;
  /** Matrices of a feed-forward: 3 with a gate (SwiGLU), 2 without. */
  readonly feedForwardMatrices: 2 | 3;
  readonly attention: Attention;
  readonly feedForward: FeedForward;
  /** Copies of the hidden state between layers, mixed anew by each (hyper-connections, DeepSeek-V4); one when absent. */
  readonly residualStreams?: number;
  /** Where its makers release the experts in FP4 and all else in another format, in which: `fp4` then means both. */
  readonly besideFp4?: "bf16" | "fp8";
  /** Tokens. */
  readonly contextMax: number;
  /** Where the numbers stand: the configuration's address. */
  readonly source: string;
};
