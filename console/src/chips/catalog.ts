/** The catalog's figures by name, in order and narrowed to what one looks for. Pure. */
import { type Chip, type Figure, type Precision, precisions } from "./shapes.ts";

/** The figures of the table, in its order. */
export const columns = [
  "bf16",
  "fp8",
  "int8",
  "fp4",
  "memory",
  "bandwidth",
  "scaleUp",
  "tdp",
  "allIn",
  "capital",
  "rent",
] as const;
export type Column = (typeof columns)[number];

export type FigureName = Column | "fp32" | "tf32" | "domain" | "scaleOut" | "idle";

/** Every figure of a chip, in the order in which a datasheet gives them. */
export const figureNames: readonly FigureName[] = [
  ...precisions,
  "memory",
  "bandwidth",
  "scaleUp",
  "domain",
  "scaleOut",
  "tdp",
  "allIn",
  "idle",
  "capital",
  "rent",
];

export function figureOf(chip: Chip, name: FigureName): Figure<number | string> | undefined {
  if (isPrecision(name)) return chip.peakTeraflops[name];
  switch (name) {
    case "memory":
      return gibibytes(chip.memoryGigabytes);
    case "bandwidth":
      return chip.memoryGigabytesPerSecond;
    case "scaleUp":
      return chip.scaleUp?.gigabytesPerSecond;
    case "domain":
      return chip.scaleUp?.accelerators;
    case "scaleOut":
      return chip.scaleOut?.gigabytesPerSecond;
    case "tdp":
      return chip.tdpWatts;
    case "allIn":
      return chip.allInWatts;
    case "idle":
      return chip.idleWatts;
    case "capital":
      return chip.capitalUsd;
    case "rent":
      return chip.rentUsdPerHour;
  }
}

export function valueOf(chip: Chip, name: FigureName): number | undefined {
  const figure = figureOf(chip, name);
  return figure === undefined ? undefined : Number(figure.value);
}

/** As datasheets count memory, in their GB of 2³⁰ bytes. */
function gibibytes(memory: Figure): Figure {
  return { ...memory, value: (memory.value * 1e9) / 2 ** 30, unit: "GiB" };
}

function isPrecision(name: string): name is Precision {
  return (precisions as readonly string[]).includes(name);
}

export type Order = { readonly by: Column | "name" | "available"; readonly down: boolean };

/** The order that an address or a click names: `tdp` upwards, `-tdp` downwards; the catalog's own when it names none. */
export function orderOf(text: string | null): Order | undefined {
  const down = text?.startsWith("-") ?? false;
  const by = [...columns, "name", "available"].find((one) => one === text?.slice(down ? 1 : 0));
  return by === undefined ? undefined : { by: by as Order["by"], down };
}

/** What nobody has published comes last, whichever way. */
export function sorted(chips: readonly Chip[], order: Order | undefined): readonly Chip[] {
  if (order === undefined) return chips;
  const { by, down } = order;
  const way = down ? -1 : 1;
  return chips.toSorted((one, other) => {
    if (by === "name") return way * one.title.localeCompare(other.title);
    if (by === "available") return way * one.available.value.localeCompare(other.available.value);
    const [here, there] = [valueOf(one, by), valueOf(other, by)];
    if (here === undefined || there === undefined) return Number(here === undefined) - Number(there === undefined);
    return way * (here - there);
  });
}

export type Filter = { readonly text: string; readonly vendor: string; readonly precision: string };

export function matches(chip: Chip, { text, vendor, precision }: Filter): boolean {
  if (vendor !== "" && chip.vendor !== vendor) return false;
  if (isPrecision(precision) && chip.peakTeraflops[precision] === undefined) return false;
  const asked = plain(text);
  return [chip.name, chip.title, chip.vendor, ...chip.aliases].some((name) => plain(name).includes(asked));
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]+/g, "");
}
