import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Linear, Model, nameOf, rowActivity } from "./model.ts";
import { gapOf, type Progress } from "./search.ts";
import { solveHere } from "./solve-here.ts";
import { openSession } from "./session.ts";
import { solve } from "./solve.ts";

/** Boxes of several sizes to cover loads, with a fixed charge for each kind: whole numbers of two stages. */
const covering = fc.record({
  sizes: fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 2, maxLength: 3 }),
  prices: fc.array(fc.integer({ min: 3, max: 20 }), { minLength: 3, maxLength: 3 }),
  charges: fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 3, maxLength: 3 }),
  loads: fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 2, maxLength: 2 }),
  penalty: fc.integer({ min: 1, max: 6 }),
});

type Covering = typeof covering extends fc.Arbitrary<infer Of> ? Of : never;
const most = 3;

function coveringModel({ sizes, prices, charges, loads, penalty }: Covering): Model {
  const model = new Model();
  const cost = new Linear();
  const boxes = sizes.map((size, kind) => {
    const opened = model.variable("opened", [`${size}`], { upper: 1, integer: { stage: 0 } });
    cost.add(charges[kind]!, opened);
    return loads.map((_, load) => {
      const box = model.variable("boxes", [`${size}`, `${load}`], { upper: most, integer: { stage: 1 + load } });
      cost.add(prices[kind]!, box);
      model.row("opened", [`${size}`, `${load}`], new Linear().add(1, box).add(-most, opened), { upper: 0 });
      return box;
    });
  });
  for (const [load, wanted] of loads.entries()) {
    const bare = model.variable("bare", [`${load}`]);
    cost.add(penalty, bare);
    const covered = new Linear().add(1, bare);
    for (const [kind, size] of sizes.entries()) covered.add(size, boxes[kind]![load]);
    model.row("covered", [`${load}`], covered, { lower: wanted });
  }
  model.minimise(cost);
  return model;
}

function bruteForce({ sizes, prices, charges, loads, penalty }: Covering): number {
  const each = (load: number) => {
    const choices: number[][] = [[]];
    for (const _ of sizes) {
      choices.push(
        ...choices.splice(0).flatMap((one) => Array.from({ length: most + 1 }, (__, count) => [...one, count])),
      );
    }
    return choices.map((counts) => {
      const covered = counts.reduce((sum, count, kind) => sum + count * sizes[kind]!, 0);
      const paid = counts.reduce((sum, count, kind) => sum + count * prices[kind]!, 0);
      return { used: counts.map((count) => count > 0), usd: paid + penalty * Math.max(0, load - covered) };
    });
  };
  let best = Infinity;
  for (const first of each(loads[0]!)) {
    for (const second of each(loads[1]!)) {
      const opened = sizes.reduce(
        (sum, _, kind) => sum + (first.used[kind] || second.used[kind] ? charges[kind]! : 0),
        0,
      );
      best = Math.min(best, first.usd + second.usd + opened);
    }
  }
  return best;
}

test("the least cost is that of trying everything", async () => {
  await fc.assert(
    fc.asyncProperty(covering, async (one) => {
      const program = coveringModel(one).program();
      const { status, value, bound, values } = await solveHere(program);
      assert.equal(status, "done");
      const best = bruteForce(one);
      assert.ok(Math.abs(value! - best) < 1e-6 * Math.max(1, best), `${value} and ${best}`);
      assert.ok(bound! <= best + 1e-6);
      for (const [variable, stage] of program.stages.entries()) {
        if (stage >= 0) assert.equal(values![variable], Math.round(values![variable]!));
      }
    }),
    { numRuns: 40 },
  );
});

test("a row's dual is what a little more of its bound costs, while whole numbers stay", async () => {
  await fc.assert(
    fc.asyncProperty(covering, fc.integer({ min: 0, max: 1 }), async (one, load) => {
      const model = coveringModel(one);
      const program = model.program();
      const { values, duals, value } = await solveHere(program);
      const row = model.rows.findIndex((named) => nameOf(named) === `covered[${load}]`);
      const step = 1e-4;
      const fixed = (at: number, variable: number) =>
        program.stages[variable]! >= 0 ? Math.round(values![variable]!) : at;
      const moved = await solveHere({
        ...program,
        stages: program.stages.map(() => -1),
        lower: program.lower.map(fixed),
        upper: program.upper.map(fixed),
        rowLower: program.rowLower.map((lower, index) => (index === row ? lower + step : lower)),
      });
      const slope = (moved.value! - value!) / step;
      // At a kink the dual is one of the two slopes, or between them.
      const isKink =
        Math.abs(rowActivity(program, values!)[row]! - program.rowLower[row]!) < 1e-9 && duals![row] !== slope;
      assert.ok(
        Math.abs(slope - duals![row]!) < 1e-3 || (isKink && duals![row]! <= slope + 1e-3),
        `${slope} and ${duals![row]}`,
      );
    }),
    { numRuns: 25 },
  );
});

