import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fault } from "../stack/fault.ts";
import { usd } from "../stack/money.ts";
import { accelerators, acceleratorReportedAs } from "./accelerators.ts";
import type { Chip } from "./chip.ts";
import { chipNamed, chips } from "./chips.ts";
import type { Figure } from "./figure.ts";

type Range = readonly [least: number, most: number];

/** Every figure of a chip with what is sane for one accelerator of 2020 to 2026. */
function figuresOf(chip: Chip): [path: string, figure: Figure<number | string>, range: Range][] {
  const found: [string, Figure<number | string> | undefined, Range][] = [
    ...Object.entries(chip.peakTeraflops).map(([precision, figure]): [string, Figure, Range] => [
      `peakTeraflops.${precision}`,
      figure,
      [15, 60_000],
    ]),
    ["memoryGigabytes", chip.memoryGigabytes, [16, 1100]],
    ["memoryGigabytesPerSecond", chip.memoryGigabytesPerSecond, [300, 30_000]],
    ["scaleUp.gigabytesPerSecond", chip.scaleUp?.gigabytesPerSecond, [16, 4000]],
    ["scaleUp.accelerators", chip.scaleUp?.accelerators, [2, 10_000]],
    ["scaleOut.gigabytesPerSecond", chip.scaleOut?.gigabytesPerSecond, [5, 400]],
    ["tdpWatts", chip.tdpWatts, [75, 4000]],
    ["allInWatts", chip.allInWatts, [100, 6000]],
    ["idleWatts", chip.idleWatts, [5, 500]],
    ["capitalUsd", chip.capitalUsd, [1000, 200_000]],
    ["rentUsdPerHour", chip.rentUsdPerHour, [0.2, 20]],
  ];
  return found.flatMap(([path, figure, range]) => (figure === undefined ? [] : [[path, figure, range]]));
}

test("every figure has a unit, a source, a date and a sane value; money is a decimal string", () => {
  for (const chip of chips) {
    for (const [path, figure, [least, most]] of figuresOf(chip)) {
      const at = `${chip.name} ${path}`;
      assert.notEqual(figure.unit, "", at);
      assert.ok(figure.source.length > 8, at);
      assert.match(figure.asOf, /^20\d\d(-[01]\d)?$/, at);
      const value = typeof figure.value === "string" ? Number(usd(figure.value)) / 1e12 : figure.value;
      assert.ok(value >= least && value <= most, `${at}: ${value} is not within ${least} to ${most}`);
    }
    assert.match(String(chip.available.value), /^202\d-[01]\d$/, chip.name);
  }
});

test("a narrower format is never slower than bf16, but for integers on chips that gave them up", () => {
  for (const { name, peakTeraflops: peak } of chips) {
    const bf16 = peak.bf16?.value;
    assert.ok(bf16 !== undefined, name);
    if (peak.fp8 !== undefined) assert.ok(peak.fp8.value >= bf16, name);
    if (peak.fp4 !== undefined) assert.ok(peak.fp4.value >= (peak.fp8?.value ?? bf16), name);
    if (peak.tf32 !== undefined) assert.ok(peak.tf32.value <= bf16, name);
    // 2:4 sparsity would show as a ratio beyond this.
    assert.ok((peak.fp8?.value ?? bf16) <= 4.5 * bf16, name);
  }
});

test("an accelerator draws no more at its socket than at the wall", () => {
  for (const { name, tdpWatts, allInWatts } of chips) {
    if (tdpWatts !== undefined && allInWatts !== undefined) assert.ok(allInWatts.value > tdpWatts.value, name);
  }
});

test("the names in measured tables and of drivers stand for chips", () => {
  const names: Record<string, string> = {
    h100_sxm: "h100",
    h200_sxm: "h200",
    b200_sxm: "b200",
    b300_sxm: "b300",
    gb200: "gb200",
    gb300: "gb300",
    a100_sxm: "a100",
    l40s: "l40s",
    "a100-80gb": "a100",
    "h100-80gb": "h100",
    RTXPRO6000: "rtx-pro-6000",
    rtx6000pro: "rtx-pro-6000",
    RTX4090: "rtx-4090",
    "NVIDIA B200-SXM-180GB": "b200",
    "NVIDIA H200-NVL-141GB": "h200-nvl",
    "Virtualized NVIDIA H200-SXM-141GB": "h200",
    "AMD Instinct MI300X 192GB HBM3": "mi300x",
    "AMD Instinct MI355X 288GB HBM3e": "mi355x",
    "NVIDIA RTX PRO 6000 Blackwell Server Edition": "rtx-pro-6000",
    "TPU v6e": "tpu-v6e",
    Ironwood: "tpu-v7",
  };
  for (const [written, name] of Object.entries(names)) assert.equal(chipNamed(written).name, name);
});

test("every chip is found by its name and by each alias, however it is cased and joined", () => {
  const asked = chips.flatMap((chip) => [chip.name, ...chip.aliases].map((name) => [name, chip] as const));
  fc.assert(
    fc.property(
      fc.constantFrom(...asked),
      fc.constantFrom("-", "_", " "),
      fc.boolean(),
      ([name, chip], joint, isUpper) => {
        const joined = name.replaceAll("-", joint);
        assert.equal(chipNamed(isUpper ? joined.toUpperCase() : joined), chip);
      },
    ),
  );
});

test("a chip of another memory is another chip: A100 with 40 GB, H100 with 64 or 96", () => {
  for (const name of ["a100-40gb", "A100-SXM4-40GB", "h100-64gb", "NVIDIA H100 96GB", "RTX 4090 48GB"]) {
    assert.equal(chipNamed.find(name), undefined, name);
    assert.throws(() => chipNamed(name), /There is no chip .* has \d+ GB\. Nearest: /, name);
  }
  for (const name of [
    "NVIDIA B200 192GB",
    "B200-SXM-180GB",
    "B300 270GB",
    "L40S 48GB",
    "RTX 4090 24GB",
    "GB300 279GB",
  ]) {
    assert.ok(chipNamed.find(name), name);
  }
});

test("an unknown chip is refused with the nearest names", () => {
  assert.throws(
    () => chipNamed("gb3000"),
    (error) => error instanceof Fault && error.code === "invalid_value" && /Nearest: gb300/.test(error.message),
  );
});

test("a driver's name finds its accelerator, and GB200 is not taken for B200", () => {
  assert.equal(acceleratorReportedAs("NVIDIA H100 80GB HBM3")?.name, "h100-sxm");
  assert.equal(acceleratorReportedAs("NVIDIA GB200")?.name, "gb200");
  assert.equal(acceleratorReportedAs("NVIDIA B200")?.name, "b200");
  assert.equal(acceleratorReportedAs("NVIDIA GeForce RTX 4090")?.name, "rtx-4090");
  assert.equal(acceleratorReportedAs("llvmpipe"), undefined);
  assert.ok(accelerators.length >= 5);
});
