import assert from "node:assert/strict";
import { test } from "node:test";
import { plot } from "./plot.ts";

test("a rising line is drawn from the lower left to the upper right, with the ends of its axes", () => {
  const drawn = plot({
    series: [
      {
        name: "a",
        points: [
          [1, 10],
          [1000, 20_000],
        ],
        isLine: true,
      },
    ],
    x: { title: "clients", log: true },
    y: { title: "ms", log: true },
    width: 8,
    height: 4,
  });
  const lines = drawn.split("\n");
  assert.equal(lines.length, 7);
  assert.match(lines[1] ?? "", /^20k │ {6}.*[^\s]$/u);
  assert.match(lines[4] ?? "", /^ 10 │[⠀-⣿]/u);
  assert.match(lines[6] ?? "", /1 +1000 {2}clients/);
});

test("what a log axis cannot hold is left out, and nothing at all is an empty picture", () => {
  const of = (points: [number, number][]) =>
    plot({ series: [{ name: "a", points }], x: { title: "x" }, y: { title: "y", log: true }, width: 10, height: 3 });
  assert.equal(
    of([
      [1, 0],
      [2, Number.NaN],
    ]),
    "",
  );
  assert.notEqual(
    of([
      [1, 0],
      [2, 5],
    ]),
    "",
  );
});
