/** What others measured of AMD's attention and sums over accelerators and published, one launch of a kernel each. */

/**
 * AITER's prompts on MI355X, causal, BF16, 128 wide, in ms: HazyResearch/HipKittens (MIT), `analysis/attn/fwd/benchmark`,
 * November 2025. Sixteen prompts of 64 heads over 8 keys, and of 16 heads.
 */
export const mi355xPrompts = [
  { heads: 64, prompts: 16, milliseconds: { 1024: 0.3844, 2048: 1.1683, 4096: 3.995, 8192: 14.6035 } },
  { heads: 16, prompts: 16, milliseconds: { 1024: 0.1239, 2048: 0.3137, 4096: 1.0285, 8192: 3.7487 } },
] as const;

/**
 * The same of latent attention, whose keys are 192 wide and values 128, 16 heads, 16,384 tokens in all, in TFLOP/s by tokens
 * of a prompt: ROCm/aiter#4205, July 2026.
 */
export const mi355xLatentPrompts = {
  256: 245,
  512: 442,
  1024: 665,
  2048: 913,
  4096: 1117,
  8192: 1235,
  16384: 1288,
} as const;

/**
 * AITER's paged decodes on gfx950, BF16, µs by context and sequences: facebookexperimental/triton#2040, July 2026. Of 64
 * heads over 8 keys, 128 wide: the bench's heads are told in #2281, which narrows them to 64.
 */
export const mi355xDecodes = {
  1024: { 1: 23.4, 2: 24.7, 4: 30.5, 8: 30.9, 16: 38.6, 32: 63.2, 64: 98.9, 128: 195.2, 256: 325.3 },
  8192: { 1: 51, 2: 54.7, 4: 59.6, 8: 110.6, 16: 195.1, 32: 391.4, 64: 815.6, 128: 1565, 256: 3189.5 },
  32768: { 1: 187.8, 2: 185.6, 4: 201.9, 8: 383.8, 16: 744.3, 32: 1499.5, 64: 3042.3 },
} as const;

/** The same by the kernel in Gluon that ATOM runs: 64 streams at 4.03 TB/s (facebookexperimental/triton#2281). */
export const mi355xGluonDecodes = { streams: 64, bytesPerSecond: 4.03e12 };

/**
 * Sums over accelerators, µs by KiB. Eight MI355X by AITER's kernel: vllm-project/vllm#39080, April 2026. Four MI300X by
 * vLLM's own or QuickReduce in 16 bits, whichever is faster: vllm-project/vllm#19744, June 2025.
 */
export const sums = {
  mi355x: { accelerators: 8, micros: { 24: 6.4, 48: 6.7, 96: 6.8, 192: 7, 384: 7.5, 768: 9.6, 1536: 12.9 } },
  mi300x: {
    accelerators: 4,
    micros: {
      2: 7.18,
      16: 7.26,
      32: 7.58,
      256: 14.39,
      512: 14.65,
      1024: 22.49,
      2048: 36.08,
      4096: 63.28,
      8192: 118.3,
      16384: 230.5,
    },
  },
} as const;

/**
 * Latent attention of decodes. What a kernel takes however short the contexts (21 tokens, 128 heads, ASM), µs by sequences,
 * and what joining the parts of long ones comes to: ROCm/aiter#2039 (MI300X and MI355X), #3072.
 */
export const latentKernels = {
  mi355x: { 1: 12.1, 16: 13.6, 64: 15.1, 128: 16.2, 256: 20.4 },
  mi300x: { 1: 15.5, 16: 16.4, 64: 18.9, 128: 20.6, 256: 40.9 },
} as const;
export const latentJoinMicros = 6;

/**
 * Nanoseconds for each token of context on MI355X, by sequences: of 32 heads ROCm/aiter#5456 (4,096 to 65,536 tokens each)
 * and, of one sequence, #3003; of 128 heads in FP8 #3072 (8,192 to 23,333 tokens). Up to 32 heads memory bounds it, with 128 arithmetic.
 */
export const mi355xLatentContext = {
  bf16: { 1: 1, 4: 0.4, 16: 0.197, 64: 0.197, 256: 0.19, 1024: 0.19 },
  fp8: { 1: 0.9, 4: 0.35, 16: 0.113, 64: 0.111, 256: 0.111, 1024: 0.111 },
  manyHeads: { 1: 1.5, 4: 0.42, 16: 0.239, 64: 0.242, 256: 0.242, 1024: 0.242 },
} as const;
