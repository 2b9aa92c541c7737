import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Agenda } from "./agenda.ts";
import { Requests } from "./rank/requests.ts";

test("requests are taken by their times, equals in the order of their coming, however they came", () => {
  const times = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(times, fc.nat(), (seconds, some) => {
      const ones = new Int32Array(seconds.length).fill(1);
      const arrivals = { type: "open" as const, seconds: new Float64Array(seconds.length) };
      const requests = new Requests({ arrivals, promptTokens: ones, outputTokens: ones });
      requests.readySeconds.set(seconds);
      const agenda = new Agenda(requests);
      const filled = some % (seconds.length + 1);
      agenda.fill(filled);
      for (let request = filled; request < seconds.length; request++) agenda.add(request);
      const taken = seconds.map(() => agenda.take());
      assert.deepEqual(
        taken,
        [...seconds.keys()].toSorted((one, other) => seconds[one]! - seconds[other]! || one - other),
      );
      assert.equal(agenda.nextSeconds(), Number.POSITIVE_INFINITY);
    }),
  );
});
