/** How long sums over accelerators take: within a fast domain as measured, and over the network between several. */
import type { Chip } from "../../catalog/chip.ts";
import { chipNamed } from "../../catalog/chips.ts";
import { familyOf } from "../operations/chip-families.ts";
import { amdCurves } from "../curves/amd-attention.ts";
import { derivedCurves } from "../curves/derived.ts";
import { domainsOf, engineNames, type Served } from "../deployment.ts";
import type { AllReduceEfficiency } from "../operations/efficiency.ts";
import { chipsLike, ofMeasured, type Provenance, provenanceOf } from "./provenance.ts";

/**
 * Latency of a sum of a few bytes between two servers over InfiniBand (NVIDIA/nccl-tests#150). Clouds' own networks take up to
 * six times as long.
 */
const networkSeconds = 19e-6;
/** Share of the network's bandwidth that one transfer reaches, an estimate. */
const networkShare = 0.7;

/**
 * Whether a sum over accelerators is one kernel with the norm that follows. TensorRT-LLM always does so, and ATOM
 * (`ATOM_ENABLE_ALLREDUCE_RMSNORM_FUSION`). vLLM and SGLang do on Blackwell, where recipes ask for it; elsewhere they run the
 * norm after a sum of their own.
 */
export function isFused({ engine, chip }: Served): boolean {
  return engine === "tensorrt-llm" || engine === "atom" || familyOf(chip) === "blackwell";
}

/**
 * Efficiencies of a sum over so many accelerators. Sums that are fused with the norm are common to the engines: all that were
 * measured are given, of which the fastest counts.
 */
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
 * What a sum over several fast domains takes besides the sum within each: every accelerator sums its share of the numbers over
 * the network with those in its place in the other domains.
 */
function acrossNetwork(chip: Chip, accelerators: number): { seconds: number; secondsPerByte: number } {
  const domains = domainsOf(chip, accelerators);
  if (domains === 1 || chip.scaleOut === undefined) return { seconds: 0, secondsPerByte: 0 };
  const bytesPerSecond = chip.scaleOut.gigabytesPerSecond.value * 1e9 * networkShare;
  const share = domains / accelerators;
  return { seconds: networkSeconds, secondsPerByte: (share * 2 * (domains - 1)) / domains / bytesPerSecond };
}

/** Bandwidth of a chip's links over that of the chip whose sums stand for its own (PCIe over NVLink, say), 1 at most. */
function linkShare(chip: Chip, measured: string): number {
  const of = ({ scaleUp }: Chip) => scaleUp?.gigabytesPerSecond.value;
  const [own, other] = [of(chip), of(chipNamed(measured))];
  return own === undefined || other === undefined ? 1 : Math.min(1, own / other);
}
