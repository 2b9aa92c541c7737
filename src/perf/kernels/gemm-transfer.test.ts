import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { workOf } from "../operations/gemm-grid.ts";
import { gemmOf } from "./gemm-transfer.ts";
import { bytesOf, ratesOf } from "../operations/rates.ts";

const seconds = (chip: string, format: "fp4" | "fp8", m: number): number =>
  gemmOf(chipNamed(chip), format, "tensorrt-llm").seconds({ m, n: 8192, k: 8192 });

test("Blackwell Ultra multiplies many rows in FP4 faster than Blackwell by its power, not by its datasheet", () => {
  const gain = seconds("b200", "fp4", 8192) / seconds("b300", "fp4", 8192);
  assert.ok(gain > 1.05 && gain < 1.15, `${gain}`);
  const peaks = ratesOf(chipNamed("b300"), "fp4").flopsPerSecond / ratesOf(chipNamed("b200"), "fp4").flopsPerSecond;
  assert.ok(peaks > 1.5);
});

test("few rows on a card with a fifth of B200's bandwidth come closer to the roofline than on B200", () => {
  const share = (chip: string): number =>
    workOf({ m: 16, n: 8192, k: 8192 }, bytesOf("fp8")).bytes /
    ratesOf(chipNamed(chip), "fp8").bytesPerSecond /
    seconds(chip, "fp8", 16);
  assert.ok(share("rtx-pro-6000") > 1.2 * share("b200"), `${share("rtx-pro-6000")}, ${share("b200")}`);
});
