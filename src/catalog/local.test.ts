import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { factoryFile, resource } from "../stack/resource.ts";
import { accelerators } from "./accelerators.ts";
import { defaultFactory, deploymentFor, localFigures, modelNameOf, priceUnpriced } from "./local.ts";

const machine = fc.record({
  cpus: fc.integer({ min: 1, max: 1024 }),
  memoryGiB: fc.double({ min: 0.25, max: 8192, noNaN: true }),
});

test("every machine gets a factory that its own schema accepts, and every name in it exists", () => {
  fc.assert(
    fc.property(machine, (one) => {
      const file = defaultFactory(one);
      assert.deepEqual(factoryFile.parse(file), file);
      const names = new Set(file.resources.map(({ kind, name }) => `${kind}/${name}`));
      assert.equal(names.size, file.resources.length);
      for (const wanted of ["Site/here", "Source/this-computer", "Model/tokenworks-tiny", "PriceBook/list"]) {
        assert.ok(names.has(wanted));
      }
    }),
  );
});

test("a larger machine draws more and costs more, and never draws less at work than idle", () => {
  fc.assert(
    fc.property(machine, ({ cpus, memoryGiB }) => {
      const [small, large] = [cpus, cpus * 2].map((threads) => {
        const source = defaultFactory({ cpus: threads, memoryGiB }).resources.find(({ kind }) => kind === "Source");
        assert.ok(source?.kind === "Source" && source.type === "own");
        return source;
      });
      assert.ok(small && large);
      assert.ok(small.power.maxWatts > small.power.idleWatts);
      assert.ok(large.power.maxWatts > small.power.maxWatts);
      assert.ok(BigInt(large.capitalUsdPerAccelerator) > BigInt(small.capitalUsdPerAccelerator));
    }),
  );
});

test("a known GPU takes its capital from the catalog, and its power from its driver when that says", () => {
  const gpu = { name: "NVIDIA H200", count: 8, maxWatts: 650 };
  const source = defaultFactory({ cpus: 96, memoryGiB: 1024, gpu }).resources.find(({ kind }) => kind === "Source");
  assert.ok(source?.kind === "Source" && source.type === "own");
  assert.equal(source.accelerator, "h200-sxm");
  assert.equal(source.accelerators, 8);
  assert.equal(source.capitalUsdPerAccelerator, "34698");
  assert.deepEqual(source.power, { idleWatts: 65, maxWatts: 650, meter: "auto" });
});

test("a file's name gives a model name that a client can ask for", () => {
  assert.equal(modelNameOf("/models/Qwen3-0.6B-Q8_0.gguf"), "qwen3-0.6b-q8_0");
  assert.equal(modelNameOf("C:\\m\\Llama 3 (8B).GGUF"), "llama-3-8b");
  assert.equal(modelNameOf("big-00001-of-00003.gguf"), "big");
  assert.throws(() => modelNameOf("模型.gguf"), /Rename the file/);
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9][ -~]{0,80}\.gguf$/), (file) => {
      fc.pre(!/[/\\]$/.test(file.replace(/\.gguf$/, "")));
      const named = /[a-z0-9]/i.test(
        file
          .split(/[/\\]/)
          .at(-1)
          ?.replace(/\.gguf$/i, "") ?? "",
      );
      fc.pre(named);
      for (const one of deploymentFor(file)) assert.equal(resource.safeParse(one).success, true);
    }),
  );
});

test("a model that is served without a price gets the assumed one, and a priced one keeps its own", () => {
  const { resources } = defaultFactory({ cpus: 2, memoryGiB: 4 });
  assert.equal(priceUnpriced(resources, ["tokenworks-tiny"]), undefined);
  const book = priceUnpriced(resources, ["tokenworks-tiny", "qwen"]);
  assert.deepEqual(
    book?.prices.map(({ model }) => model),
    ["tokenworks-tiny", "qwen"],
  );
  assert.equal(priceUnpriced([], ["a"])?.prices[0]?.outputUsdPerMillion, localFigures.outputUsdPerMillion.value);
});

test("every figure says where it is from and for when", () => {
  const figures = [...Object.values(localFigures), ...accelerators.flatMap((one) => [one.maxWatts, one.capitalUsd])];
  for (const { source, asOf, unit } of figures) {
    assert.ok(source.length > 10);
    assert.match(asOf, /^20\d\d(-\d\d)?$/);
    assert.notEqual(unit, "");
  }
});
