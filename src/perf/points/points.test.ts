import assert from "node:assert/strict";
import { test } from "node:test";
import { acceleratorsOf } from "../deployment.ts";
import { PointColumns } from "./points.ts";
import { predictPoint } from "./predict-point.ts";

const head =
  "id,backend,model_path,system,precision,mode,isl,osl,batch_size,tp_size,attention_dp_size,moe_tp_size,moe_ep_size,silicon_tpot_ms,concurrency";
const columns = new PointColumns(head.split(","));
const pointOf = (line: string) => columns.pointOf(line.split(","));

test("a row names a deployment, its load and what was measured", () => {
  const point = pointOf("a,trtllm,nvidia/DeepSeek-R1-NVFP4,b200_sxm,fp4,agg,1024,8192,8.0,1.0,8.0,1.0,8.0,33.4,64");
  assert.ok(point.deployed.type === "whole");
  const { served, replicas } = point.deployed;
  assert.deepEqual([served.chip.name, served.model.name, served.engine], ["b200", "deepseek-r1", "tensorrt-llm"]);
  assert.deepEqual([served.weights, served.kv, replicas], ["fp4", "fp8", 1]);
  assert.deepEqual([point.concurrency, point.measured], [64, { tpotMs: 33.4 }]);
});

test("a table in the columns of InferenceX's own results is one in those of aiconfigurator", () => {
  const names =
    "hw,framework,model,image,precision,spec_decoding,disagg,isl,osl,conc,tp,ep,dp_attention,mean_ttft,mean_tpot";
  const pointOf = (line: string) => new PointColumns(names.split(",")).pointOf(line.split(","));
  const point = pointOf(
    "b200-nv_3,trt,nvidia/DeepSeek-R1-FP4,nvcr.io#nvidia/tensorrt-llm/release:1.1.0rc2,fp4,mtp,false,1024,8192,64,8,8,true,0.412,0.0334",
  );
  assert.ok(point.deployed.type === "whole");
  const { chip, tensorParallel, attentionParallel, expertParallel, speculation } = point.deployed.served;
  assert.deepEqual([chip.name, tensorParallel, attentionParallel, expertParallel], ["b200", 1, 8, 8]);
  assert.deepEqual(speculation, { drafts: 1, accepted: 0.8 });
  assert.deepEqual([point.version, point.concurrency, point.measured], ["1.1.0rc2", 64, { ttftMs: 412, tpotMs: 33.4 }]);
  const dense = pointOf(
    "h200,vllm,meta-llama/Llama-3.1-70B-Instruct,vllm/vllm-openai:v0.11.0,fp8,none,false,1024,1024,16,4,1,false,,",
  );
  assert.ok(dense.deployed.type === "whole");
  assert.deepEqual([dense.version, dense.deployed.served.tensorParallel, dense.measured], ["0.11.0", 4, {}]);
  assert.equal(dense.deployed.served.speculation, undefined);
  // Of this version's tables that say nothing of drafts, it is guessed that there were.
  const plain = pointOf("b200,trt,nvidia/DeepSeek-R1-FP4,x:1.2.0rc6.post3,fp4,none,false,1024,1024,64,8,8,false,,");
  assert.ok(plain.deployed.type === "whole");
  assert.equal(plain.version, "1.2.0rc6.post3");
  assert.equal(plain.deployed.served.speculation, undefined);
});

test("keys and values are in FP8 with quantised weights, but for the one recipe of InferenceX that left them alone", () => {
  const kvOf = (line: string) => {
    const { deployed } = pointOf(line);
    return deployed.type === "whole" ? deployed.served.kv : undefined;
  };
  assert.equal(kvOf("a,vllm,meta-llama/Llama-3.1-70B,h200_sxm,fp8,agg,1024,8192,4,2,,,,,64"), "fp8");
  assert.equal(kvOf("a,vllm,meta-llama/Llama-3.1-70B,h100_sxm,fp8,agg,1024,8192,4,2,,,,,64"), "bf16");
  assert.equal(kvOf("a,trtllm,meta-llama/Llama-3.1-70B,h100_sxm,fp8,agg,1024,8192,4,2,,,,,64"), "fp8");
});

