import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { GapSketch } from "./rank/gaps.ts";
import { summarize } from "./summary.ts";

const positive = fc.double({ min: 1e-6, max: 1e4, noNaN: true });

test("percentiles are those of the sorted values, interpolated as NumPy does; what is no number is left out", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(positive, fc.constantFrom(1, 2, Number.NaN)), { minLength: 1, maxLength: 200 }),
      (values) => {
        const { count, mean, ...percentiles } = summarize(Float64Array.from(values));
        const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
        assert.equal(count, sorted.length);
        if (count === 0) return;
        assert.ok(Math.abs(mean - sorted.reduce((sum, value) => sum + value, 0) / count) <= 1e-9 * mean);
        for (const [name, share] of [
          ["p50", 0.5],
          ["p90", 0.9],
          ["p99", 0.99],
        ] as const) {
          const rank = (count - 1) * share;
          const [low, high] = [sorted[Math.floor(rank)]!, sorted[Math.ceil(rank)]!];
          const expected = low + (rank - Math.floor(rank)) * (high - low);
          assert.ok(
            Math.abs(percentiles[name] - expected) <= 1e-9 * expected,
            `${name}: ${percentiles[name]}, ${expected}`,
          );
        }
      },
    ),
  );
});

test("the sketch's percentiles are within half a percent of a value's, its mean is exact", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ first: positive, growth: fc.constantFrom(0, 1e-5, 0.3), steps: fc.integer({ min: 1, max: 60 }) }),
        { minLength: 1, maxLength: 30 },
      ),
      (runs) => {
        const sketch = new GapSketch();
        const all: number[] = [];
        for (const { first, growth, steps } of runs) {
          sketch.addSteps(first, growth, steps, 3);
          for (let step = 0; step < steps; step++) for (let time = 0; time < 3; time++) all.push(first + step * growth);
        }
        all.sort((a, b) => a - b);
        const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
        assert.ok(Math.abs(sketch.summary().mean / mean - 1) < 1e-9);
        for (const percent of [50, 90, 99]) {
          const value = all[Math.ceil((all.length * percent) / 100) - 1]!;
          assert.ok(Math.abs(sketch.percentiles([percent])[0]! / value - 1) < 0.0051, `p${percent}`);
        }
      },
    ),
  );
});
