import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Member, Roster } from "./roster.ts";

test("a roster holds those that came and have not left, whatever the order", () => {
  const step = fc.record({ who: fc.nat(9), comes: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const members: Member[] = Array.from({ length: 10 }, () => ({ place: 0 }));
      const roster = new Roster<Member>();
      const expected = new Set<Member>();
      for (const { who, comes } of steps) {
        const member = members[who]!;
        if (comes && !expected.has(member)) {
          roster.add(member);
          expected.add(member);
        } else if (!comes) {
          roster.remove(member);
          expected.delete(member);
        }
      }
      const seen = new Set<Member>();
      roster.forEach((member) => seen.add(member));
      assert.deepEqual(seen, expected);
      assert.equal(roster.size, expected.size);
    }),
  );
});

test("every one of a roster is called, though each leaves when it is", () => {
  const roster = new Roster<Member>();
  const members = Array.from({ length: 20 }, () => ({ place: 0 }));
  for (const member of members) roster.add(member);
  const called = new Set<Member>();
  roster.forEach((member) => {
    called.add(member);
    roster.remove(member);
  });
  assert.equal(called.size, 20);
  assert.equal(roster.size, 0);
});
