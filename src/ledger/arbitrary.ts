/** Factories and usages at random, for property tests: every kind of source, tenant, outcome and gap in knowledge. */
import fc from "fast-check";
import { parse } from "yaml";
import { factoryFile, type Resource } from "../stack/resource.ts";
import type { Usage } from "../stack/usage.ts";

const startMs = Date.parse("2026-03-01T00:00:00Z");

/** One of each kind of source, with and without transfer prices; prices for some models, from some time on. */
export const exampleFactory: readonly Resource[] = factoryFile.parse(
  parse(`
resources:
  - { kind: Site, name: here, electricityUsdPerKwh: "0.087", pue: "1.25" }
  - kind: Source
    type: own
    name: own
    site: here
    accelerator: H200
    accelerators: 2
    power: { idleWatts: 75.5, maxWatts: 700 }
    capitalUsdPerAccelerator: "34698"
    lifeYears: 4
    costOfCapital: "0.133"
    colocationUsdPerKwMonth: "130"
    colocationKwPerAccelerator: 1.4
    opexUsdPerAcceleratorHour: "0.03"
    transfer: { usdPerAcceleratorHour: "2.00", reserved: true }
  - kind: Source
    type: lease
    name: leased
    site: here
    accelerator: H100
    accelerators: 3
    power: { idleWatts: 60, maxWatts: 700 }
    leaseUsdPerAcceleratorMonth: "1111.11"
  - kind: Source
    type: rent
    name: rented
    site: here
    accelerator: H100
    accelerators: 1
    power: { idleWatts: 60, maxWatts: 700 }
    rentUsdPerAcceleratorHour: "2.39"
    transfer: { usdPerAcceleratorHour: "3" }
  - kind: Source
    type: upstream
    name: provider
    prices:
      - { model: priced, from: "2026-01-01T00:00:00Z", inputUsdPerMillion: "0.5", outputUsdPerMillion: "1.5" }
  - { kind: Model, name: priced, royaltyUsdPerMillion: "0.05" }
  - { kind: Model, name: free }
  - { kind: Model, name: unpriced }
  - kind: PriceBook
    name: list
    prices:
      - { model: priced, from: "2026-01-01T00:00:00Z", inputUsdPerMillion: "1", outputUsdPerMillion: "4" }
      - model: priced
        from: "2026-03-01T01:00:00Z"
        inputUsdPerMillion: "1.5"
        cachedInputUsdPerMillion: "0.1"
        outputUsdPerMillion: "3.999999"
        reasoningUsdPerMillion: "5"
      - { model: free, from: "2026-01-01T00:00:00Z", inputUsdPerMillion: "0", outputUsdPerMillion: "0" }
  - kind: PriceBook
    name: friends
    prices:
      - { model: priced, from: "2026-03-01T00:30:00Z", inputUsdPerMillion: "0.9", outputUsdPerMillion: "2" }
  - { kind: Tenant, name: acme, projects: [{ name: web }] }
  - { kind: Tenant, name: friend, projects: [{ name: web }], priceBook: friends }
  - { kind: Tenant, name: assistant, projects: [{ name: web }], application: { unit: seat, priceUsd: "20" } }
`),
).resources;

const count = fc.integer({ min: 0, max: 200_000 });

export const anyUsage: fc.Arbitrary<Usage> = fc
  .record({
    id: fc.uuid({ version: 7 }),
    tenant: fc.constantFrom("acme", "friend", "assistant", "gone"),
    model: fc.constantFrom("priced", "free", "unpriced"),
    source: fc.constantFrom("own", "leased", "rented", "provider", "gone", undefined),
    offsetMs: fc.integer({ min: 0, max: 2 * 3_600_000 }),
    lastsMs: fc.integer({ min: 1, max: 600_000 }),
    outcome: fc.constantFrom("complete" as const, "partial" as const, "failed" as const),
    tokens: fc.record({ input: count, cachedInput: count, output: count, reasoning: count }),
    acceleratorMs: fc.option(fc.double({ min: 0, max: 600_000, noNaN: true }), { nil: undefined }),
    millijoules: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: undefined }),
    keyId: fc.constantFrom("key-1", "key-2"),
  })
  .map(({ source, offsetMs, lastsMs, acceleratorMs, millijoules, ...rest }) => ({
    ...rest,
    project: "web",
    endpoint: "chat.completions",
    streamed: true,
    startedAtMs: startMs + offsetMs,
    endedAtMs: startMs + offsetMs + lastsMs,
    ...(source === undefined ? {} : { source, deployment: `${source}-1` }),
    status: 200,
    countedBy: "engine",
    work: {
      ...(acceleratorMs === undefined ? {} : { acceleratorMs }),
      acceleratorProvenance: acceleratorMs === undefined ? "unavailable" : "measured",
      ...(millijoules === undefined ? {} : { millijoules }),
      energyProvenance: millijoules === undefined ? "unavailable" : "measured",
    },
    tries: 1,
  }));
