import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeSecondsPerToken } from "../../src/perf/operations/efficiency.ts";
import { type DecodePoint, fitDecodes } from "./fit-attention.ts";

const rates = { flopsPerSecond: 165e12, bytesPerSecond: 1e12 };

/** Rows of a kernel that reads at nine tenths of the bandwidth, whatever it computes for each byte. */
function rowsOf(flopsPerByte: readonly number[]): DecodePoint[] {
  return flopsPerByte.flatMap((intensity) =>
    [1, 4, 16, 64].flatMap((sequences) =>
      [256, 1024, 4096, 16_384].map((context) => ({
        sequences,
        context,
        streams: sequences * 8,
        flops: 4096 * intensity,
        bytes: 4096,
        seconds: 1e-5 + (sequences * context * 4096) / (0.9 * rates.bytesPerSecond),
      })),
    ),
  );
}

test("rows of a single model say nothing of arithmetic: with four times the queries a key decodes still wait for memory", () => {
  const { memory, compute, halfStreams, seconds } = fitDecodes(rowsOf([4]), rates)!;
  const of = (intensity: number) =>
    decodeSecondsPerToken(
      { memory: memory!, compute: compute!, halfStreams: halfStreams!, seconds: seconds! },
      rates,
      512,
      4096 * intensity,
      4096,
    );
  assert.equal(of(16), of(4));
  assert.ok(Math.abs(memory! - 0.9) < 0.01, `${memory}`);
});

test("rows of two models that both wait for memory bound arithmetic no lower than either does", () => {
  const { compute } = fitDecodes(rowsOf([4, 16]), rates)!;
  assert.ok(compute! * rates.flopsPerSecond > 0.85 * 16 * rates.bytesPerSecond, `${compute}`);
});
