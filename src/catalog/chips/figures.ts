/** Short ways to write figures of one source down. */
import type { Chip, Precision } from "../chip.ts";
import type { Confidence, Figure } from "../figure.ts";

/** Figures that one page gives: the source and its date stand once. */
export type Page = {
  readonly number: (value: number, unit: string) => Figure;
  readonly text: (value: string, unit: string) => Figure<string>;
};

/** @param source a name with an address; what was derived from it says how. */
export function page(source: string, asOf: string, confidence: Confidence = "reported"): Page {
  return {
    number: (value, unit) => ({ value, unit, source, asOf, confidence }),
    text: (value, unit) => ({ value, unit, source, asOf, confidence }),
  };
}

/** Dense peaks in TFLOP/s (TOP/s for integers). */
export function peaks(from: Page, values: Partial<Record<Precision, number>>): Chip["peakTeraflops"] {
  return Object.fromEntries(
    Object.entries(values).map(([precision, value]) => [
      precision,
      from.number(value, precision === "int8" ? "TOP/s" : "TFLOP/s"),
    ]),
  );
}

const bytesPerMebibyte = 2 ** 20;

/** In 10⁹ bytes, from what a driver reports in MiB. */
export function memoryOfMebibytes(from: Page, mebibytes: number): Figure {
  return from.number(Math.round((mebibytes * bytesPerMebibyte) / 1e6) / 1e3, "GB");
}

/** In 10⁹ bytes, from a datasheet whose GB are of 2³⁰ bytes. */
export function memoryOfGibibytes(from: Page, gibibytes: number): Figure {
  return memoryOfMebibytes(from, gibibytes * 1024);
}

/** Bandwidth per accelerator and direction, in 10⁹ bytes per second, within a domain of so many accelerators. */
export function fastDomain(from: Page, gigabytesPerSecond: number, accelerators: number): NonNullable<Chip["scaleUp"]> {
  return {
    gigabytesPerSecond: from.number(gigabytesPerSecond, "GB/s"),
    accelerators: from.number(accelerators, "accelerators"),
  };
}

export function network(from: Page, gigabitsPerSecond: number): NonNullable<Chip["scaleOut"]> {
  return { gigabytesPerSecond: from.number(gigabitsPerSecond / 8, "GB/s") };
}

const inferenceX = page(
  "InferenceX, constants of cost and power, https://inferencex.semianalysis.com",
  "2026-04",
  "estimate",
);

/** Provisioned power of the utility and the price of a three-year rental, as InferenceX assumes them. */
export function asInferenceX(kilowatts: number, usdPerHour: string): Pick<Chip, "allInWatts" | "rentUsdPerHour"> {
  return {
    allInWatts: inferenceX.number(Math.round(kilowatts * 1000), "W"),
    rentUsdPerHour: inferenceX.text(usdPerHour, "USD/h"),
  };
}
