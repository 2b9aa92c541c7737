/**
 * Which measured kernels of attention and of experts stand for a chip and an engine. On the chip itself the engine's own are
 * looked for first, then other engines'; then the same on the chips most like it (provenance.ts).
 */
import type { Chip } from "../../catalog/chip.ts";
import { Fault } from "../../stack/fault.ts";
import { amdCurves, amdLatent } from "../curves/amd-attention.ts";
import { amdExperts } from "../curves/amd-experts.ts";
import { cardCurves } from "../curves/cards.ts";
import { derivedCurves } from "../curves/derived.ts";
import { derivedExperts } from "../curves/experts.ts";
import { latentCurves } from "../curves/latent.ts";
import { type EngineName, engineNames, type Served } from "../deployment.ts";
import type { EngineCurves, Weights } from "../operations/efficiency.ts";
import type { DerivedExperts, ExpertEfficiency } from "../operations/experts.ts";
import { expertKernels, expertKernelsOf, twinsOf } from "../operations/expert-kernels.ts";
import type { LatentCurves } from "../attention/latent.ts";
import { bytesOf } from "../operations/rates.ts";
import { chipsLike, ofMeasured, type Provenance, provenanceOf } from "./provenance.ts";

/**
 * Looks up the efficiency of one operation.
 *
 * @param pick the operation's efficiency from curves, undefined where they lack it
 * @throws Fault `invalid_value` where no chip has it
 */
export function efficiencyOf<Efficiency extends object>(
  chip: Chip,
  engine: EngineName,
  pick: (curves: EngineCurves) => Efficiency | undefined,
): { readonly efficiency: Efficiency; readonly provenance: Provenance } {
  for (const { name, provenance } of sourcesOf(chip, engine)) {
    const curves = derivedCurves[name] ?? cardCurves[name] ?? amdCurves[name];
    const efficiency = curves === undefined ? undefined : pick(curves);
    if (efficiency !== undefined) return { efficiency, provenance: ofMeasured(efficiency, provenance) };
  }
  throw new Fault("invalid_value", {
    message: `No such kernels were measured on ${chip.title} or a chip like it.`,
    remedy: "Try bf16 or fp8 weights.",
    param: "precision",
  });
}

/**
 * Curves of latent attention. TensorRT-LLM's modules stand for all engines, which have its kernels or ones as fast. vLLM's own
 * were measured with a third to a half of the time between kernels, which whole deployments do not have.
 */
export function latentOf(
  chip: Chip,
  engine: EngineName,
): { readonly curves: LatentCurves; readonly provenance: Provenance } {
  for (const name of chipsLike(chip)) {
    const curves = latentCurves[name] ?? amdLatent[name];
    if (curves !== undefined) return { curves, provenance: provenanceOf(chip, name, engine === "tensorrt-llm") };
  }
  throw new RangeError("No chip has a curve for latent attention.");
}

/**
 * Grids of routed experts: of the kernels that the engine may use, the first that was measured on the chip. Where two engines
 * measured the same kernel both are given, and the faster counts, as for products of matrices.
 */
export function expertsOf(served: Served): {
  readonly efficiencies: readonly ExpertEfficiency[];
  /** With many tokens for each expert, the experts are no faster than this. */
  readonly many?: ExpertEfficiency;
  readonly arithmetic: Weights;
  readonly bytesPerWeight: number;
  readonly provenance: Provenance;
} {
  const kernels = expertKernelsOf(served);
  for (const chip of chipsLike(served.chip)) {
    const measured = (kernel: string) => [
      ...engineNames.flatMap((engine) => derivedExperts[`${chip}/${engine}/${kernel}`] ?? []),
      ...[amdExperts[`${chip}/${kernel}`]].filter((one) => one !== undefined),
    ];
    for (const [rank, kernel] of kernels.entries()) {
      const of = expertKernels[kernel];
      const efficiencies = "like" in of ? measured(of.like) : twinsOf(kernel).flatMap(measured);
      if (efficiencies.length === 0) continue;
      const many = "many" in of ? firstMeasured(served.chip, of.many) : undefined;
      const { arithmetic, weights } = of;
      const provenance = provenanceOf(served.chip, chip, rank === 0 && measured(kernel).length > 0);
      return { efficiencies, ...(many && { many }), arithmetic, bytesPerWeight: bytesOf(weights), provenance };
    }
  }
  throw new RangeError("No chip has a curve for these experts.");
}

/** TensorRT-LLM's kernel of experts on the most similar chip that has it. */
function firstMeasured(chip: Chip, kernel: string): DerivedExperts | undefined {
  for (const name of chipsLike(chip)) {
    const found = derivedExperts[`${name}/tensorrt-llm/${kernel}`];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Keys of curves, in the order in which they are looked for. */
function* sourcesOf(chip: Chip, engine: EngineName): Generator<{ name: string; provenance: Provenance }> {
  const engines = [engine, "aiter", ...engineNames.filter((name) => name !== engine)];
  for (const name of chipsLike(chip)) {
    for (const one of engines) {
      yield { name: `${name}/${one}`, provenance: provenanceOf(chip, name, one === engine || one === "aiter") };
    }
  }
}