test("a model's name tells the precision where the row does not", () => {
  const weightsOf = (model: string) => {
    const { deployed } = pointOf(`a,vllm,${model},h200,,agg,100,100,4,1,,,,,4`);
    return deployed.type === "whole" ? deployed.served.weights : undefined;
  };
  assert.equal(weightsOf("nvidia/Llama-3.1-8B-Instruct-FP8"), "fp8");
  assert.equal(weightsOf("nvidia/Qwen3-32B-NVFP4"), "fp4");
  assert.equal(weightsOf("Qwen/Qwen3-32B"), "bf16");
  assert.equal(weightsOf("RedHatAI/Qwen3-32B-quantized.w8a8"), "int8");
  assert.equal(weightsOf("RedHatAI/Qwen3-32B-quantized.w4a16"), "int4");
  assert.equal(weightsOf("deepseek-ai/DeepSeek-R1"), "fp8");
  assert.equal(weightsOf("moonshotai/Kimi-K2-Thinking"), "int4");
  assert.equal(weightsOf("openai/gpt-oss-120b"), "fp4");
  assert.equal(weightsOf("lmsys/gpt-oss-120b-bf16"), "bf16");
});

test("numbers with a decimal comma are read, and what may be thousands is not guessed", () => {
  const line = ["a", "SGL", "Qwen/Qwen3-32B", "h200", "fp8", "agg", "1024,0", "100", "", "1", "", "", "", "12,5", "4"];
  const { measured, promptTokens } = columns.pointOf(line);
  assert.deepEqual([measured.tpotMs, promptTokens], [12.5, 1024]);
  const changed = (at: number, cell: string) => columns.pointOf(line.with(at, cell));
  assert.throws(() => changed(13, "1,250"), { param: "silicon_tpot_ms" });
  assert.throws(() => changed(6, "1,024"), { param: "isl" });
  for (const cell of ["NaN", "n/a", "-", "", "0", "-1"]) assert.deepEqual(changed(13, cell).measured, {}, cell);
  assert.equal(columns.pointOf(line.with(1, "TensorRT_LLM")).deployed.type, "whole");
});

test("precisions are understood as tables, checkpoints and engines write them", () => {
  const written = {
    fp4: "nvfp4 NVFP4 mxfp4 w4a16_mxfp4 w4a8_mxfp4_mxfp8 modelopt_fp4",
    fp8: "fp8_block FP8 fp8-block fp8_e4m3 w8a8 mxfp8 fbgemm_fp8 int8_wo",
    int8: "int8 smoothquant sq",
    int4: "int4_wo w4afp8 w4a16 W4A16_AWQ awq_marlin gptq",
    bf16: "bf16 float16 half BFloat16 unquantized",
  };
  for (const [format, all] of Object.entries(written)) {
    for (const one of all.split(" ")) {
      const { deployed } = pointOf(`a,vllm,Qwen/Qwen3-32B,h200,${one},agg,100,100,4,1,,,,,4`);
      assert.equal(deployed.type === "whole" && deployed.served.weights, format, one);
    }
  }
});

test("a split that was multiplied with itself is taken at its root, and more clients than batches are replicas", () => {
  const squared = pointOf("a,trtllm,deepseek-ai/DeepSeek-R1,b200_sxm,fp4,agg,1024,8192,4.0,1.0,64.0,8.0,8.0,33.4,256");
  assert.ok(squared.deployed.type === "whole");
  assert.equal(squared.deployed.served.attentionParallel, 8);
  assert.equal(squared.deployed.replicas, 1);
  const several = pointOf("a,trtllm,Qwen/Qwen3-32B,gb200,fp4,agg,15000,500,14,2,1,1,1,13.2,448");
  assert.ok(several.deployed.type === "whole");
  assert.equal(several.deployed.replicas, 32);
});

test("copies of attention over one set of experts are told from replicas, and splits that cannot be from those that were", () => {
  const names = ["backend", "model_path", "system", "isl", "osl", "batch_size", "silicon_data_source"];
  const splits = ["tp_size", "attention_dp_size", "moe_tp_size", "moe_ep_size"];
  const splitOf = (model: string, clients: number, ...split: readonly (number | "")[]) => {
    const cells = [
      "trtllm",
      model,
      "h200",
      "1024",
      "1024",
      "16",
      `silicon_concurrency=${clients}`,
      ...split.map(String),
    ];
    const { deployed, concurrency } = new PointColumns([...names, ...splits]).pointOf(cells);
    assert.ok(deployed.type === "whole");
    const { tensorParallel, attentionParallel, expertParallel } = deployed.served;
    return { split: [tensorParallel, attentionParallel, expertParallel], replicas: deployed.replicas, concurrency };
  };
  // Clients of eight batches, experts over eight accelerators: eight copies of attention.
  assert.deepEqual(splitOf("deepseek-r1", 128, 8, "", 1, 8), { split: [1, 8, 8], replicas: 1, concurrency: 128 });
  // Experts' shares on more accelerators than attention has.
  assert.deepEqual(splitOf("qwen3-235b-a22b", 16, 2, "", 4, 1).split, [2, 2, 1]);
  // Four accelerators, each counted as all of them.
  assert.deepEqual(splitOf("minimax-m2.5", 64, 4, 4, 1, 16).split, [4, 1, 4]);
  // A rack.
  assert.deepEqual(splitOf("deepseek-r1", 16, 36, 1, 36, 1).split, [1, 36, 36]);
  assert.deepEqual(splitOf("llama-3.1-70b", 64, 2, "", "", "").replicas, 4);
});

