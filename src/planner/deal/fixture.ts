/** A plain deal for tests, with round numbers: 1,000 accelerators for 48 months from the day they are paid for. */
import { dealFile, type SoldDeal } from "./schema.ts";

const from = { source: "a test", asOf: "2026", confidence: "assumption" };

export function said(value: number, range: { low?: number; high?: number } = {}) {
  return { value, ...range, ...from };
}

export const plainDeal = {
  role: "seller",
  name: "plain",
  counterparty: "A customer",
  signed: "2026-01-15",
  from: "2026-03-01",
  accelerator: "gb300",
  capacity: {
    termMonths: 48,
    kilowattsPerAccelerator: said(2),
    tranches: [{ delivered: "2026-03-01", accelerators: 1000 }],
  },
  price: { usdPerAcceleratorHour: "2.5" },
  costs: {
    type: "own",
    serverUsdPerAccelerator: said(40_000),
    lifeMonths: 48,
    building: { type: "included" },
    power: { usdPerKwh: said(0.06), pue: said(1.25), load: said(0.8) },
    operationsUsdPerAcceleratorYear: said(1200),
  },
  finance: { costOfCapital: said(0.12) },
};

export function deal(changes: Record<string, unknown> = {}): SoldDeal {
  const parsed = dealFile.parse({ ...plainDeal, ...changes });
  if (parsed.role !== "seller") throw new TypeError("The sample is a sale.");
  return parsed;
}
