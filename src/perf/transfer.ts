/**
 * Which measured kernels stand for a chip and an engine: its own where there are any; else those of the engine on the
 * chip most like it; else another engine's on the chip itself. What is taken from elsewhere says so.
 */
import type { Chip } from "../catalog/chip.ts";
import { chipNamed } from "../catalog/chips.ts";
import { Fault } from "../stack/fault.ts";
import { familyOf } from "./chip-families.ts";
import { amdCurves, amdLatent } from "./curves/amd-attention.ts";
import { amdExperts } from "./curves/amd-experts.ts";
import { amdGemmGrids } from "./curves/amd-gemm-grids.ts";
import { cardCurves } from "./curves/cards.ts";
import { derivedCurves } from "./curves/derived.ts";
import { derivedExperts } from "./curves/experts.ts";
import { gemmGrids } from "./curves/gemm-grids.ts";
import { latentCurves } from "./curves/latent.ts";
import { domainsOf, type EngineName, engineNames, isWidened, type Served } from "./deployment.ts";
import {
  type AllReduceEfficiency,
  type EngineCurves,
  type GemmFormat,
  gemmSeconds,
  type Weights,
} from "./efficiency.ts";
import { type ExpertEfficiency } from "./experts.ts";
import { expertKernels, expertKernelsOf, twinsOf } from "./expert-kernels.ts";
import { fastestSeconds, type GemmSize, workOf } from "./gemm-grid.ts";
import type { LatentCurves } from "./latent.ts";
import { bytesOf, ratesOf } from "./rates.ts";

export type Provenance = "interpolated" | "transferred" | "analytic";

const networkSeconds = 19e-6;
/** Of the network's bandwidth, what one transfer reaches. */
const networkShare = 0.7;

/**
 * The chips whose kernels are most alike, the likest first: the same silicon (H100 and H200; B200, GB200 and their Ultras),
 * then the same maker's next of kin, then the one of its day.
 */
const kin: Readonly<Record<string, readonly string[]>> = {
  h100: ["h200"],
  h200: ["h100"],
  "h200-nvl": ["h200", "h100"],
  b200: ["gb200"],
  gb200: ["b200"],
  b300: ["b200", "gb200"],
  gb300: ["gb200", "b200"],
  rubin: ["gb200", "b200"],
  mi300x: ["mi325x", "mi355x", "h100"],
  mi325x: ["mi300x", "mi355x", "h200"],
  mi355x: ["mi300x", "b200"],
};
/** Whose kernels AMD's engines call: each shape's fastest was timed, whatever engine asks. */
const amdLibraries = ["aiter", "hipblaslt"] as const;

/** Looks up one operation's efficiency. */
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
    message: `Nobody has measured such kernels of ${chip.title} or of a chip like it.`,
    remedy: "Try bf16 or fp8 weights.",
    param: "precision",
  });
}

/**
 * Seconds of a product of matrices, by what any engine measured on the chip: all call the same vendor's kernels, so that
 * the fastest says what the chip does, and what is slower is of that measurement (a separate quantising, an older build).
 * How far an engine is from it, its calibration says. FP8 in blocks has no vendor's kernel on Blackwell: each engine brings
 * its own.
 *
 * A card of which products in BF16 alone were measured takes another chip's in other formats, as much nearer to its roofline
 * or farther from it as its own in BF16 are than that chip's. (Tried where both are known: H100's FP8 out of B200's is 16 % off
 * instead of 27, B200's out of H100's 16 instead of 21, medians over all sizes.) Shares are compared where a product takes as
 * long on both, see asLong.
 */
export function gemmOf(chip: Chip, format: GemmFormat, engine: EngineName): Gemm {
  for (const name of chipsLike(chip)) {
    for (const like of formatsLike(chip, name, format)) {
      const seconds = measuredGemm(chip, name, format, like, engine);
      if (seconds === undefined) continue;
      // Kernels that widen are each engine's own.
      const isSame = like === format && (!isWidened(chip, format) || `${name}/${engine}/${like}` in gemmGrids);
      const provenance = provenanceOf(chip, name, isSame);
      const own = measuredGemm(chip, chip.name, "bf16", "bf16", engine);
      const other = measuredGemm(chip, name, "bf16", "bf16", engine);
      if (name === chip.name || own === undefined || other === undefined) return { seconds, provenance };
      const least = rooflineOf(chip, format);
      const inFormat = asLong(seconds, chip, name, format);
      const inBf16 = asLong(other, chip, name, "bf16");
      return { seconds: (size) => Math.max(least(size), (inFormat(size) * own(size)) / inBf16(size)), provenance };
    }
  }
  throw new RangeError(`No chip has a grid for products in ${format}.`);
}

