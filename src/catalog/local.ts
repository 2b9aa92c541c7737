/**
 * The factory that this computer is until somebody says otherwise: a site, a source, the first-party model,
 * a tenant to sell to, the console as an application, and a list price.
 *
 * Every figure is a stated assumption or has a source; docs/factory-yaml.md tells how to replace it.
 */
import { Fault } from "../stack/fault.ts";
import type { Deployment, FactoryFile, Model, PriceBook, Resource, Source } from "../stack/resource.ts";
import { factoryFile, resource } from "../stack/resource.ts";
import { acceleratorReportedAs } from "./accelerators.ts";
import type { Figure } from "./figure.ts";

export type LocalMachine = {
  /** Hardware threads. */
  readonly cpus: number;
  readonly memoryGiB: number;
  readonly gpu?: { readonly name: string; readonly count: number; readonly maxWatts?: number } | undefined;
};

const ours = "Tokenworks, to be replaced by your own";
const coefficients = "Cloud Carbon Footprint, AWS averages, https://www.cloudcarbonfootprint.org/docs/methodology/";

/** What the default factory takes for granted. */
export const localFigures = {
  electricityUsdPerKwh: {
    value: "0.1341",
    unit: "USD/kWh",
    source:
      "US average price to commercial customers, US Energy Information Administration, https://www.eia.gov/energyexplained/electricity/prices-and-factors-affecting-prices.php",
    asOf: "2025",
    confidence: "reported",
  },
  pue: {
    value: "1",
    unit: "ratio",
    source: "A computer in a room needs no cooling plant",
    asOf: "2026",
    confidence: "assumption",
  },
  idleWattsPerThread: { value: 0.74, unit: "W", source: coefficients, asOf: "2024", confidence: "estimate" },
  maxWattsPerThread: { value: 3.5, unit: "W", source: coefficients, asOf: "2024", confidence: "estimate" },
  wattsPerGiB: { value: 0.392, unit: "W/GiB", source: coefficients, asOf: "2024", confidence: "estimate" },
  capitalUsdPerThread: { value: "60", unit: "USD", source: ours, asOf: "2026", confidence: "assumption" },
  capitalUsdPerGpu: { value: "2000", unit: "USD", source: ours, asOf: "2026", confidence: "assumption" },
  maxWattsPerGpu: { value: 300, unit: "W", source: ours, asOf: "2026", confidence: "assumption" },
  idleShareOfGpu: { value: 0.1, unit: "ratio", source: ours, asOf: "2026", confidence: "assumption" },
  lifeYears: {
    value: 4,
    unit: "years",
    source: 'SemiAnalysis, "AI Token Factory Economics Stack": the life that its H200 chain implies',
    asOf: "2025-08",
    confidence: "estimate",
  },
  costOfCapital: { value: "0.08", unit: "per year", source: ours, asOf: "2026", confidence: "assumption" },
  inputUsdPerMillion: { value: "0.02", unit: "USD/Mtok", source: ours, asOf: "2026", confidence: "assumption" },
  cachedInputUsdPerMillion: { value: "0.005", unit: "USD/Mtok", source: ours, asOf: "2026", confidence: "assumption" },
  outputUsdPerMillion: { value: "0.08", unit: "USD/Mtok", source: ours, asOf: "2026", confidence: "assumption" },
} as const satisfies Record<string, Figure<number | string>>;

const siteName = "here";
const sourceName = "this-computer";
const tinyModel = "tokenworks-tiny";
/** `llama.context_length` of models/tokenworks-tiny.gguf. */
const tinyContextTokens = 2048;
/** Before any request that this factory can have served. */
const listPriceFrom = "2020-01-01T00:00:00Z";

/** The whole file of a factory that has nothing but this computer. */
export function defaultFactory(machine: LocalMachine): FactoryFile {
  return factoryFile.parse({
    factory: "factory",
    resources: [
      {
        kind: "Site",
        name: siteName,
        electricityUsdPerKwh: localFigures.electricityUsdPerKwh.value,
        pue: localFigures.pue.value,
      },
      thisComputer(machine),
      {
        kind: "Model",
        name: tinyModel,
        description: "A small first-party model that answers questions about token factories, and nothing else.",
        contextTokens: tinyContextTokens,
        maxOutputTokens: 512,
        capabilities: ["chat", "completions", "embeddings"],
      },
      {
        kind: "Deployment",
        name: tinyModel,
        model: tinyModel,
        source: sourceName,
        engine: { type: "llama.cpp", file: `builtin:${tinyModel}` },
      },
      { kind: "Tenant", name: "default", displayName: "Default", projects: [{ name: "default" }] },
      {
        kind: "Tenant",
        name: "console",
        displayName: "Console",
        projects: [{ name: "playground" }],
        application: { unit: "chat", priceUsd: "0" },
      },
      { kind: "PriceBook", name: "list", prices: [assumedPrice(tinyModel)] },
    ],
  });
}

