import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chipNamed, chips } from "../../catalog/chips.ts";
import { calibrationOf } from "../kernels/calibration.ts";
import { modelNamed } from "../../catalog/models.ts";
import type { Served } from "../deployment.ts";
import { ratesOf } from "../operations/rates.ts";
import { weightBytes } from "../memory/memory.ts";
import { gapSecondsPerLayer } from "./launches.ts";
import { compileStep } from "./step.ts";
import { LayerWork } from "./layer-work.ts";
import { expertsOf } from "../kernels/transfer.ts";
import { allReducesOf } from "../kernels/all-reduces.ts";

const able = chips.filter(({ peakTeraflops }) => peakTeraflops.bf16 !== undefined && peakTeraflops.fp8 !== undefined);
const anyServed: fc.Arbitrary<Served> = fc
  .record({
    chip: fc.constantFrom(...able),
    model: fc.constantFrom(
      "llama-3.1-8b",
      "llama-3.1-70b",
      "qwen3-32b",
      "mixtral-8x7b",
      "gpt-oss-120b",
      "deepseek-r1",
      "deepseek-v4-flash",
    ),
    engine: fc.constantFrom("vllm" as const, "sglang" as const, "tensorrt-llm" as const),
    tensorParallel: fc.constantFrom(1, 2, 4, 8),
    weights: fc.constantFrom("bf16" as const, "fp8" as const),
    kv: fc.constantFrom("bf16" as const, "fp8" as const),
  })
  .filter(({ chip, engine }) => engine !== "tensorrt-llm" || chip.vendor === "NVIDIA")
  .map((one) => ({ ...one, model: modelNamed(one.model), expertParallel: 1, attentionParallel: 1 }));

test("more to do never takes less time, and no step beats reading the weights", () => {
  fc.assert(
    fc.property(anyServed, (served) => {
      const { table } = compileStep(served, 256, 2_048);
      for (const column of [table.decodeSeconds, table.mixedSeconds, table.mixedDecodeSeconds]) {
        for (let index = 2; index < column.length; index += 1) {
          assert.ok(column[index]! >= column[index - 1]! * (1 - 1e-12), `${index} of ${column.length}`);
        }
      }
      for (let index = 1; index < 256; index += 1) {
        // All sequences together never read faster for being more.
        const next = table.contextSeconds[index + 1]! * (index + 1);
        assert.ok(table.contextSeconds[index]! * index <= next * (1 + 1e-12));
      }
      if (served.model.feedForward.type === "dense") {
        const read = weightBytes(served) - served.model.vocabulary * served.model.hidden * 2;
        assert.ok(table.mixedSeconds[2_048]! > (read * 0.5) / ratesOf(served.chip, served.weights).bytesPerSecond);
      }
    }),
    { numRuns: 60 },
  );
});

test("a row more than whole tiles costs a tile, and the rows that fill it cost next to nothing", () => {
  const served: Served = {
    chip: chipNamed("h200"),
    model: modelNamed("llama-3.1-70b"),
    engine: "tensorrt-llm",
    tensorParallel: 1,
    expertParallel: 1,
    attentionParallel: 1,
    weights: "fp8",
    kv: "fp8",
  };
  const { mixedSeconds } = compileStep(served, 256, 8192).table;
  for (const tiles of [2, 5, 9, 16]) {
    const full = tiles * 256;
    const jump = mixedSeconds[full + 1]! - mixedSeconds[full]!;
    assert.ok(jump > 4 * (mixedSeconds[full + 256]! - mixedSeconds[full + 1]!), `${full} rows`);
  }
});

test("a split over more accelerators takes less time, until what they say to each other outweighs it", () => {
  const of = (tensorParallel: number) =>
    compileStep(
      {
        chip: chips.find(({ name }) => name === "h200")!,
        model: modelNamed("llama-3.1-70b"),
        engine: "vllm",
        tensorParallel,
        expertParallel: 1,
        attentionParallel: 1,
        weights: "fp8",
        kv: "bf16",
      },
      64,
      2_048,
    ).table.decodeSeconds[64]!;
  assert.ok(of(1) > of(2) && of(2) > of(4) && of(4) > of(8));
  assert.ok(of(8) > of(1) / 8);
});

const deepseek: Served = {
  chip: chips.find(({ name }) => name === "b200")!,
  model: modelNamed("deepseek-r1"),
  engine: "tensorrt-llm",
  tensorParallel: 8,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "fp4",
  kv: "fp8",
};

test("drafted tokens cost time, and save some where enough of them are right", () => {
  const decode = (speculation?: Served["speculation"]) =>
    compileStep({ ...deepseek, ...(speculation && { speculation }) }, 64, 2_048).table.decodeSeconds;
  const plain = decode();
  const wrong = decode({ drafts: 3, accepted: 0 });
  const right = decode({ drafts: 3, accepted: 2 });
  for (const sequences of [1, 8, 64]) {
    assert.ok(wrong[sequences]! > plain[sequences]!);
    assert.ok(right[sequences]! < plain[sequences]!);
    // Three tokens a step cannot be more than three times as fast.
    assert.ok(right[sequences]! > plain[sequences]! / 3);
  }
});

