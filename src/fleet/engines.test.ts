import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Resource, resource } from "../stack/resource.ts";
import { desiredEngines, type EngineSpec, engineSteps } from "./engines.ts";

const spec = fc.record({
  deployment: fc.constantFrom("a", "b", "c"),
  model: fc.constant("m"),
  file: fc.constantFrom("/x.gguf", "/y.gguf"),
  parallel: fc.constantFrom(1, 8),
  contextTokens: fc.constantFrom(null, 4096),
  gpu: fc.constant("auto" as const),
  idleWatts: fc.constant(10),
  maxWatts: fc.constant(60),
  meter: fc.constant("auto" as const),
});
const specs = fc.uniqueArray(spec, { selector: (one) => one.deployment });

test("carrying out the steps makes what runs equal to what is desired, and then there is nothing to do", () => {
  fc.assert(
    fc.property(specs, specs, (desired, running) => {
      const now = new Map<string, EngineSpec>(running.map((one) => [one.deployment, one]));
      for (const step of engineSteps(desired, running)) {
        if (step.act === "stop") assert.ok(now.delete(step.deployment));
        else {
          assert.ok(!now.has(step.spec.deployment), "two engines of one deployment at once");
          now.set(step.spec.deployment, step.spec);
        }
      }
      const texts = (engines: readonly EngineSpec[]) => engines.map((one) => JSON.stringify(one)).toSorted();
      assert.deepEqual(texts([...now.values()]), texts(desired));
      assert.deepEqual(engineSteps(desired, [...now.values()]), []);
    }),
  );
});

test("only llama.cpp deployments on capacity of ours ask for an engine here", () => {
  const resources: Resource[] = [
    {
      kind: "Source",
      type: "own",
      name: "computer",
      site: "here",
      accelerator: "cpu",
      accelerators: 1,
      power: { idleWatts: 10, maxWatts: 60 },
      capitalUsdPerAccelerator: "1000",
      lifeYears: 4,
      costOfCapital: "0.08",
    },
    { kind: "Source", type: "upstream", name: "provider", prices: [] },
    {
      kind: "Deployment",
      name: "own",
      model: "m",
      source: "computer",
      engine: { type: "llama.cpp", file: "builtin:m" },
    },
    {
      kind: "Deployment",
      name: "bought",
      model: "m",
      source: "provider",
      engine: { type: "openai", url: "http://127.0.0.1:1/v1" },
    },
  ].map((one) => resource.parse(one));
  const engines = desiredEngines(resources, "/models");
  assert.deepEqual(
    engines.map((one) => [one.deployment, one.maxWatts]),
    [["own", 60]],
  );
  assert.match(engines[0]?.file ?? "", /\/models\/m\.gguf$/);
});
