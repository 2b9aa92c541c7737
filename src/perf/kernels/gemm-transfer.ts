/** How long a product of matrices takes on a chip: by its own measured products, or by those of the chips most like it. */
import type { Chip } from "../../catalog/chip.ts";
import { chipNamed } from "../../catalog/chips.ts";
import { familyOf } from "../operations/chip-families.ts";
import { amdGemmGrids } from "../curves/amd-gemm-grids.ts";
import { cardCurves } from "../curves/cards.ts";
import { gemmGrids } from "../curves/gemm-grids.ts";
import { type EngineName, engineNames, isWidened } from "../deployment.ts";
import { type GemmFormat, gemmSeconds, type Rates, type Weights } from "../operations/efficiency.ts";
import { fastestSeconds, type GemmSize, workOf } from "../operations/gemm-grid.ts";
import { bytesOf, ratesOf } from "../operations/rates.ts";
import { chipsLike, type Provenance, provenanceOf } from "./provenance.ts";

/** Libraries whose kernels AMD's engines call. The fastest kernel for each size was timed, whatever engine asks. */
const amdLibraries = ["aiter", "hipblaslt"] as const;

type Gemm = { readonly seconds: (size: GemmSize) => number; readonly provenance: Provenance };

/**
 * Seconds of a product of matrices on a chip.
 *
 * All engines call the same vendor's kernels. So the fastest measurement of any engine says what the chip does; slower ones
 * include something else (a separate quantising, an older build). How far an engine is from it is a matter of its calibration.
 * FP8 in blocks has no vendor's kernel on Blackwell, where each engine brings its own.
 *
 * For some cards only products in BF16 were measured. Other formats are taken from another chip, scaled by how much nearer to
 * the roofline the card is in BF16 than that chip. (Tried where both are known, medians over all sizes: H100's FP8 from B200's
 * is 16 % off instead of 27, B200's from H100's 16 instead of 21.) Both are compared where a product takes as long (`asLong`).
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
 * A product by another chip's share at the size with which it takes as long there. Short products stay away from the
 * roofline because they start and end, which takes as long on a slower chip. Where arithmetic bounds the product, its like has more
 * rows; where reading weights does, its like has longer ones. Tried where both chips are known, on eight layers' shapes: H100's FP8
 * from B200's is 14 % off instead of 37 with up to 32 rows, 7 instead of 23 with 64 to 256, and 4 to 7 instead of 9 to 10 from 1,024
 * rows on. B200's from H100's is 10 % off instead of 27, and 10 instead of 19.
 */
function asLong(seconds: Gemm["seconds"], chip: Chip, other: string, format: GemmFormat): Gemm["seconds"] {
  const weights = weightsOf(format);
  const rates = ratesOf(chip, weights);
  const others = ratesOf(chipNamed(other), weights);
  const faster = others.flopsPerSecond / rates.flopsPerSecond;
  const wider = others.bytesPerSecond / rates.bytesPerSecond;
  return (size) => {
    const { flops, bytes } = workOf(size, bytesOf(weights));
    const arithmetic = (flops / rates.flopsPerSecond) * (rates.bytesPerSecond / bytes);
    const bound = Math.min(1, Math.max(0, arithmetic - 1));
    const [rows, length] = [faster ** bound, wider ** (1 - bound)];
    return seconds({ ...size, m: size.m * rows, k: size.k * length }) / rows / length;
  };
}

/**
 * Formats in which a measured chip's products stand for a format on another chip, the likeliest first. Weights that are widened
 * are like widened ones, which were measured on A100 in eight and four bits, else like BF16. INT8 is like INT8, else like FP8.
 */
function formatsLike(chip: Chip, measured: string, format: GemmFormat): readonly GemmFormat[] {
  if (!isWidened(chip, format)) return format === "int8" ? ["int8", "fp8"] : [format];
  const widened = format === "fp8-block" ? "fp8" : format;
  return isWidened(chipNamed(measured), format) ? [widened, "bf16"] : ["bf16"];
}

/** What a chip would take if it were as far from its roofline as a measured chip is in the format `like`. Undefined if unmeasured. */
function measuredGemm(
  chip: Chip,
  measured: string,
  format: GemmFormat,
  like: GemmFormat,
  engine: EngineName,
): Gemm["seconds"] | undefined {
  const weights = weightsOf(format);
  const [rates, bytesPerNumber] = [sustainedRates(chip, chipNamed(measured), weights), bytesOf(weights)];
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

/**
 * A chip's rates as its power allows. By its datasheet Blackwell Ultra multiplies FP4 1.5 times as fast as Blackwell, but it is made
 * in the same process (TSMC 4NP) and has 1.1 to 1.2 times the power. A multiplication takes the same energy on both, so Ultra does
 * as many more of them as it has more power.
 */
function sustainedRates(chip: Chip, measured: Chip, weights: Weights): Rates {
  const rates = ratesOf(chip, weights);
  if (!isUltra.test(chip.name) || !chip.tdpWatts || !measured.tdpWatts) return rates;
  const power = chip.tdpWatts.value / measured.tdpWatts.value;
  const most = ratesOf(measured, weights).flopsPerSecond * power;
  return { ...rates, flopsPerSecond: Math.min(rates.flopsPerSecond, most) };
}

const isUltra = /^g?b300$/;

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
