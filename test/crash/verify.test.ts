import assert from "node:assert/strict";
import { test } from "node:test";
import type { Seen } from "./client.ts";
import { type Booked, verify } from "./verify.ts";

const seen = (change: Partial<Seen>): Seen => ({
  model: "mock",
  streamed: true,
  atMs: 0,
  id: "a",
  status: 200,
  chunksMs: [10, 20, 30],
  isWhole: true,
  endedMs: 40,
  ...change,
});
const row = (change: Partial<Booked>): Booked => ({
  id: "a",
  model: "mock",
  outcome: "complete",
  cut: null,
  input: 11,
  output: 3,
  ...change,
});
const sent = new Map([["a", { input: 11, output: 3 }]]);
const check = (one: Seen, rows: Booked[]) => verify([one], rows, sent, "mock");

test("books that agree with the client and the upstream are right", () => {
  assert.deepEqual(check(seen({}), [row({})]), []);
  assert.deepEqual(check(seen({ isWhole: false, chunksMs: [10] }), [row({ outcome: "partial", output: 1 })]), []);
});

test("a lost, a doubled, a short and an invented request are each found", () => {
  assert.match(check(seen({}), [])[0] ?? "", /not booked/);
  assert.match(check(seen({}), [row({}), row({})])[0] ?? "", /booked twice/);
  assert.match(check(seen({}), [row({ output: 2 })])[0] ?? "", /2 are booked/);
  assert.match(
    check(seen({ isWhole: false }), [row({ outcome: "partial", output: 9 })])[0] ?? "",
    /9 output tokens are/,
  );
  assert.match(check(seen({ isWhole: false }), [row({ outcome: "partial", output: 2 })])[0] ?? "", /2 are/);
  assert.match(verify([], [row({ id: "b" })], sent, "mock")[0] ?? "", /never sent upstream/);
});

test("after a crash the tokens since the last checkpoint may be missing, older ones may not", () => {
  const cut = seen({ isWhole: false, chunksMs: [0, 100, 2_000, 2_100] });
  const full = new Map([["a", { input: 11, output: 4 }]]);
  const crash = (output: number) =>
    verify([cut], [row({ outcome: "partial", cut: "gateway_crash", output })], full, "mock");
  assert.deepEqual(crash(2), []);
  assert.equal(crash(1).length, 1);
});

test("a refused request is on no books", () => {
  assert.deepEqual(verify([seen({ status: 503, chunksMs: [], isWhole: false })], [], sent, "mock"), []);
});
