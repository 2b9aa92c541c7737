import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed } from "../../catalog/chips.ts";
import { gemmGrids } from "../curves/gemm-grids.ts";
import { encodeShares, fastestSeconds, gemmRows, gemmSides, gridSeconds, launchSeconds, workOf } from "./gemm-grid.ts";
import { bytesOf, ratesOf } from "./rates.ts";
import { gemmOf } from "../kernels/gemm-transfer.ts";

const rates = ratesOf(chipNamed("h200"), "bf16");
const cells = gemmRows.length * gemmSides.length ** 2;

test("a grid gives at its nodes what it was made of, within a step of its characters", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.1, max: 1, noNaN: true }), { minLength: cells, maxLength: cells }),
      fc.constantFrom(...gemmRows.keys()),
      fc.constantFrom(...gemmSides.keys()),
      fc.constantFrom(...gemmSides.keys()),
      (shares, row, column, depth) => {
        const size = { m: gemmRows[row]!, n: gemmSides[column]!, k: gemmSides[depth]! };
        const { flops, bytes } = workOf(size, 2);
        const limit = Math.max(flops / rates.flopsPerSecond, bytes / rates.bytesPerSecond);
        const share = shares[(row * gemmSides.length + column) * gemmSides.length + depth]!;
        const seconds = Math.max(limit, (limit + launchSeconds) / share);
        assert.ok(Math.abs(gridSeconds(encodeShares(shares), rates, size, flops, bytes) / seconds - 1) < 0.02);
      },
    ),
  );
});

test("no product beats the roofline, whatever a grid says, and several grids give the fastest", () => {
  const [flattering, slow] = [
    encodeShares(Array<number>(cells).fill(1.5)),
    encodeShares(Array<number>(cells).fill(0.3)),
  ];
  const size = { m: 4096, n: 8192, k: 8192 };
  const { flops, bytes } = workOf(size, 2);
  assert.equal(gridSeconds(flattering, rates, size, flops, bytes), flops / rates.flopsPerSecond);
  assert.equal(fastestSeconds([slow, flattering], rates, size, 2), flops / rates.flopsPerSecond);
});

test("the grids of every chip meet the kernels they were made of within a tenth", () => {
  for (const [name, { grid, medianError, rows }] of Object.entries(gemmGrids)) {
    assert.equal(grid.length, cells, name);
    assert.ok(medianError < 0.1 && rows >= 1000, name);
  }
});

test("a card measured in BF16 alone takes another chip's FP4 by how its own BF16 compares, never beating its roofline", () => {
  const card = chipNamed("rtx-pro-6000");
  const { seconds, provenance } = gemmOf(card, "fp4", "tensorrt-llm");
  assert.equal(provenance, "analytic");
  // So few rows that reading the weights bounds them.
  for (const m of [1, 64, 256]) {
    const size = { m, n: 8_192, k: 8_192 };
    // B200 reads weights as long where they are longer by as much as it has more bandwidth.
    const longer = ratesOf(chipNamed("b200"), "fp4").bytesPerSecond / ratesOf(card, "fp4").bytesPerSecond;
    const like = { ...size, k: size.k * longer };
    const likeB200 = (format: "bf16" | "fp4") =>
      fastestSeconds(gridsOf("b200", format), ratesOf(card, format), like, bytesOf(format)) / longer;
    const own = gemmOf(card, "bf16", "tensorrt-llm").seconds(size);
    const { flops, bytes } = workOf(size, bytesOf("fp4"));
    const { flopsPerSecond, bytesPerSecond } = ratesOf(card, "fp4");
    const least = Math.max(flops / flopsPerSecond, bytes / bytesPerSecond);
    const expected = Math.max(least, (likeB200("fp4") * own) / likeB200("bf16"));
    assert.ok(Math.abs(seconds(size) / expected - 1) < 1e-12, `${seconds(size)}, ${expected}`);
  }
});

test("a slower card loses no more time than a faster chip to a product's start and end", () => {
  const { seconds } = gemmOf(chipNamed("rtx-pro-6000"), "fp4", "tensorrt-llm");
  const perRow = (m: number) => seconds({ m, n: 4096, k: 4096 }) / m;
  // B200, four times as fast, takes 1.3 times as long for a row of 2,048 as of 8,192.
  const faster = gemmOf(chipNamed("b200"), "fp4", "tensorrt-llm").seconds;
  assert.ok(faster({ m: 2048, n: 4096, k: 4096 }) / 2048 > 1.2 * (faster({ m: 8192, n: 4096, k: 4096 }) / 8192));
  assert.ok(perRow(2048) < 1.1 * perRow(8192));
});

function gridsOf(chip: string, format: string): string[] {
  return ["vllm", "sglang", "tensorrt-llm"].flatMap((engine) => gemmGrids[`${chip}/${engine}/${format}`]?.grid ?? []);
}