/**
 * What serving one more GGUF on this computer adds: its model and its deployment.
 *
 * @param contextTokens of the model, as its file says; 8,192 when that is not known.
 */
export function deploymentFor(file: string, contextTokens?: number): [Model, Deployment] {
  const name = modelNameOf(file);
  const context = contextTokens === undefined ? {} : { contextTokens };
  return [
    resource.parse({ kind: "Model", name, ...context, capabilities: ["chat", "completions", "embeddings"] }) as Model,
    resource.parse({
      kind: "Deployment",
      name,
      model: name,
      source: sourceName,
      engine: { type: "llama.cpp", file, ...context },
    }) as Deployment,
  ];
}

/** The list with an assumed price for each of the models that it does not price yet; undefined when it has them all. */
export function priceUnpriced(resources: readonly Resource[], models: readonly string[]): PriceBook | undefined {
  const list = resources.find((one): one is PriceBook => one.kind === "PriceBook" && one.name === "list");
  const priced = new Set(list?.prices.map(({ model }) => model));
  const missing = models.filter((model) => !priced.has(model));
  if (missing.length === 0) return undefined;
  return { kind: "PriceBook", name: "list", prices: [...(list?.prices ?? []), ...missing.map(assumedPrice)] };
}

/** A public name from a file's: `Qwen3-0.6B-Q8_0.gguf` is `qwen3-0.6b-q8_0`; the parts of a split file share one. */
export function modelNameOf(file: string): string {
  const name = (file.split(/[/\\]/).at(-1) ?? "")
    .replace(/\.gguf$/i, "")
    .replace(/-\d{5}-of-\d{5}$/, "")
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 63)
    .replace(/[^a-z0-9]+$/, "");
  if (name === "") {
    throw new Fault("invalid_value", {
      message: `"${file}" gives no model name: it has neither letters nor digits.`,
      remedy: "Rename the file.",
    });
  }
  return name;
}

function assumedPrice(model: string): PriceBook["prices"][number] {
  return {
    model,
    from: listPriceFrom,
    inputUsdPerMillion: localFigures.inputUsdPerMillion.value,
    cachedInputUsdPerMillion: localFigures.cachedInputUsdPerMillion.value,
    outputUsdPerMillion: localFigures.outputUsdPerMillion.value,
  };
}

function thisComputer(machine: LocalMachine): Source {
  const { gpu } = machine;
  const { accelerator, count, capital, idleWatts, maxWatts } =
    gpu === undefined || gpu.count < 1 ? processors(machine) : graphics({ ...gpu });
  return resource.parse({
    kind: "Source",
    type: "own",
    name: sourceName,
    site: siteName,
    accelerator,
    accelerators: count,
    power: { idleWatts, maxWatts },
    capitalUsdPerAccelerator: capital,
    lifeYears: localFigures.lifeYears.value,
    costOfCapital: localFigures.costOfCapital.value,
  }) as Source;
}

type Capacity = { accelerator: string; count: number; capital: string; idleWatts: number; maxWatts: number };

/** All threads of the processors together are one accelerator. */
function processors({ cpus, memoryGiB }: LocalMachine): Capacity {
  const memory = memoryGiB * localFigures.wattsPerGiB.value;
  return {
    accelerator: `cpu-${cpus}-threads`,
    count: 1,
    capital: String(BigInt(cpus) * BigInt(localFigures.capitalUsdPerThread.value)),
    idleWatts: tenths(cpus * localFigures.idleWattsPerThread.value + memory),
    maxWatts: tenths(cpus * localFigures.maxWattsPerThread.value + memory),
  };
}

function graphics(gpu: { name: string; count: number; maxWatts?: number }): Capacity {
  const known = acceleratorReportedAs(gpu.name);
  const maxWatts = gpu.maxWatts ?? known?.maxWatts.value ?? localFigures.maxWattsPerGpu.value;
  return {
    accelerator: known?.name ?? gpu.name,
    count: gpu.count,
    capital: known?.capitalUsd.value ?? localFigures.capitalUsdPerGpu.value,
    idleWatts: tenths(maxWatts * localFigures.idleShareOfGpu.value),
    maxWatts: tenths(maxWatts),
  };
}

function tenths(watts: number): number {
  return Math.round(watts * 10) / 10;
}
