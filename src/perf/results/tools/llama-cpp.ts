/**
 * Results of llama.cpp's `llama-bench -o json|jsonl|csv` and `llama-batched-bench --output-format jsonl` (ggml-org/llama.cpp,
 * tools/llama-bench/llama-bench.cpp: `test::get_fields`; tools/batched-bench/batched-bench.cpp). A prompt test gives TTFT, a
 * decode test gives TPOT. A batch computes all prompts before it decodes. llama.cpp itself is not predicted on accelerators:
 * `--engine` names the engine to compare with.
 */
import { cellsOf, type Reader, timeCells } from "../row.ts";

export const llamaBench: Reader = {
  tool: "llama-bench",
  read(fields) {
    if (!fields.has("n_prompt", "n_gen", "avg_ns", "model_filename")) return undefined;
    const [prompt = 0, made = 0, depth = 0] = [
      fields.number("n_prompt"),
      fields.number("n_gen"),
      fields.number("n_depth"),
    ];
    const milliseconds = (fields.number("avg_ns") ?? Number.NaN) / 1e6;
    const file = fields.text("model_filename") ?? "";
    return [
      {
        cells: cellsOf({
          system: fields.text("gpu_info"),
          model_path: modelOf(file),
          precision: formatOf(`${fields.text("model_type") ?? ""} ${file}`),
          kvcache_quant_mode: fields.text("type_k") === "q8_0" ? "int8" : "bf16",
          isl: Math.max(1, prompt + depth),
          osl: made > 0 ? made : 1,
          concurrency: 1,
          requests: 1,
          ...(made === 0 ? timeCells("ttft", { mean: milliseconds }) : {}),
          ...(prompt === 0 ? timeCells("tpot", { mean: milliseconds / made }) : {}),
          ...(prompt > 0 && made > 0 ? timeCells("e2e", { mean: milliseconds }) : {}),
        }),
      },
    ];
  },
};

export const llamaBatchedBench: Reader = {
  tool: "llama-batched-bench",
  read(fields) {
    if (!fields.has("pp", "tg", "pl", "t_pp", "t_tg")) return undefined;
    const [prompt = 0, made = 0, batch = 1] = [fields.number("pp"), fields.number("tg"), fields.number("pl")];
    const [prompts = 0, decodes = 0] = [fields.number("t_pp"), fields.number("t_tg")];
    return [
      {
        cells: cellsOf({
          isl: Math.max(1, prompt),
          osl: Math.max(1, made),
          concurrency: batch,
          requests: batch,
          ...timeCells("ttft", { mean: prompts * 1e3 }),
          ...(made > 0 && timeCells("tpot", { mean: (decodes * 1e3) / made })),
        }),
      },
    ];
  },
};

/** `models/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf` is Meta-Llama-3.1-8B-Instruct. A model may be split into several files. */
function modelOf(file: string): string {
  const name = file.split(/[/\\]/).at(-1) ?? file;
  return name
    .replace(/\.gguf$/i, "")
    .replace(/-\d{5}-of-\d{5}$/, "")
    .replace(new RegExp(`[-.]${format.source}.*$`, "i"), "");
}

const format = /(i?q\d\w*|tq\d\w*|mxfp4\w*|bf16|f16|f32)/i;

/** The format by the bits of a weight. Five to eight bits count as eight, fewer as four. */
function formatOf(said: string): string | undefined {
  const found = new RegExp(`(?:^|[\\s.-])${format.source}`, "i").exec(said)?.[1]?.toLowerCase();
  if (found === undefined) return undefined;
  if (found.startsWith("mxfp4")) return "fp4";
  const bits = /^(?:iq|q|tq)(\d)/.exec(found)?.[1];
  if (bits === undefined) return "bf16";
  return Number(bits) <= 4 ? "int4" : "int8_wo";
}
