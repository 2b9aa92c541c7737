import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../../stack/fault.ts";
import { Slots } from "./slots.ts";

type Held = { tokens: readonly number[] };

function overlap({ tokens: held }: Held, tokens: readonly number[]) {
  const at = tokens.findIndex((token, index) => held[index] !== token);
  return { held: held.length, shared: at === -1 ? tokens.length : at };
}

const forever = new AbortController().signal;

test("a request gets the slot that holds most of its prompt, else the one that was used longest ago", async () => {
  const sequences: Held[] = [{ tokens: [] }, { tokens: [1, 2, 3] }, { tokens: [1, 2] }];
  const slots = new Slots(sequences, 0, overlap);
  const best = await slots.take([1, 2, 3, 4], forever);
  assert.equal(best.sequence, sequences[1]);
  const other = await slots.take([9], forever);
  slots.give(best);
  slots.give(other);
  assert.equal((await slots.take([9], forever)).sequence, sequences[2], "the one never used");
});

test("a few words that all prompts begin with do not cost another conversation its tokens", async () => {
  const conversation: Held = { tokens: [1, 2, 3, 4, 5, 6, 7, 8, 9] };
  const empty: Held = { tokens: [] };
  const slots = new Slots([conversation, empty], 0, overlap);
  slots.give(await slots.take(conversation.tokens, forever));
  const stranger = await slots.take([1, 2, 30, 31, 32, 33], forever);
  assert.equal(stranger.sequence, empty);
  slots.give(stranger);
  assert.equal((await slots.take([...conversation.tokens, 10, 11], forever)).sequence, conversation);
});

test("those who wait are served in turn, and a full line refuses", async () => {
  const slots = new Slots([{ tokens: [] }], 2, overlap);
  const first = await slots.take([], forever);
  const order: string[] = [];
  const second = slots.take([], forever).then((slot) => (order.push("second"), slot));
  const third = slots.take([], forever).then((slot) => (order.push("third"), slot));
  assert.throws(
    () => slots.take([], forever),
    (error) => error instanceof Fault && error.code === "overloaded",
  );
  slots.give(first);
  slots.give(await second);
  await third;
  assert.deepEqual(order, ["second", "third"]);
});

test("who leaves the line is not served", async () => {
  const slots = new Slots([{ tokens: [] }], 2, overlap);
  const first = await slots.take([], forever);
  const leaver = new AbortController();
  const left = slots.take([], leaver.signal);
  const stays = slots.take([], forever);
  leaver.abort(new Error("left"));
  await assert.rejects(left, /left/);
  assert.equal(slots.waiting, 1);
  slots.give(first);
  await stays;
});