test("copies of attention price what they do together by the tokens of all of them", () => {
  const { table } = compileStep({ ...deepseek, tensorParallel: 1, attentionParallel: 8, expertParallel: 8 }, 64, 2_048);
  const { decodeSeconds } = table.together!;
  assert.ok(decodeSeconds(512) > decodeSeconds(64) && decodeSeconds(64) > 0);
  // Beyond the most that there are, by the last slope.
  assert.ok(Math.abs(decodeSeconds(514) + decodeSeconds(510) - 2 * decodeSeconds(512)) < 1e-12);
  assert.equal(compileStep(deepseek, 64, 2_048).table.together, undefined);
});

test("sparse attention reads less of a long context and prompts of tens of thousands take less than their square", () => {
  const of = (model: string) => compileStep({ ...deepseek, model: modelNamed(model), weights: "fp8" }, 64, 2_048).table;
  const [dense, sparse] = [of("deepseek-v3.1"), of("deepseek-v3.2")];
  assert.ok(sparse.contextSeconds[64]! < dense.contextSeconds[64]!);
  const { seconds } = sparse.prefillAttention;
  const [at16k, at32k] = [seconds[256]!, seconds[512]!];
  assert.ok(at32k < 3.5 * at16k && at32k > 2 * at16k);
});

test("where tokens go to their experts alone, more copies with as many tokens of their own exchange no more", () => {
  const chip = chips.find(({ name }) => name === "gb200")!;
  const together = (copies: number) => {
    const split = { tensorParallel: 1, attentionParallel: copies, expertParallel: copies };
    return compileStep({ ...deepseek, ...split, chip }, 128, 2_048).table.together!.decodeSeconds(128 * copies);
  };
  // Gathered, twice the copies would take twice the time; dealt out, each accelerator also has fewer experts to read.
  assert.ok(together(32) < 1.05 * together(16), `${together(16)} s, ${together(32)} s`);
});

test("what is replayed from graphs is launched in less time than what is launched kernel by kernel", () => {
  const deepseek: Served = {
    chip: chips.find(({ name }) => name === "b200")!,
    model: modelNamed("deepseek-r1"),
    engine: "tensorrt-llm",
    tensorParallel: 8,
    expertParallel: 8,
    attentionParallel: 1,
    weights: "fp4",
    kv: "fp8",
  };
  const [plain, captured] = [0, 1024].map((tokens) => compileStep(deepseek, 64, 2048, undefined, tokens).table);
  assert.ok(captured!.capturedLeastSeconds! < plain!.mixedLeastSeconds! / 5);
  assert.ok(captured!.mixedSeconds[1024]! < plain!.mixedSeconds[1024]!);
  assert.equal(captured!.mixedSeconds[1025], plain!.mixedSeconds[1025]);
  assert.deepEqual(captured!.decodeSeconds, plain!.decodeSeconds);
});

const split = (tensorParallel: number, changes: Partial<Served> = {}): Served => ({
  chip: chips.find(({ name }) => name === "h200")!,
  model: modelNamed("llama-3.1-70b"),
  engine: "tensorrt-llm",
  tensorParallel,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "fp8",
  kv: "fp8",
  ...changes,
});

test("products compute whole tiles of rows, in FP8 pairs of them but on cards: 1,100 tokens take as long as 1,152 or 1,280, but for what moves them", () => {
  for (const [chip, weights, tiles] of [
    ["h200", "bf16", 1152],
    ["h200", "fp8", 1280],
    ["b200", "fp4", 1280],
    ["rtx-pro-6000", "fp4", 1152],
  ] as const) {
    const [some, whole, more] = [1100, tiles, tiles + 1].map((tokens) => {
      return compileStep(split(1, { chip: chipNamed(chip), weights }), 64, tokens).table.mixedSeconds[tokens]!;
    });
    assert.ok(some! < whole! && some! > whole! * 0.97, `${some} of ${whole}`);
    assert.ok(more! > whole! * 1.05, `${more} of ${whole}`);
  }
});

test("kernels that no graph replays take a moment more in each layer of every step", () => {
  const costs = calibrationOf("tensorrt-llm", split(1).chip);
  const at = (gapSeconds: number) => compileStep(split(1), 64, 512, { ...costs, gapSeconds }).table;
  const gap = split(1).model.layers * 40e-6;
  assert.ok(Math.abs(at(40e-6).decodeSeconds[64]! - at(0).decodeSeconds[64]! - gap) < 1e-12);
  assert.ok(Math.abs(at(40e-6).mixedSeconds[512]! - at(0).mixedSeconds[512]! - gap) < 1e-12);
});

