import assert from "node:assert/strict";
import { test } from "node:test";
import { problemsOf, spanOfLine } from "./problems.ts";

test("what is wrong with a scenario is told line by line", () => {
  const message = 'scenario.yaml:31:5: own.die: It is too wide: "40".\nscenario.yaml:2:1: x\nand 3 more.';
  assert.deepEqual(problemsOf(message), [
    { line: 31, text: 'own.die: It is too wide: "40".' },
    { line: 2, text: "x" },
    { line: undefined, text: "and 3 more." },
  ]);
  assert.deepEqual(spanOfLine("one\ntwo\nthree", 2), [4, 7]);
  assert.deepEqual(spanOfLine("one", 1), [0, 3]);
});