test("the greatest ratio is that of trying everything", async () => {
  const project = fc.record({
    earned: fc.integer({ min: 1, max: 30 }),
    capital: fc.integer({ min: 1, max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(project, { minLength: 2, maxLength: 6 }),
      fc.integer({ min: 1, max: 50 }),
      async (projects, standing) => {
        const model = new Model();
        const [earned, capital] = [new Linear(), new Linear().plus(standing)];
        for (const [index, one] of projects.entries()) {
          const taken = model.variable("taken", [`${index}`], { upper: 1, integer: { stage: 1 } });
          earned.add(one.earned, taken);
          capital.add(one.capital, taken);
        }
        model.maximiseRatio(earned, capital);
        const { value } = await solveHere(model.program());
        // By ratio, best first, until one lowers it: what Dinkelbach's iteration must find too.
        let best = 0;
        for (let chosen = 0; chosen < 2 ** projects.length; chosen++) {
          const taken = projects.filter((_, index) => (chosen >> index) % 2 === 1);
          const sum = (of: (one: (typeof projects)[number]) => number) =>
            taken.reduce((total, one) => total + of(one), 0);
          best = Math.max(best, sum((one) => one.earned) / (standing + sum((one) => one.capital)));
        }
        assert.ok(Math.abs(-value! - best) < 1e-6, `${-value!} and ${best}`);
      },
    ),
    { numRuns: 25 },
  );
});

test("what would have to give is the cheapest limit, not a law, by as much as is needed", async () => {
  const model = new Model();
  const made = model.variable("made", []);
  model.row("wanted", [], new Linear().add(1, made), { lower: 40 });
  model.row("power", ["fjord"], new Linear().add(1, made), { upper: 25, violation: 1 });
  model.row("space", ["fjord"], new Linear().add(1, made), { upper: 45, violation: 1 });
  const program = model.program();
  const { status, violations } = await solveHere(program);
  assert.equal(status, "infeasible");
  assert.deepEqual(
    violations.map(({ row, activity }) => [nameOf(model.rows[row]!), activity]),
    [["power[fjord]", 40]],
  );
});

test("whenever it is stopped, what it gives is whole, feasible, and no better than the best", async () => {
  await fc.assert(
    fc.asyncProperty(covering, fc.integer({ min: 0, max: 12 }), async (one, checks) => {
      const program = coveringModel(one).program();
      let asked = 0;
      const { status, values, value, bound } = await solveHere(program, { isStopping: () => ++asked > checks });
      const best = bruteForce(one);
      assert.ok(status === "stopped" || Math.abs(value! - best) < 1e-6 * Math.max(1, best), status);
      assert.ok(values !== null && value !== null);
      assert.ok(value >= best - 1e-6 && (bound === null || bound <= best + 1e-6), `${bound}, ${best}, ${value}`);
      for (const [variable, stage] of program.stages.entries()) {
        if (stage >= 0) assert.equal(values[variable], Math.round(values[variable]!));
      }
      for (const [row, amount] of rowActivity(program, values).entries()) {
        assert.ok(amount >= program.rowLower[row]! - 1e-6 && amount <= program.rowUpper[row]! + 1e-6);
      }
    }),
    { numRuns: 60 },
  );
});

test("a worker tells its progress, and an abort gives the best so far", async () => {
  const model = coveringModel({
    sizes: [5, 7, 4],
    prices: [9, 11, 8],
    charges: [4, 3, 2],
    loads: [17, 16],
    penalty: 5,
  });
  const phases = new Set<Progress["phase"]>();
  const solved = await solve(model.program(), { gap: 0, onProgress: ({ phase }) => phases.add(phase) });
  assert.equal(solved.status, "done");
  assert.equal(gapOf(solved.value!, solved.bound!), 0);
  assert.ok(phases.has("relaxation") && phases.has("prices"));
  const stopped = await solve(model.program(), { gap: 0, signal: AbortSignal.abort() });
  assert.equal(stopped.status, "stopped");
  assert.ok(stopped.value === null || stopped.value >= solved.value! - 1e-9);
});

test("a stop ends the relaxation of a large model, though interior point does not listen", async () => {
  const model = new Model();
  const cost = new Linear();
  const columns = Array.from({ length: 4000 }, (_, index) => {
    const column = model.variable("column", [`${index}`]);
    cost.add(1 + ((index * 7919) % 101) / 101, column);
    return column;
  });
  // Its relaxation takes seconds, so that a stop within it is there long before its end.
  for (let row = 0; row < 900; row++) {
    const covered = new Linear();
    for (const [index, column] of columns.entries()) covered.add(1 + ((index * 31 + row * row * 17) % 97), column);
    model.row("covered", [`${row}`], covered, { lower: 100 + row });
  }
  model.minimise(cost);
  const abort = new AbortController();
  const phases = new Set<Progress["phase"]>();
  const { status } = await solve(model.program(), {
    signal: abort.signal,
    onProgress: ({ phase }) => {
      phases.add(phase);
      abort.abort();
    },
  });
  assert.equal(status, "stopped");
  assert.ok(!phases.has("strategic"));
});

test("interior point keeps to the seconds that are left", async () => {
  const program = coveringModel({
    sizes: [5, 7, 4, 11, 13],
    prices: [9, 11, 8, 17, 19],
    charges: [4, 3, 2, 6, 5],
    loads: Array.from({ length: 60 }, (_, load) => 20 + ((load * 37) % 50)),
    penalty: 5,
  }).program();
  let left = 0;
  const session = await openSession(
    program,
    () => false,
    () => left,
  );
  assert.equal(session.solve("ipm"), "stopped");
  left = Infinity;
  assert.equal(session.solve("ipm"), "optimal");
  left = 0;
  assert.equal(session.solve("simplex"), "optimal", "whatever else is solved has no limit of its own");
  session.dispose();
});
