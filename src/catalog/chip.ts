/** What a datasheet says of an accelerator. What nobody has published is absent, never zero. */
import type { Figure } from "./figure.ts";

/** Number formats of a matrix product; `fp4` stands for NVFP4 and MXFP4 alike. */
export const precisions = ["fp32", "tf32", "bf16", "fp8", "int8", "fp4"] as const;
export type Precision = (typeof precisions)[number];

export type Chip = {
  /** How commands name it: `h200`, `gb300`, `mi355x`, `tpu-v6e`, `trainium2`. */
  readonly name: string;
  readonly title: string;
  readonly vendor: string;
  readonly aliases: readonly string[];
  /** Year and month of first volume delivery, or of the announcement where there was none yet. */
  readonly available: Figure<string>;
  /** Dense peak, in TFLOP/s (TOP/s for integers), without structured sparsity. */
  readonly peakTeraflops: Partial<Record<Precision, Figure>>;
  /** In 10⁹ bytes. */
  readonly memoryGigabytes: Figure;
  /** In 10⁹ bytes per second. */
  readonly memoryGigabytesPerSecond: Figure;
  /** The fast domain (NVLink, Infinity Fabric, ICI, NeuronLink): per accelerator and direction. */
  readonly scaleUp?: { readonly gigabytesPerSecond: Figure; readonly accelerators: Figure };
  /** The network between domains: per accelerator and direction. */
  readonly scaleOut?: { readonly gigabytesPerSecond: Figure };
  readonly tdpWatts?: Figure;
  /** At the wall, with its share of host, network and cooling within the rack. */
  readonly allInWatts?: Figure;
  readonly idleWatts?: Figure;
  /** Per accelerator with its share of the server. */
  readonly capitalUsd?: Figure<string>;
  /** What a neocloud asks for an hour of it. */
  readonly rentUsdPerHour?: Figure<string>;
};
