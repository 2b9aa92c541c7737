/**
 * AMD's chips on InferenceX's pages that compare two chips: tokens a second of a user, and of an accelerator (prompts and answers
 * together). Nothing is fitted on them.
 *
 *   node bench/perf/compare-pages.ts [--data ../shared/data/perf] [--json]
 *
 * The pages name neither engine nor split. These are taken from the recipes (SemiAnalysisAI/InferenceX, configs/amd-master.yaml and
 * configs/deprecated): DeepSeek R1 on SGLang over eight, and gpt-oss on vLLM over four, as only that split has such rates. The figures
 * lie between measured points, so their numbers of clients are interpolated.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chipNamed } from "../../src/catalog/chips.ts";
import { modelNamed } from "../../src/catalog/models.ts";
import { CsvReader } from "../../src/perf/csv.ts";
import type { Served } from "../../src/perf/deployment.ts";
import { inferenceXLoad, inferenceXSettings } from "../../src/perf/inferencex/inferencex.ts";
import { predict } from "../../src/perf/predict.ts";
import { absent, csvOf, keep } from "./data.ts";
import { defaultData, mean } from "./measured.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: defaultData }, json: { type: "boolean", default: false } },
});
const path = join(values.data, "published_compare_pages.csv");
if (!existsSync(path)) absent(path, "https://inferencex.semianalysis.com/compare");

const alone = { expertParallel: 1, attentionParallel: 1 } as const;
const recipes: Readonly<Record<string, Omit<Served, "chip" | "weights">>> = {
  "DeepSeek-R1": { ...alone, model: modelNamed("deepseek-r1"), engine: "sglang", tensorParallel: 8, kv: "fp8" },
  "gpt-oss-120b": { ...alone, model: modelNamed("gpt-oss-120b"), engine: "vllm", tensorParallel: 4, kv: "bf16" },
};
const reader = new CsvReader();
const [head, ...records] = [...reader.push(readFileSync(path, "utf8")), ...reader.end()].map(({ cells }) => cells);
const rows = records.flatMap((cells) => {
  const of = (name: string) => cells[head!.indexOf(name)] ?? "";
  const recipe = recipes[of("model")];
  if (!of("gpu").startsWith("MI") || recipe === undefined) return [];
  const served: Served = {
    ...recipe,
    chip: chipNamed(of("gpu").toLowerCase()),
    weights: of("precision") as Served["weights"],
  };
  const [promptTokens = 0, outputTokens = 0] = of("isl_osl")
    .split("/")
    .map((thousands) => Number.parseInt(thousands, 10) * 1024);
  const asked = [promptTokens, outputTokens, Number(of("concurrency"))] as const;
  const { tokensPerSecondPerUser, outputTokensPerSecondPerAccelerator } = predict(
    served,
    inferenceXLoad(...asked),
    inferenceXSettings(served, ...asked),
  );
  const both = outputTokensPerSecondPerAccelerator * (1 + promptTokens / outputTokens);
  return {
    model: of("model"),
    chip: of("gpu"),
    lengths: of("isl_osl"),
    clients: Number(of("concurrency")),
    "tok/s/user": Number(of("tok_s_user")),
    predicted: Number(tokensPerSecondPerUser.toPrecision(3)),
    off: offBy(tokensPerSecondPerUser, of("tok_s_user")),
    "tok/s/accel.": Number(of("tok_s_gpu")),
    "predicted too": Number(both.toPrecision(3)),
    "off by": offBy(both, of("tok_s_gpu")),
  };
});
if (values.json) console.log(JSON.stringify(rows));
else {
  console.table(rows);
  const percent = (name: "off" | "off by") => mean(rows.map((row) => Math.abs(row[name]))).toFixed(0);
  console.log(`Off on average: ${percent("off")} % of a user's rate, ${percent("off by")} % of an accelerator's.`);
}
keep("compare-pages.csv", csvOf(rows));

function offBy(predicted: number, measured: string): number {
  return Math.round((predicted / Number(measured) - 1) * 100);
}
