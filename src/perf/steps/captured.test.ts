import assert from "node:assert/strict";
import { test } from "node:test";
import { paddedTo } from "./captured.ts";
import { table } from "../simulate/plain/fixture.ts";

test("a batch between two that are captured takes as long as the larger, one beyond them as it is, and an empty one nothing more", () => {
  const { decodeSeconds, contextSeconds, mixedSeconds } = paddedTo(table, [8, 32], 1);
  const of = (sequences: number) => table.decodeSeconds[sequences];
  assert.deepEqual(
    [0, 1, 8, 9, 32, 33].map((sequences) => decodeSeconds[sequences]),
    [of(0), of(8), of(8), of(32), of(32), of(33)],
  );
  assert.deepEqual([contextSeconds, mixedSeconds], [table.contextSeconds, table.mixedSeconds]);
});

test("ranks that step together are padded alike, and so is what they do together", () => {
  const seconds = (tokens: number) => tokens;
  const { together } = paddedTo({ ...table, together: { decodeSeconds: seconds, mixedSeconds: seconds } }, [8], 4);
  assert.deepEqual(
    [1, 31, 32, 33].map((tokens) => together!.decodeSeconds(tokens)),
    [32, 32, 32, 33],
  );
  assert.equal(together!.mixedSeconds, seconds);
});
