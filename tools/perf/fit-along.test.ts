import assert from "node:assert/strict";
import { test } from "node:test";
import { fitAlong } from "./fit-along.ts";

test("numbers are found again by what they make, asking for it little", () => {
  const truth = [0.002, 0.9];
  let asked = 0;
  const valuesOf = (point: number, [fixed = 0, scale = 0]: readonly number[]) => {
    asked += 1;
    return [fixed + scale * point, Math.max(0.05, point * scale * 2)];
  };
  const points = [0.001, 0.01, 0.03, 0.2];
  const wanted = new Map(points.map((point) => [point, valuesOf(point, truth)]));
  asked = 0;
  const found = fitAlong({
    points,
    start: [0.01, 1.5],
    rounds: 3,
    valuesOf,
    lossOf: (_, of) =>
      points.reduce(
        (sum, point) =>
          sum +
          of(point).reduce((all, value, which) => all + Math.abs(Math.log(value / wanted.get(point)![which]!)), 0),
        0,
      ),
  });
  for (const [index, number] of found.entries()) assert.ok(Math.abs(number / truth[index]! - 1) < 0.01, String(found));
  assert.equal(asked, points.length * (3 * 3 + 1));
});
