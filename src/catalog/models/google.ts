/** Google's Gemma 2 to 4: most layers look back over a short window. Text only, without the vision tower. */
import type { ModelShape } from "../model-shape.ts";
import { type Described, dense, experts, grouped, model } from "./describe.ts";

const gemma2 = { vocabulary: 256_000, tied: true, contextMax: 8192 };
const gemma3 = { vocabulary: 262_208, tied: true, contextMax: 131_072 };
const gemma4 = { vocabulary: 262_144, tied: true, contextMax: 262_144 };

/** Of six layers five have a window; the sixth has fewer and wider heads, whose keys and values come of one projection. */
function alternating(layers: number, heads: number, kvHeads: number, globalKvHeads: number) {
  const window = { tokens: 1024, layers: (layers * 5) / 6 };
  const global = { kvHeads: globalKvHeads, headDim: 512, isOneProjection: true };
  return { layers, attention: grouped(heads, kvHeads, 256, { window, global }) };
}

const described: readonly Described[] = [
  {
    ...gemma2,
    name: "gemma-2-2b",
    title: "Gemma 2 2B",
    at: "google/gemma-2-2b",
    layers: 26,
    hidden: 2304,
    attention: grouped(8, 4, 256, { window: { tokens: 4096, layers: 13 } }),
    feedForward: dense(9216),
  },
  {
    ...gemma2,
    name: "gemma-2-9b",
    title: "Gemma 2 9B",
    at: "google/gemma-2-9b",
    layers: 42,
    hidden: 3584,
    attention: grouped(16, 8, 256, { window: { tokens: 4096, layers: 21 } }),
    feedForward: dense(14_336),
  },
  {
    ...gemma2,
    name: "gemma-2-27b",
    title: "Gemma 2 27B",
    at: "google/gemma-2-27b",
    layers: 46,
    hidden: 4608,
    attention: grouped(32, 16, 128, { window: { tokens: 4096, layers: 23 } }),
    feedForward: dense(36_864),
  },
  {
    ...gemma3,
    vocabulary: 262_144,
    contextMax: 32_768,
    name: "gemma-3-1b",
    title: "Gemma 3 1B",
    at: "google/gemma-3-1b-it",
    layers: 26,
    hidden: 1152,
    attention: grouped(4, 1, 256, { window: { tokens: 512, layers: 22 } }),
    feedForward: dense(6912),
  },
  {
    ...gemma3,
    name: "gemma-3-4b",
    title: "Gemma 3 4B",
    at: "google/gemma-3-4b-it",
    layers: 34,
    hidden: 2560,
    attention: grouped(8, 4, 256, { window: { tokens: 1024, layers: 29 } }),
    feedForward: dense(10_240),
  },
  {
    ...gemma3,
    name: "gemma-3-12b",
    title: "Gemma 3 12B",
    at: "google/gemma-3-12b-it",
    layers: 48,
    hidden: 3840,
    attention: grouped(16, 8, 256, { window: { tokens: 1024, layers: 40 } }),
    feedForward: dense(15_360),
  },
  {
    ...gemma3,
    name: "gemma-3-27b",
    title: "Gemma 3 27B",
    at: "google/gemma-3-27b-it",
    layers: 62,
    hidden: 5376,
    attention: grouped(32, 16, 128, { window: { tokens: 1024, layers: 52 } }),
    feedForward: dense(21_504),
  },
  {
    ...gemma4,
    name: "gemma-4-12b",
    title: "Gemma 4 12B",
    at: "google/gemma-4-12B",
    ...alternating(48, 16, 8, 1),
    hidden: 3840,
    feedForward: dense(15_360),
  },
  {
    ...gemma4,
    name: "gemma-4-26b-a4b",
    title: "Gemma 4 26B-A4B",
    at: "google/gemma-4-26B-A4B",
    ...alternating(30, 16, 8, 2),
    hidden: 2816,
    feedForward: experts(128, 8, 704, { sharedWidth: 2112 }),
  },
  {
    ...gemma4,
    name: "gemma-4-31b",
    title: "Gemma 4 31B",
    at: "google/gemma-4-31B",
    ...alternating(60, 32, 16, 4),
    hidden: 5376,
    feedForward: dense(21_504),
  },
];

export const googleModels: readonly ModelShape[] = described.map(model);
