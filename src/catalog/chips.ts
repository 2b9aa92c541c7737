/** The accelerators of the catalog, and the one that a name stands for. */
import type { Chip } from "./chip.ts";
import { amdChips } from "./chips/amd.ts";
import { awsChips } from "./chips/aws.ts";
import { googleChips } from "./chips/google.ts";
import { nvidiaCards } from "./chips/nvidia-cards.ts";
import { nvidiaChips } from "./chips/nvidia.ts";
import { otherChips } from "./chips/others.ts";
import { lookup } from "./nearest.ts";

/** Every accelerator that is known, by maker and age. */
export const chips: readonly Chip[] = [
  ...nvidiaChips,
  ...nvidiaCards,
  ...amdChips,
  ...googleChips,
  ...awsChips,
  ...otherChips,
];

/** What a driver or a benchmark writes around a chip's name. */
const wrapping = /\b(nvidia|amd|instinct|google|aws|intel|azure|microsoft|virtualized|habana|oam|hbm\d?e?|\d+gb)\b/gi;

/**
 * The chip that a name or an alias stands for: `h200`, `h100_sxm`, `NVIDIA B200-SXM-180GB`, `AMD Instinct MI300X 192GB HBM3`.
 *
 * @throws Fault `invalid_value` with the nearest names when there is none.
 */
export const chipNamed = lookup("chip", chips, (name) => name.replaceAll("_", "-").replaceAll(wrapping, "").trim());
