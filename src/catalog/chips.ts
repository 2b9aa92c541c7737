/** The accelerators of the catalog, and the one that a name stands for. */
import type { Chip } from "./chip.ts";
import { amdChips } from "./chips/amd.ts";
import { awsChips } from "./chips/aws.ts";
import { googleChips } from "./chips/google.ts";
import { nvidiaCards } from "./chips/nvidia-cards.ts";
import { nvidiaChips } from "./chips/nvidia.ts";
import { otherChips } from "./chips/others.ts";
import { Fault } from "../stack/fault.ts";
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

const named = lookup("chip", chips, (name) => name.replaceAll("_", "-").replaceAll(wrapping, "").trim());

/** Makers, drivers and clouds say how large a memory is in powers of ten or of two, with and without what is kept of it. */
const memoryShareMost = 1.12;

/** A100 with 40 GB is another chip than that with 80, though its name says so in passing only. */
function hasMemoryOf(chip: Chip, name: string): boolean {
  const said = Number(/(?:^|[^\d.])(\d+)\s?gi?b(?![a-z])/i.exec(name)?.[1] ?? chip.memoryGigabytes.value);
  const ratio = said / chip.memoryGigabytes.value;
  return ratio < memoryShareMost && ratio > 1 / memoryShareMost;
}

function chipOf(name: string): Chip {
  const chip = named(name);
  if (hasMemoryOf(chip, name)) return chip;
  throw new Fault("invalid_value", {
    message: `There is no chip "${name}" in the catalog: ${chip.title} has ${Math.round(chip.memoryGigabytes.value)} GB.`,
    remedy: `Nearest: ${named.like(name).join(", ")}.`,
    param: "chip",
  });
}

/**
 * The chip that a name or an alias stands for: `h200`, `h100_sxm`, `NVIDIA B200-SXM-180GB`, `AMD Instinct MI300X 192GB HBM3`.
 *
 * @throws Fault `invalid_value` with the nearest names when there is none.
 */
export const chipNamed = Object.assign(chipOf, {
  find(name: string): Chip | undefined {
    const chip = named.find(name);
    return chip !== undefined && hasMemoryOf(chip, name) ? chip : undefined;
  },
  like: named.like,
});
