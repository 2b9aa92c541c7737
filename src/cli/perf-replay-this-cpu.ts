/** `tokenworks perf replay --chip this-cpu`: a recorded load on this computer's engine, or on several like it. */
import { localBlocks, simulateLocal } from "../perf/local/local.ts";
import { overTime } from "../perf/simulate/over-time.ts";
import { Fault } from "../stack/fault.ts";
import { keep } from "./keep.ts";
import { printJson } from "./options.ts";
import { objectiveText } from "./perf-objective.ts";
import type { ReplayOptions } from "./perf-replay.ts";
import { knownOf, onThisCpu, plainOf } from "./perf-this-cpu.ts";
import { readTrace } from "./perf-trace.ts";
import { checkLengths, csvOf, drawSvg, percentiles, picture } from "./replay-shown.ts";
import { bold, dim, number } from "./terminal.ts";

export async function replayThisCpu(options: ReplayOptions): Promise<void> {
  if (options.prefillReplicas !== undefined || options.prefillTp !== undefined) {
    throw new Fault("invalid_value", {
      message: "This computer's engine computes prompts and answers in one: it has no replicas for prompts alone.",
      remedy: "Leave out --prefill-replicas, or name an accelerator.",
      param: "prefill-replicas",
    });
  }
  const here = onThisCpu(options, options.factory);
  const { calibration, model, scale, provenance, notes } = here;
  const { replicas, router, slo } = options;
  const workload = readTrace(options.trace, options);
  checkLengths(workload.promptTokens, workload.outputTokens, calibration.contextTokens, "this computer's engine");
  const result = simulateLocal(calibration, workload, scale, {
    replicas,
    router,
    slo: { ttftSeconds: slo.ttftMs / 1e3, tpotSeconds: slo.tpotMs / 1e3 },
  });
  const { requests, spanSeconds, goodput, digest, outputTokensPerSecond, totalTokensPerSecond } = result;
  const figures = plainOf(calibration, result);
  const uses = result.pools.flatMap((pool) => pool.replicas);
  const pools = [{ name: "replicas", moments: overTime(uses, localBlocks(calibration), 1) }];
  if (options.csv !== undefined) keep(options.csv, "csv", csvOf(pools));
  if (options.json) {
    printJson({
      chip: calibration.chip,
      processor: calibration.processor,
      model: model.name,
      provenance,
      beyond: notes,
      replicas,
      requests,
      spanSeconds,
      goodput,
      digest,
      ...figures,
      totalTokensPerSecond,
      pools,
    });
  } else {
    const computers = replicas === 1 ? "this computer" : `${replicas} computers like this one`;
    console.log(
      `${bold(`${requests.toLocaleString("en")} requests in ${number(spanSeconds)} s on ${computers}`)}  ${dim(`${model.name}, llama.cpp, ${calibration.processor}`)}\n`,
    );
    console.log(percentiles(figures));
    console.log(`\n${picture(pools[0]!.moments, "")}`);
    console.log(`
goodput   ${number((goodput?.share ?? 0) * 100)} % of requests within ${objectiveText(slo)}, ${number(goodput?.requestsPerSecond ?? 0)} requests/s
output    ${number(outputTokensPerSecond)} tokens/s
${knownOf(here)}`);
  }
  if (options.svg !== undefined) await drawSvg(options.svg, pools);
}
