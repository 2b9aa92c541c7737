/**
 * Which measured kernels stand for a chip and an engine: its own where there are any; else those of the engine on the
 * chip most like it; else another engine's on the chip itself. What is taken from elsewhere says so.
 */
import type { Chip } from "../catalog/chip.ts";
import { Fault } from "../stack/fault.ts";
import { citedCurves } from "./curves/cited.ts";
import { derivedCurves } from "./curves/derived.ts";
import { derivedExperts } from "./curves/experts.ts";
import { latentCurves } from "./curves/latent.ts";
import { type EngineName, engineNames, type Served } from "./deployment.ts";
import type { EngineCurves, Weights } from "./efficiency.ts";
import { type ExpertEfficiency, expertKernels, expertKernelsOf } from "./experts.ts";
import type { LatentCurves } from "./latent.ts";
import { bytesOf } from "./rates.ts";

export type Provenance = "interpolated" | "transferred" | "analytic";

/** The chip whose kernels are most alike: the same maker's next of kin, or the one of its day. */
const kin: Readonly<Record<string, string>> = {
  "h200-nvl": "h200",
  b300: "b200",
  gb300: "gb200",
  rubin: "gb200",
  mi300x: "h100",
  mi325x: "h200",
  mi355x: "b200",
  "rtx-4090": "geforce",
};

/** Looks up one operation's efficiency. */
export function efficiencyOf<Efficiency>(
  chip: Chip,
  engine: EngineName,
  pick: (curves: EngineCurves) => Efficiency | undefined,
): { readonly efficiency: Efficiency; readonly provenance: Provenance } {
  for (const { name, provenance } of sourcesOf(chip, engine)) {
    const curves = derivedCurves[name] ?? citedCurves[name];
    const efficiency = curves === undefined ? undefined : pick(curves);
    if (efficiency !== undefined) return { efficiency, provenance };
  }
  throw new Fault("invalid_value", {
    message: `Nobody has measured such kernels of ${chip.title} or of a chip like it.`,
    remedy: "Try bf16 or fp8 weights.",
    param: "precision",
  });
}

export function latentOf(
  chip: Chip,
  engine: EngineName,
): { readonly curves: LatentCurves; readonly provenance: Provenance } {
  for (const name of chipsLike(chip)) {
    // SGLang's modules were not measured; TensorRT-LLM's have the same kernels.
    for (const one of [engine, "tensorrt-llm"]) {
      const curves = latentCurves[`${name}/${one}`];
      if (curves !== undefined) return { curves, provenance: provenanceOf(chip, name, one === engine) };
    }
  }
  throw new RangeError("No chip has a curve for latent attention.");
}

/** Of the kernels that the engine would use, in order of likelihood, the first that anybody has measured. */
export function expertsOf(served: Served): {
  readonly efficiency: ExpertEfficiency;
  readonly arithmetic: Weights;
  readonly bytesPerWeight: number;
  readonly provenance: Provenance;
} {
  const kernels = expertKernelsOf(served);
  const chips = chipsLike(served.chip);
  for (const chip of chips) {
    for (const [rank, kernel] of kernels.entries()) {
      for (const engine of engineNames) {
        const of = expertKernels[kernel];
        const efficiency = derivedExperts[`${chip}/${engine}/${"like" in of ? of.like : kernel}`];
        if (efficiency === undefined) continue;
        const { arithmetic, weights } = of;
        const provenance = provenanceOf(served.chip, chip, rank === 0 && !("like" in of));
        return { efficiency, arithmetic, bytesPerWeight: bytesOf(weights), provenance };
      }
    }
  }
  throw new RangeError("No chip has a curve for these experts.");
}

function chipsLike({ name }: Chip): string[] {
  return [name, kin[name], "h100", "b200"].filter((one) => one !== undefined);
}

function* sourcesOf(chip: Chip, engine: EngineName): Generator<{ name: string; provenance: Provenance }> {
  const engines = [engine, ...engineNames.filter((name) => name !== engine)];
  for (const name of chipsLike(chip)) {
    for (const one of engines) yield { name: `${name}/${one}`, provenance: provenanceOf(chip, name, one === engine) };
  }
}

/** @param isOwn whether what was measured is what the engine itself would use */
function provenanceOf(chip: Chip, measured: string, isOwn: boolean): Provenance {
  if (measured === chip.name) return isOwn ? "interpolated" : "transferred";
  return measured === kin[chip.name] ? "transferred" : "analytic";
}
