import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipCost, dieYield, diesPerWafer } from "./die.ts";

const wafer = { waferMillimetres: 300, edgeMillimetres: 0, scribeMillimetres: 0 };

test("dies per wafer are those of the published formula", () => {
  // π·150²/100 − π·300/√200 = 706.9 − 66.6
  assert.equal(diesPerWafer({ ...wafer, widthMillimetres: 10, heightMillimetres: 10 }), 640);
  assert.equal(diesPerWafer({ ...wafer, widthMillimetres: 26, heightMillimetres: 33 }), 59);
});

test("the yields of the textbook's one defect per die: Murphy 0.40, clustered by two 0.44, by one 0.5, Poisson 0.37", () => {
  const of = (yieldModel: "murphy" | "negative-binomial", clustering: number) =>
    dieYield(100, { defectsPerSquareCentimetre: 1, yieldModel, clustering });
  assert.ok(Math.abs(of("murphy", 2) - 0.3996) < 1e-4);
  assert.ok(Math.abs(of("negative-binomial", 2) - 4 / 9) < 1e-12);
  assert.ok(Math.abs(of("negative-binomial", 1) - 0.5) < 1e-12);
  assert.ok(Math.abs(of("negative-binomial", 1e9) - Math.exp(-1)) < 1e-6);
});

test("a larger die or a dirtier process never yields more, and a yield is a share", () => {
  const area = fc.double({ min: 1, max: 858, noNaN: true });
  const defects = fc.double({ min: 0, max: 2, noNaN: true });
  const model = fc.constantFrom("murphy" as const, "negative-binomial" as const);
  fc.assert(
    fc.property(
      area,
      defects,
      model,
      fc.double({ min: 0.3, max: 10, noNaN: true }),
      (size, density, yieldModel, clustering) => {
        const at = (mm2: number, per: number) =>
          dieYield(mm2, { defectsPerSquareCentimetre: per, yieldModel, clustering });
        const now = at(size, density);
        assert.ok(now > 0 && now <= 1);
        assert.ok(at(size * 1.1, density) <= now + 1e-12);
        assert.ok(at(size, density + 0.1) <= now + 1e-12);
      },
    ),
  );
});

test("a B200's parts at Epoch AI's prices cost what Epoch AI says that they cost", () => {
  const { usd, parts } = chipCost({
    die: {
      waferUsd: 16_000,
      waferMillimetres: 300,
      edgeMillimetres: 3,
      scribeMillimetres: 0.1,
      widthMillimetres: 25,
      heightMillimetres: 32,
      perPackage: 2,
      defectsPerSquareCentimetre: 0.06,
      yieldModel: "negative-binomial",
      clustering: 2,
    },
    package: {
      usd: 1100,
      testUsd: 480,
      yield: 0.85,
      memoryGigabytes: 192,
      memoryUsdPerGigabyte: 2900 / 192,
      partnerMarkup: 0,
    },
  });
  // Published: $5,700 to $7,300, $6,400 in the middle; memory near a half.
  assert.ok(usd > 5700 && usd < 7300, String(usd));
  const memory = parts.find(({ name }) => name === "memory")?.usd ?? 0;
  assert.ok(memory / usd > 0.45 && memory / usd < 0.6);
});
