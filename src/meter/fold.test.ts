import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { MeterRecord, Usage } from "../stack/usage.ts";
import { Fold } from "./fold.ts";

const identity = (id: string) => ({
  id,
  endpoint: "chat.completions" as const,
  tenant: "t",
  project: "p",
  keyId: "k",
  model: "m",
  streamed: true,
  startedAtMs: 1_000,
});
const tokens = (output: number) => ({ input: 7, cachedInput: 0, output, reasoning: 0 });
const place = { deployment: "d", source: "s" };
const open = (id: string): MeterRecord => ({ kind: "open", ...identity(id), ...place });
const checkpoint = (id: string, output: number): MeterRecord => ({
  kind: "checkpoint",
  id,
  atMs: 1_000 + output,
  tokens: tokens(output),
  ...place,
});
const settle = (id: string, output: number): MeterRecord => ({
  kind: "settle",
  ...identity(id),
  ...place,
  endedAtMs: 2_000,
  outcome: "complete",
  status: 200,
  tokens: tokens(output),
  countedBy: "engine",
  work: { acceleratorProvenance: "unavailable", energyProvenance: "unavailable" },
  tries: 1,
});

function final(records: readonly MeterRecord[]): Usage[] {
  const fold = new Fold();
  const settled = records.flatMap((record) => fold.take(record) ?? []);
  return [...settled, ...fold.recover()].toSorted((one, other) => one.id.localeCompare(other.id));
}

test("a request that its writer settled is accounted for as it was settled", () => {
  const [usage, ...rest] = final([open("a"), checkpoint("a", 3), settle("a", 9)]);
  assert.equal(rest.length, 0);
  assert.equal(usage?.outcome, "complete");
  assert.equal(usage.tokens.output, 9);
});

test("a request whose writer died is partial, billed up to its last checkpoint", () => {
  const [usage] = final([open("a"), checkpoint("a", 3), checkpoint("a", 5)]);
  assert.equal(usage?.outcome, "partial");
  assert.equal(usage.cut, "gateway_crash");
  assert.deepEqual(usage.tokens, tokens(5));
  assert.equal(usage.endedAtMs, 1_005);
});

test("a request whose writer died before anything was relayed has failed, and is billed nothing", () => {
  const [usage] = final([open("a")]);
  assert.equal(usage?.outcome, "failed");
  assert.deepEqual(usage.tokens, { input: 0, cachedInput: 0, output: 0, reasoning: 0 });
});

test("the account is the same however often and in whichever order the records are read", () => {
  const history = fc
    .tuple(fc.constantFrom("a", "b", "c"), fc.nat(4), fc.boolean())
    .map(([id, checkpoints, settles]) => [
      open(id),
      ...Array.from({ length: checkpoints }, (_, index) => checkpoint(id, index + 1)),
      ...(settles ? [settle(id, checkpoints + 1)] : []),
    ]);
  const histories = fc.uniqueArray(history, { maxLength: 3, selector: (records) => records[0]?.id });
  fc.assert(
    fc.property(histories, fc.infiniteStream(fc.nat()), (each, order) => {
      const records = each.flat();
      const shuffled = [...records, ...records]
        .map((record) => ({ record, at: order.next().value }))
        .toSorted((one, other) => one.at - other.at)
        .map(({ record }) => record);
      assert.deepEqual(final(shuffled), final(records));
    }),
  );
});