test("what an export leaves out is told by the day, the version and the recipe", () => {
  const names = ["backend", "model_path", "system", "precision", "isl", "osl", "concurrency", "tp_size", "moe_ep_size"];
  const servedOf = (of: string, version: string, day: string) => {
    const table = new PointColumns([...names, "backend_version", "silicon_data_source"]);
    const { deployed } = table.pointOf([
      ...of.split(","),
      version,
      `source_file=2026-04-06.csv; measured=${day}T00:00:00.000Z`,
    ]);
    assert.ok(deployed.type === "whole");
    return deployed.served;
  };
  const deepseek = "trtllm,deepseek-r1,h200,fp8,1024,1024,64,8,1";
  assert.deepEqual(
    [servedOf(deepseek, "", "2025-11-02"), servedOf(deepseek, "1.2.0rc6.post2", "2026-01-29")].map(
      ({ version, expertParallel, speculation }) => [version, expertParallel, speculation],
    ),
    [
      ["1.1", 8, undefined],
      ["1.2.0rc6.post2", 1, undefined],
    ],
  );
  assert.ok(servedOf(deepseek, "1.2.0rc6.post3", "2026-02-06").speculation);
  assert.equal(servedOf("vllm,gpt-oss-120b,h200,fp4,1024,1024,64,8,1", "0.18.0", "2026-03-27").kv, "bf16");
  assert.equal(servedOf("vllm,gpt-oss-120b,b200,fp4,1024,1024,64,8,1", "0.18.0", "2026-03-27").kv, "fp8");
  const splitOf = (...of: Parameters<typeof servedOf>) => {
    const { tensorParallel, attentionParallel, expertParallel, kv } = servedOf(...of);
    return [tensorParallel, attentionParallel, expertParallel, kv];
  };
  // DeepSeek's first recipes give copies of attention to many clients, the sooner the longer their prompts.
  const fp4 = (load: string) => splitOf(`trtllm,deepseek-r1,b200,fp4,${load},8,1`, "", "2025-11-02");
  assert.deepEqual(fp4("1024,1024,4"), [8, 1, 1, "fp8"]);
  assert.deepEqual(fp4("1024,1024,128"), [8, 1, 8, "fp8"]);
  assert.deepEqual(fp4("1024,8192,256"), [1, 8, 8, "fp8"]);
  assert.deepEqual(fp4("8192,1024,64"), [1, 8, 8, "fp8"]);
  // MiniMax's dealt experts out without being asked, and have copies of attention for many clients since.
  const minimax = (precision: string, clients: number, ...run: [string, string]) =>
    splitOf(`vllm,minimax-m2.5,b200,${precision},1024,1024,${clients},2,${precision === "fp4" ? 2 : 1}`, ...run);
  assert.deepEqual(minimax("fp8", 64, "0.17.0", "2026-03-11"), [2, 1, 2, "bf16"]);
  assert.deepEqual(minimax("fp8", 64, "0.19.0", "2026-04-03"), [2, 1, 1, "fp8"]);
  assert.deepEqual(minimax("fp4", 256, "0.19.0", "2026-04-08"), [2, 1, 2, "fp8"]);
  assert.deepEqual(minimax("fp4", 256, "0.19.0", "2026-04-22"), [1, 2, 2, "fp8"]);
});

test("an engine behind a router, or in pools, is that engine", () => {
  const engineOf = (backend: string) => {
    const { deployed } = pointOf(`1,${backend},llama-3.1-8b,h200,,agg,100,10,,1,,,,,4`);
    return deployed.type === "whole" ? deployed.served.engine : undefined;
  };
  const names = { trt: "tensorrt-llm", "dynamo-trt": "tensorrt-llm", "Dynamo-vLLM": "vllm", "sglang-disagg": "sglang" };
  for (const [written, engine] of Object.entries(names)) assert.equal(engineOf(written), engine, written);
});

