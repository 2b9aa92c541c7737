import assert from "node:assert/strict";
import { test } from "node:test";
import { MersenneTwister } from "./mersenne-twister.ts";

test("MT19937 gives the ten thousandth number that the C++ standard asks of it", () => {
  const random = new MersenneTwister(5489);
  assert.equal(random.bits(), 3_499_211_612);
  for (let i = 2; i < 10_000; i++) random.bits();
  assert.equal(random.bits(), 4_123_659_995);
});

test("whole numbers are those of numpy.random.seed(0); numpy.random.randint(0, 10, 10)", () => {
  const random = new MersenneTwister(0);
  const drawn = Array.from({ length: 10 }, () => random.integer(0, 9));
  assert.deepEqual(drawn, [5, 0, 3, 3, 7, 9, 3, 5, 2, 4]);
});

test("a range of one number takes no random number, as in NumPy", () => {
  const random = new MersenneTwister(7);
  const other = new MersenneTwister(7);
  assert.equal(random.integer(3, 3), 3);
  assert.equal(random.bits(), other.bits());
});
