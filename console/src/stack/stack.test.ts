import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { layers } from "../../../src/stack/layer.ts";
import { formatUsd, pico, usd } from "../../../src/stack/money.ts";
import type { LayerRow } from "../../../src/stack/report.ts";
import { columns, flow, type Station } from "./flow.ts";
import { isSameAsPrinted, printed } from "./printed.ts";
import { perMillion, waterfall } from "./waterfall.ts";

const text = (amount: bigint) => formatUsd(pico(amount));

/** The published H200 chain, an hour of one accelerator, as the ledger reports it. */
const h200: readonly LayerRow[] = [
  row("energy", { internal: "0.1325184" }, { external: "0.1325184" }, "0.0993888", "0"),
  row("chips", { internal: "1.282240004305" }, { external: "1.282240004305" }, "0.961680003229", "0"),
  row(
    "infrastructure",
    { internal: "2" },
    { external: "0.249315068493", internal: "1.414758404305" },
    "0.18698630137",
    "0",
  ),
  row("platform", { internal: "2.3868" }, { internal: "1.5" }, "0", "0.5"),
  row("models", {}, {}, "0", "0"),
  row("applications", { external: "3.978" }, { internal: "2.3868" }, "0", "0"),
];

function row(
  layer: LayerRow["layer"],
  revenue: Partial<LayerRow["revenue"]>,
  cost: Partial<LayerRow["cost"]>,
  drawn: string,
  idle: string,
): LayerRow {
  const both = { external: "0", internal: "0" };
  const [sold, paid] = [
    { ...both, ...revenue },
    { ...both, ...cost },
  ];
  const margin = usd(sold.external) + usd(sold.internal) - usd(paid.external) - usd(paid.internal) - usd(idle);
  return {
    layer,
    unitOfTrade: "",
    sold: { value: null, unit: "", provenance: "unavailable" },
    revenue: sold,
    cost: paid,
    drawn,
    idle,
    margin: text(margin),
    marginRatio: null,
    provenance: "modelled",
  };
}

test("the flow of the published example goes from energy and chips to the revenue of seats", () => {
  const found = flow(h200).map(({ from, to, amount }) => `${from} → ${to}: ${formatUsd(amount)}`);
  assert.deepEqual(found, [
    "energy → infrastructure: 0.1325184",
    "chips → infrastructure: 1.282240004305",
    "outside → infrastructure: 0.249315068493",
    "added → infrastructure: 0.335926527202",
    "infrastructure → platform: 2",
    "added → platform: 0.8868",
    "platform → applications: 2.3868",
    "platform → idle: 0.5",
    "added → applications: 1.5912",
    "applications → revenue: 3.978",
  ]);
});

test("stations that nothing reaches have no column, and nothing flows back", () => {
  const links = flow(h200);
  const places = columns(links);
  assert.equal(places.has("models"), false);
  assert.equal(places.has("lost"), false);
  for (const { from, to } of links) assert.ok((places.get(from) ?? 9) < (places.get(to) ?? 0), `${from} → ${to}`);
});

const amount = fc.bigInt({ min: 0n, max: 10n ** 15n });

test("at every layer what comes in goes out, at a gain or at a loss", () => {
  const books = fc.record({
    energy: amount,
    chips: amount,
    colocation: amount,
    idleShare: fc.bigInt({ min: 0n, max: 100n }),
    rent: amount,
    upstream: amount,
    royalty: amount,
    sold: amount,
    toApplications: amount,
    seats: amount,
  });
  fc.assert(
    fc.property(books, (of) => {
      const idle = ((of.energy + of.chips + of.colocation) * of.idleShare) / 100n;
      const idleBought = ((of.energy + of.chips) * of.idleShare) / 100n;
      const rows = [
        row("energy", { internal: text(of.energy) }, { external: text(of.energy) }, "0", "0"),
        row("chips", { internal: text(of.chips) }, { external: text(of.chips) }, "0", "0"),
        row(
          "infrastructure",
          { internal: text(of.rent) },
          {
            external: text(of.colocation - (idle - idleBought)),
            internal: text(of.energy + of.chips - idleBought),
          },
          "0",
          text(idle),
        ),
        row(
          "platform",
          { external: text(of.sold), internal: text(of.toApplications) },
          { external: text(of.upstream), internal: text(of.rent + of.royalty) },
          "0",
          "0",
        ),
        row("models", { internal: text(of.royalty) }, { external: text(of.royalty) }, "0", "0"),
        row("applications", { external: text(of.seats) }, { internal: text(of.toApplications) }, "0", "0"),
      ];
      const links = flow(rows);
      const through = (station: Station, way: "from" | "to") =>
        links.filter((link) => link[way] === station).reduce((sum, link) => sum + link.amount, 0n);
      for (const layer of ["infrastructure", "platform", "applications"] as const) {
        assert.equal(through(layer, "to"), through(layer, "from"), layer);
      }
      assert.equal(through("revenue", "to"), of.sold + of.seats);
      assert.equal(through("idle", "to"), idle);
      assert.ok(layers.every((layer) => links.every(({ from, to }) => !(from === layer && to === layer))));
    }),
  );
});

test("the waterfall's costs, idle and margin add up to revenue, and its bars join end to end", () => {
  const money = fc.bigInt({ min: 0n, max: 10n ** 15n });
  fc.assert(
    fc.property(fc.array(money, { minLength: 6, maxLength: 6 }), money, money, (drawn, idle, revenue) => {
      const cost = drawn.reduce((sum, one) => sum + one, 0n);
      const rows = layers.map((layer, index) => row(layer, {}, {}, text(drawn[index] ?? 0n), "0"));
      const total = { revenue: text(revenue), cost: text(cost), idle: text(idle), margin: text(revenue - cost - idle) };
      const steps = waterfall({ layers: rows, total });
      assert.deepEqual(
        steps.map(({ is }) => is),
        [...layers, "idle", "margin", "revenue"],
      );
      const upToMargin = steps.slice(0, -1).reduce((sum, step) => sum + step.amount, 0n);
      assert.equal(upToMargin, steps.at(-1)?.amount);
      const costs = steps.slice(0, 7);
      for (const [index, step] of costs.entries()) {
        assert.ok(step.from >= 0 && step.to <= 1 && step.from <= step.to);
        if (index > 0) assert.equal(step.from, costs[index - 1]?.to);
      }
      const [margin, last] = steps.slice(-2);
      const absorbed = costs.at(-1)?.to ?? 0;
      assert.deepEqual(
        [margin?.from, margin?.to],
        [Math.min(absorbed, last?.to ?? 0), Math.max(absorbed, last?.to ?? 0)],
      );
    }),
  );
});

test("dollars per million tokens are unknown without tokens, never zero", () => {
  assert.equal(perMillion(usd("0.000002"), 40), usd("0.05"));
  assert.equal(perMillion(usd("1"), 0), undefined);
});

test("a figure is the printed one when it rounds to it, and not when it is off by a digit", () => {
  assert.ok(isSameAsPrinted(1.664073, 1.66));
  assert.ok(isSameAsPrinted(16.2058, 16.2));
  assert.ok(isSameAsPrinted(2, 2));
  assert.equal(isSameAsPrinted(1.666, 1.66), false);
  assert.equal(isSameAsPrinted(16.26, 16.2), false);
  assert.deepEqual([printed(1.66, 2), printed(2, 2), printed(1.676, 2), printed(75)], ["1.66", "2.00", "1.676", "75"]);
});
