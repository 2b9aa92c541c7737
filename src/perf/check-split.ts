/** Refuses deployments that cannot be: an engine on another maker's chip, splits that do not divide, formats without kernels. */
import { Fault } from "../stack/fault.ts";
import {
  type EngineName,
  engineNames,
  engineTitles,
  isBlackwell,
  isWidened,
  type Served,
  stagesOf,
} from "./deployment.ts";

/** @throws Fault `invalid_value` that names the field, what was wrong and what would fit */
export function checkSplit(served: Served): void {
  checkEngine(served);
  checkTensorParallel(served);
  checkPipelineParallel(served);
  checkExpertParallel(served);
  checkFormat(served);
}

/** Engines that run on one maker's chips only. */
const engineVendors: Readonly<Partial<Record<EngineName, string>>> = { "tensorrt-llm": "NVIDIA", atom: "AMD" };

function checkEngine({ engine, chip }: Served): void {
  const runs = (name: EngineName) => (engineVendors[name] ?? chip.vendor) === chip.vendor;
  if (runs(engine)) return;
  refuse(
    "engine",
    `${engineTitles[engine]} does not run on ${chip.title}.`,
    `Try ${engineNames.filter(runs).join(", ")}.`,
  );
}

/** Heads are shared evenly, and with compressed attention the groups of their output too. */
function checkTensorParallel({ model, tensorParallel }: Served): void {
  const { attention } = model;
  const { heads } = attention;
  if (!Number.isInteger(tensorParallel) || tensorParallel < 1 || heads % tensorParallel !== 0) {
    refuse(
      "tp",
      `${model.title} has ${heads} attention heads, which ${tensorParallel} accelerators cannot share.`,
      `Tensor parallel could be ${dividing(heads, 32)}.`,
    );
  }
  const groups = attention.type === "compressed" ? attention.outputGroups : tensorParallel;
  if (groups % tensorParallel !== 0) {
    refuse(
      "tp",
      `${model.title} projects the output of its heads in ${groups} groups, which ${tensorParallel} accelerators cannot share.`,
      `Tensor parallel could be ${dividing(groups, 16)}.`,
    );
  }
}

function checkPipelineParallel(served: Served): void {
  const { title, layers } = served.model;
  const stages = stagesOf(served);
  if (Number.isInteger(stages) && stages >= 1 && stages <= layers) return;
  refuse(
    "pp",
    `${title} has ${layers} layers, which cannot be cut into ${stages} stages.`,
    `Pipeline parallel could be any whole number up to ${layers}.`,
  );
}

/** Experts need not come out even on their accelerators: engines keep some of them twice. */
function checkExpertParallel({ model, tensorParallel, attentionParallel, expertParallel }: Served): void {
  if (expertParallel <= 1) return;
  if (model.feedForward.type === "dense") {
    refuse("ep", `${model.title} has no experts to be dealt out.`, "Expert parallel could be 1.");
  }
  const { experts } = model.feedForward;
  const all = tensorParallel * attentionParallel;
  if (expertParallel <= experts && all % expertParallel === 0) return;
  const fitting = [1, 2, 4, 8, 16, 32, 64].filter((count) => experts % count === 0 && all % count === 0);
  refuse(
    "ep",
    `${model.title} has ${experts} experts, which cannot be dealt out to ${expertParallel} of ${all} accelerators.`,
    `Expert parallel could be ${fitting.join(", ")}.`,
  );
}

function checkFormat(served: Served): void {
  const { chip, weights, engine } = served;
  const { fp8, int8 } = chip.peakTeraflops;
  const others = fp8 === undefined ? "" : "fp8, ";
  if (weights === "int8" && (int8 === undefined || isBlackwell(served))) {
    refuse(
      "precision",
      `${engineTitles[engine]} has no kernels in int8 for ${chip.title}.`,
      `Try ${others}bf16 or int4.`,
    );
  }
  if (weights !== "int4" && isWidened(chip, weights) && !hasWidening(served)) {
    refuse(
      "precision",
      `${chip.title} has no arithmetic in ${weights}, and ${engineTitles[engine]} no kernels there that widen it.`,
      `Try ${others}${int8 === undefined ? "" : "int8, "}bf16 or int4.`,
    );
  }
}

/** H100 and H200 with their variants. */
const hopper = /^h[12]00/;

/**
 * Whether an engine has kernels that widen FP4 and FP8 to BF16. Kernels that emulate FP4 product by product do not count.
 *
 * - NVFP4 by Marlin: vLLM and SGLang on all of NVIDIA's chips (vllm-project/vllm#18000, sgl-project/sglang#25655),
 *   TensorRT-LLM on Hopper (NVIDIA/TensorRT-LLM#13476).
 * - FP8 by Marlin: vLLM and SGLang on NVIDIA's chips without FP8 (vllm-project/vllm#5975).
 * - MXFP4 of gpt-oss by Triton, on AMD's chips too.
 */
function hasWidening({ engine, chip, model }: Served): boolean {
  if (chip.vendor === "AMD") return model.name.startsWith("gpt-oss");
  return chip.vendor === "NVIDIA" && (engine !== "tensorrt-llm" || hopper.test(chip.name));
}

/** Powers of two up to `most` that divide a number, for people. */
function dividing(value: number, most: number): string {
  return [1, 2, 4, 8, 16, 32].filter((count) => count <= most && value % count === 0).join(", ");
}

function refuse(param: string, message: string, remedy: string): never {
  throw new Fault("invalid_value", { message, remedy, param });
}