test("the stages of a pipeline are on accelerators of their own", () => {
  const table = new PointColumns([
    "backend",
    "model_path",
    "system",
    "isl",
    "osl",
    "concurrency",
    "tp_size",
    "pp_size",
  ]);
  const { deployed } = table.pointOf("vllm,llama-3.1-405b,h100,100,10,4,8,2".split(","));
  assert.ok(deployed.type === "whole");
  assert.equal(acceleratorsOf(deployed.served), 16);
});

test("what holds for all rows need not stand in any, and what a row says comes first", () => {
  const table = new PointColumns(["model_path", "isl", "osl", "tp_size", "concurrency"], {
    backend: "sglang",
    system: "h200",
    tp_size: "8",
  });
  const of = (line: string) => {
    const { deployed } = table.pointOf(line.split(","));
    return deployed.type === "whole" ? deployed.served : assert.fail();
  };
  assert.equal(of("llama-3.1-70b,1024,1024,,4").tensorParallel, 8);
  const own = of("llama-3.1-70b,1024,1024,2,4");
  assert.deepEqual([own.tensorParallel, own.engine, own.chip.name], [2, "sglang", "h200"]);
});

test("a tool's run has its own load, settings and drafts, and keys and values as engines keep them by themselves", () => {
  const names =
    "tool,backend,model_path,system,precision,isl,osl,isl_stddev,requests,request_rate,concurrency,kv_tokens,max_sequences,drafts,accepted_drafts,silicon_ttft_p99_ms,silicon_output_tokens_per_second";
  const table = new PointColumns(names.split(","));
  const point = table.pointOf(
    "vllm bench serve,vllm,meta-llama/Llama-3.1-70B,h200,fp8,1024,128,200,500,2.5,64,160000,256,3,1.5,900,320".split(
      ",",
    ),
  );
  assert.ok(point.deployed.type === "whole");
  assert.deepEqual(point.told, {
    load: {
      promptTokens: 1024,
      outputTokens: 128,
      requestsPerSecond: 2.5,
      requests: 500,
      promptDeviation: 200,
      concurrency: 64,
    },
    settings: { maxSequences: 256, kvBlocks: 10_000 },
  });
  assert.deepEqual([point.isInferenceX, point.source], [false, "vllm bench serve"]);
  assert.deepEqual(point.deployed.served.speculation, { drafts: 3, accepted: 1.5 });
  assert.deepEqual(point.measured, {});
  assert.deepEqual(point.measurements, [
    { figure: "ttft", statistic: "p99", ms: 900 },
    { figure: "throughput", tokensPerSecond: 320 },
  ]);
  const kvOf = (tool: string, backend: string, model: string) => {
    const line = `${tool},${backend},${model},h200,fp8,1024,128,,,,64,,,,,,`.split(",");
    const { deployed } = table.pointOf(line);
    return deployed.type === "whole" && deployed.served.kv;
  };
  assert.equal(kvOf("vllm bench serve", "vllm", "meta-llama/Llama-3.1-70B"), "bf16");
  assert.equal(kvOf("vllm bench serve", "vllm", "nvidia/Llama-3.1-70B-Instruct-FP8"), "fp8");
  assert.equal(kvOf("trtllm-bench", "trtllm", "meta-llama/Llama-3.1-70B"), "fp8");
  assert.equal(kvOf("InferenceX", "vllm", "meta-llama/Llama-3.1-70B"), "fp8");
});

test("a table that says at which rate or how many were asked is somebody's own run, whoever it is", () => {
  const table = new PointColumns(
    "backend,model_path,system,precision,isl,osl,concurrency,requests,request_rate".split(","),
  );
  const of = (line: string) => table.pointOf(`vllm,llama-3.1-8b,h200,fp8,1024,128,${line}`.split(","));
  const own = of("16,320,");
  assert.deepEqual([own.source, own.isInferenceX, own.told?.load.requests], ["others", false, 320]);
  assert.equal(own.deployed.type === "whole" && own.deployed.served.kv, "bf16");
  assert.equal(of(",,4.5").told?.load.requestsPerSecond, 4.5);
  assert.deepEqual([of("16,,").source, of("16,,").told], ["InferenceX", undefined]);
});