/**
 * A product by another chip's share at the rows with which it takes as long there. What keeps short products from the peak
 * are moments of starting and ending, which a slower chip has no more of. Only so far as arithmetic bounds the product: reading
 * the weights takes as long for any rows. (Tried where both are known, from 1,024 rows on: H100's FP8 out of B200's is 4 to 7 % off
 * instead of 9 to 10, B200's out of H100's 5 to 8 instead of 8 to 9; H200's out of B200's 18 instead of 23.)
 */
function asLong(seconds: Gemm["seconds"], chip: Chip, other: string, format: GemmFormat): Gemm["seconds"] {
  const weights = weightsOf(format);
  const rates = ratesOf(chip, weights);
  const faster = ratesOf(chipNamed(other), weights).flopsPerSecond / rates.flopsPerSecond;
  return (size) => {
    const { flops, bytes } = workOf(size, bytesOf(weights));
    const arithmetic = (flops / rates.flopsPerSecond) * (rates.bytesPerSecond / bytes);
    const by = faster ** Math.min(1, Math.max(0, arithmetic - 1));
    return seconds({ ...size, m: size.m * by }) / by;
  };
}

/**
 * Of a chip's measured products, which stand for those in a format on another chip, the likeliest first: of weights that are
 * widened those that were measured so, as A100's of eight and four bits, else BF16's; of INT8 its own, else FP8's.
 */
function formatsLike(chip: Chip, measured: string, format: GemmFormat): readonly GemmFormat[] {
  if (!isWidened(chip, format)) return format === "int8" ? ["int8", "fp8"] : [format];
  const widened = format === "fp8-block" ? "fp8" : format;
  return isWidened(chipNamed(measured), format) ? [widened, "bf16"] : ["bf16"];
}

/** What a chip would take were it as far from its roofline as another, of which products in a format like it were measured. */
function measuredGemm(
  chip: Chip,
  measured: string,
  format: GemmFormat,
  like: GemmFormat,
  engine: EngineName,
): Gemm["seconds"] | undefined {
  const weights = weightsOf(format);
  const [rates, bytesPerNumber] = [ratesOf(chip, weights), bytesOf(weights)];
  const isOwn = format === "fp8-block" && familyOf(chip) === "blackwell";
  const engines = isOwn ? [engine] : engineNames;
  const grids = [
    ...engines.map((one) => gemmGrids[`${measured}/${one}/${like}`]),
    ...amdLibraries.map((one) => amdGemmGrids[`${measured}/${one}/${like}`]),
  ].flatMap((one) => one?.grid ?? []);
  if (grids.length > 0) return (size) => fastestSeconds(grids, rates, size, bytesPerNumber);
  const curve = cardCurves[`${measured}/vllm`]?.gemm?.[like];
  if (curve === undefined) return undefined;
  return (size) => {
    const { flops, bytes } = workOf(size, bytesPerNumber);
    return gemmSeconds(curve, rates, flops, bytes);
  };
}

function rooflineOf(chip: Chip, format: GemmFormat): Gemm["seconds"] {
  const weights = weightsOf(format);
  const { flopsPerSecond, bytesPerSecond } = ratesOf(chip, weights);
  return (size) => {
    const { flops, bytes } = workOf(size, bytesOf(weights));
    return Math.max(flops / flopsPerSecond, bytes / bytesPerSecond);
  };
}

function weightsOf(format: GemmFormat): Weights {
  return format === "fp8-block" ? "fp8" : format;
}

type Gemm = { readonly seconds: (size: GemmSize) => number; readonly provenance: Provenance };

/**
 * Whether sums over accelerators are one kernel with the norm that follows: always in TensorRT-LLM, and in ATOM
 * (`ATOM_ENABLE_ALLREDUCE_RMSNORM_FUSION`); in vLLM and SGLang on
 * Blackwell, where recipes ask for it, while elsewhere they run their own sum and the norm after it.
 */
export function isFused({ engine, chip }: Served): boolean {
  return engine === "tensorrt-llm" || engine === "atom" || familyOf(chip) === "blackwell";
}