test("a lower clock slows arithmetic and not the memory: a full step takes as much longer, one of few sequences does not", () => {
  const served = split(1, { model: modelNamed("llama-3.1-70b") });
  const at = (clockShare: number) => compileStep({ ...served, clockShare }, 64, 4096).table;
  const [whole, half] = [at(1), at(0.5)];
  const full = half.mixedSeconds[4096]! / whole.mixedSeconds[4096]!;
  assert.ok(full > 1.8 && full <= 2, String(full));
  assert.ok(half.decodeSeconds[4]! < 1.01 * whole.decodeSeconds[4]!);
  assert.deepEqual(half.contextSeconds.slice(0, 9), whole.contextSeconds.slice(0, 9));
});

test("on a machine half as fast every kernel takes twice as long, experts' among them, and nothing besides does", () => {
  const none = {
    stepSeconds: 0,
    sequenceSeconds: 0,
    launchSeconds: 0,
    ingestSeconds: 0,
    decodeScale: 1,
    prefillScale: 1,
  };
  for (const attentionParallel of [1, 8]) {
    const served = split(1, { model: modelNamed("mixtral-8x7b"), attentionParallel });
    const gaps = served.model.layers * gapSecondsPerLayer(served);
    const kernels = (kernelScale: number) => {
      const { decodeSeconds, mixedSeconds, together } = compileStep(served, 64, 512, { ...none, kernelScale }).table;
      const whole = [decodeSeconds[64]! - gaps, mixedSeconds[512]! - gaps];
      return together ? [...whole, together.decodeSeconds(512), together.mixedSeconds(512)] : whole;
    };
    const slower = kernels(2);
    for (const [index, seconds] of kernels(1).entries()) {
      assert.ok(Math.abs(slower[index]! / seconds - 2) < 1e-9, `${index}: ${slower[index]} of ${seconds}`);
    }
  }
});

test("a sum that is one kernel with the product before it hides the shorter of both", () => {
  const seconds = (served: Served) => compileStep(served, 64, 2048).table.mixedSeconds[2048]!;
  assert.equal(seconds(split(1, { fusesSums: true })), seconds(split(1)));
  const [apart, fused] = [seconds(split(8)), seconds(split(8, { fusesSums: true }))];
  assert.ok(fused < apart && fused > apart * 0.6, `${fused} of ${apart}`);
});

test("where two engines have measured the same kernel of experts, the faster says what it does for both", () => {
  const of = (engine: Served["engine"]): Served => ({
    chip: chips.find(({ name }) => name === "h200")!,
    model: modelNamed("deepseek-r1"),
    engine,
    tensorParallel: 8,
    expertParallel: 1,
    attentionParallel: 1,
    weights: "fp8",
    kv: "fp8",
  });
  const [vllm, sglang] = [expertsOf(of("vllm")), expertsOf(of("sglang"))];
  assert.equal(vllm.efficiencies.length, 2);
  assert.deepEqual(new Set(vllm.efficiencies), new Set(sglang.efficiencies));
  // TensorRT-LLM's are CUTLASS's, which nobody else has measured.
  assert.equal(expertsOf(of("tensorrt-llm")).efficiencies.length, 1);
});

test("a sum over two servers takes the network's time besides, and a stage more on another server a slower send", () => {
  const on = (name: string, tensorParallel: number, pipelineParallel = 1): Served => ({
    chip: chips.find((chip) => chip.name === name)!,
    model: modelNamed("llama-3.1-405b"),
    engine: "vllm",
    tensorParallel,
    expertParallel: 1,
    attentionParallel: 1,
    pipelineParallel,
    weights: "fp8",
    kv: "fp8",
  });
  const sum = (served: Served) => allReducesOf(served, served.tensorParallel).efficiencies[0]!;
  const [server, servers, rack] = [sum(on("h100", 8)), sum(on("h100", 16)), sum(on("gb200", 16))];
  assert.equal(servers.seconds - server.seconds, 19e-6);
  // Of a byte an accelerator sums an eighth with another server's, at 70 % of 50 GB/s.
  const slower = 1 / servers.bytesPerSecond - 1 / server.bytesPerSecond;
  assert.ok(Math.abs(slower * 8 * 35e9 - 1) < 1e-9);
  assert.equal(rack.seconds, sum(on("gb200", 8)).seconds);
  const handOver = (served: Served) => new LayerWork(served).handOver(1_024);
  const bytes = (1_024 * 16_384 * 2) / 4;
  assert.ok(Math.abs(handOver(on("h100", 4, 2)) - (10e-6 + bytes / 315e9)) < 1e-12);
  assert.ok(Math.abs(handOver(on("h100", 8, 2)) - (10e-6 + bytes / 2 / 35e9)) < 1e-12);
  assert.equal(handOver(on("gb200", 8, 3)), 2 * handOver(on("gb200", 8, 2)));
});