test("columns that are missing are named all at once", () => {
  assert.throws(() => new PointColumns(["id", "backend", "isl"]), {
    message: /lacks the columns model_path, system, osl, concurrency or batch_size\. .*id, backend, isl/,
  });
});

test("a cell that is wrong is told with its column and what would fit", () => {
  const row = (values: Record<string, string>) =>
    head
      .split(",")
      .map(
        (name) =>
          values[name] ??
          { backend: "vllm", model_path: "llama-3.1-8b", system: "h200", isl: "100", osl: "10", concurrency: "4" }[
            name
          ] ??
          "",
      )
      .join(",");
  assert.throws(() => pointOf(row({ isl: "-5" })), {
    param: "isl",
    message: /isl is "-5"\. It must be a whole number/,
  });
  assert.throws(() => pointOf(row({ concurrency: "" })), { param: "concurrency" });
  assert.throws(() => pointOf(row({ concurrency: "1e9" })), { param: "concurrency", message: /at the most/ });
  assert.throws(() => pointOf(row({ system: "h300" })), { message: /no chip "h300" .*Nearest: h\d00/ });
  assert.throws(() => pointOf(row({ model_path: "llama-3.1-71b" })), { message: /Nearest: .*llama-3.1-70b/ });
  assert.throws(() => pointOf(row({ backend: "mlc" })), { param: "backend", message: /There are: vllm/ });
  assert.throws(() => pointOf(row({ precision: "int3" })), { param: "precision" });
  assert.throws(() => pointOf(row({ mode: "both" })), { param: "mode" });
});

test("experts of a model that has none are nobody's, and sparse attention needs no FP8", () => {
  const { deployed } = pointOf("a,vllm,Qwen/Qwen3-32B,h200,fp8,agg,100,100,4,4,1,1,4,,4");
  assert.equal(deployed.type === "whole" && deployed.served.expertParallel, 1);
  const old = pointOf("a,sglang,deepseek-ai/DeepSeek-V3.2,a100,int4,agg,8192,64,4,8,1,1,8,,4");
  const { ttftMs, tpotMs } = predictPoint(old);
  assert.ok(ttftMs.mean > 1 && tpotMs.mean > 1, `${ttftMs.mean} ${tpotMs.mean}`);
  const long = pointOf("a,trtllm,meta-llama/Llama-3.1-8B,h200,fp8,agg,60000,64,4,1,1,1,1,,4");
  assert.ok(predictPoint(long).ttftMs.mean > 100);
});

test("pools that a row of InferenceX does not name are those of its recipe of that day, without drafts where it ran both ways", () => {
  const table = new PointColumns(
    "id,backend,backend_version,model_path,system,precision,mode,isl,osl,tp_size,prefill_tp_size,decode_tp_size,concurrency,silicon_data_source".split(
      ",",
    ),
  );
  const row = (mode: string, splits: string, concurrency: number, day: string) =>
    table.pointOf(
      `a,trtllm,,deepseek-ai/DeepSeek-R1,gb200,fp4,${mode},8192,1024,${splits},${concurrency},source_file=2026-03-25.csv; measured=${day}`.split(
        ",",
      ),
    );
  const { deployed, recipe } = row("disagg", ",4,8", 102, "2025-12-19");
  assert.ok(deployed.type === "disaggregated" && recipe?.day === "2025-12-05");
  assert.deepEqual(
    [deployed.prefill.replicas, deployed.decode.replicas, deployed.decode.served.speculation],
    [1, 3, undefined],
  );
  // One with so many accelerators is a rack of pools, of which the decode workers draft two tokens.
  const rack = row("agg", "48,,", 1075, "2025-11-17").deployed;
  assert.ok(rack.type === "disaggregated");
  assert.deepEqual([rack.prefill.replicas, rack.decode.served.attentionParallel], [8, 16]);
  assert.equal(rack.decode.served.speculation?.drafts, 2);
  // The same pools ran with drafts, too, which the row does not tell: none are assumed, and that is said.
  const either = row("disagg", ",4,8", 24, "2025-12-19");
  assert.ok(either.deployed.type === "disaggregated" && either.recipe?.mayDraft);
  assert.equal(either.deployed.decode.served.speculation, undefined);
  assert.match(predictPoint(either).assumed ?? "", /ran with drafted tokens, too/);
  assert.throws(() => row("disagg", ",4,8", 103, "2025-12-19"), /prefill_num_workers is empty, and no recipe/);
});