export function allReducesOf(
  served: Served,
  accelerators: number,
): { readonly efficiencies: AllReduceEfficiency[]; readonly provenance: Provenance } {
  const { chip, engine } = served;
  const engines = isFused(served) ? engineNames : [engine];
  const network = acrossNetwork(chip, accelerators);
  for (const count of [Math.min(8, accelerators), 8]) {
    for (const name of chipsLike(chip)) {
      const measured = [...engines.map((one) => derivedCurves[`${name}/${one}`]), amdCurves[`${name}/aiter`]];
      const efficiencies = measured.flatMap((one) => one?.allReduce[count] ?? []);
      if (efficiencies.length === 0) continue;
      const share = linkShare(chip, name);
      return {
        efficiencies: efficiencies.map(({ seconds, bytesPerSecond }) => ({
          seconds: seconds + network.seconds,
          bytesPerSecond: 1 / (1 / (bytesPerSecond * share) + network.secondsPerByte),
        })),
        provenance: ofMeasured(efficiencies[0]!, provenanceOf(chip, name, true)),
      };
    }
  }
  throw new RangeError("No chip has a curve for all-reduce.");
}

/**
 * What comes to a sum within each fast domain where it goes over several: each accelerator sums its share of the numbers with
 * those in its place in the other domains, over the network. One of a few bytes between two servers takes 19 µs by
 * InfiniBand (NVIDIA/nccl-tests#150); clouds' own networks take up to six times as long.
 */
function acrossNetwork(chip: Chip, accelerators: number): { seconds: number; secondsPerByte: number } {
  const domains = domainsOf(chip, accelerators);
  if (domains === 1 || chip.scaleOut === undefined) return { seconds: 0, secondsPerByte: 0 };
  const bytesPerSecond = chip.scaleOut.gigabytesPerSecond.value * 1e9 * networkShare;
  const share = domains / accelerators;
  return { seconds: networkSeconds, secondsPerByte: (share * 2 * (domains - 1)) / domains / bytesPerSecond };
}

/** How much slower a chip's links are than those of the chip whose sums stand for its own: PCIe's, say, than NVLink's. */
function linkShare(chip: Chip, measured: string): number {
  const of = ({ scaleUp }: Chip) => scaleUp?.gigabytesPerSecond.value;
  const [own, other] = [of(chip), of(chipNamed(measured))];
  return own === undefined || other === undefined ? 1 : Math.min(1, own / other);
}

/**
 * TensorRT-LLM's modules stand for all engines, which have its kernels or ones as fast: those of vLLM were measured with a
 * third to a half of their time between kernels, which whole deployments do not have.
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
 * Of the kernels that the engine would use, in order of likelihood, the first that anybody has measured on the chip; where
 * two engines have measured the same kernel, both, of which the faster says what it does, as of products of matrices.
 */
export function expertsOf(served: Served): {
  readonly efficiencies: readonly ExpertEfficiency[];
  /** With many tokens no faster than this. */
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
      const many = "many" in of ? derivedExperts[`${chip}/tensorrt-llm/${of.many}`] : undefined;
      const { arithmetic, weights } = of;
      const provenance = provenanceOf(served.chip, chip, rank === 0 && measured(kernel).length > 0);
      return { efficiencies, ...(many && { many }), arithmetic, bytesPerWeight: bytesOf(weights), provenance };
    }
  }
  throw new RangeError("No chip has a curve for these experts.");
}

function chipsLike({ name }: Chip): string[] {
  return [name, ...(kin[name] ?? []), "h100", "b200"];
}

function* sourcesOf(chip: Chip, engine: EngineName): Generator<{ name: string; provenance: Provenance }> {
  const engines = [engine, "aiter", ...engineNames.filter((name) => name !== engine)];
  for (const name of chipsLike(chip)) {
    for (const one of engines) {
      yield { name: `${name}/${one}`, provenance: provenanceOf(chip, name, one === engine || one === "aiter") };
    }
  }
}

/** A curve that stands for one which nobody measured has no rows of its own. */
function ofMeasured(curve: object, provenance: Provenance): Provenance {
  const isMade = "rows" in curve && curve.rows === 0;
  return isMade && provenance === "interpolated" ? "transferred" : provenance;
}

/** @param isOwn whether what was measured is what the engine itself would use */
function provenanceOf(chip: Chip, measured: string, isOwn: boolean): Provenance {
  if (measured === chip.name) return isOwn ? "interpolated" : "transferred";
  return kin[chip.name]?.includes(measured) ? "transferred" : "analytic";
}
