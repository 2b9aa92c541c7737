/**
 * NVIDIA's Nemotron 3: blocks of Mamba-2, of attention and of experts take turns. A block of Mamba-2 or attention counts as a
 * layer with the experts that follow it; attention mostly has none behind it.
 */
import type { ModelShape } from "../model-shape.ts";
import { type Described, experts, grouped, model } from "./describe.ts";

const nemotron3 = { vocabulary: 131_072, contextMax: 262_144, feedForwardMatrices: 2 } as const;

/** Mamba-2 keeps a state of 128 numbers for each of 64 of a head's, with eight groups of inputs and outputs to it. */
function hybrid(mambas: number, heads: number, attentions: number) {
  const linear = { layers: mambas, keyHeads: 8, keyDim: 128, valueHeads: heads, valueDim: 64 };
  return { layers: mambas + attentions, attention: grouped(32, 2, 128, { linear }) };
}

const described: readonly Described[] = [
  {
    ...nemotron3,
    name: "nemotron-3-nano-30b-a3b",
    title: "Nemotron 3 Nano 30B-A3B",
    at: "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16",
    aliases: ["nemotron-3-nano", "nemotron-3.5-lightning-30b-a3b", "NVIDIA-Nemotron-3.5-Lightning-30B-A3B"],
    ...hybrid(23, 64, 6),
    hidden: 2688,
    feedForward: experts(128, 6, 1856, { sharedWidth: 3712, denseLayers: 6 }),
  },
  {
    ...nemotron3,
    name: "nemotron-3-super-120b-a12b",
    title: "Nemotron 3 Super 120B-A12B",
    at: "nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-BF16",
    aliases: ["nemotron-3-super"],
    ...hybrid(40, 128, 8),
    hidden: 4096,
    feedForward: experts(512, 22, 2688, { latentWidth: 1024, sharedWidth: 5376, denseLayers: 8 }),
  },
];

export const nvidiaModels: readonly ModelShape[] = described.map(model);
