/** A small scenario for tests: one site, halls by blocks, one accelerator, one stream of demand. */
import { type CapacityScenario, capacityScenario } from "./scenario.ts";

const source = "A test's assumption.";

export const smallDocument = {
  name: "small",
  start: "2027Q1",
  quarters: 4,
  finance: { discountPerYear: 0.1, source },
  regions: [{ name: "north" }],
  models: [{ name: "chat", unit: "tokens" }],
  tiers: [{ name: "online", utilisation: 0.5 }],
  sites: [{ name: "fjord", region: "north", source, energisedMw: 50, pue: 1.25, energyUsdPerKwh: 0.05, hallMw: 4 }],
  supply: [
    {
      name: "colo",
      kind: "colocation",
      source,
      leadQuarters: 1,
      moduleMw: 6,
      rentUsdPerKwMonth: 180,
      termQuarters: 20,
    },
    {
      name: "api",
      kind: "tokens",
      source,
      usdPerMtok: { chat: 3 },
      teratokensPerQuarter: 1000,
    },
  ],
  accelerators: [
    {
      name: "chip",
      source,
      itWatts: 2000,
      usdPerAccelerator: 50_000,
      speed: { chat: { tokensPerSecond: 2000 } },
    },
  ],
  demand: [
    {
      model: "chat",
      tier: "online",
      region: "north",
      source,
      teratokensPerQuarter: [20, 30, 50, 70],
      usdPerMtok: 2,
    },
  ],
};

export function smallScenario(changed: Record<string, unknown> = {}): CapacityScenario {
  return capacityScenario.parse({ ...smallDocument, ...changed });
}
