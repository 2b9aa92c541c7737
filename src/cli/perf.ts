/** `tokenworks perf`: how fast a chip makes tokens of a model, and what one costs, before anybody buys it. */
import { Command } from "commander";
import { calibrateCommand } from "./perf-calibrate.ts";
import { estimateCommand } from "./perf-estimate.ts";
import { replayCommand } from "./perf-replay.ts";
import { searchCommand } from "./perf-search.ts";

export const perfCommand = new Command("perf")
  .summary("predict how fast a chip makes tokens of a model, and what they cost")
  .description(
    "Predicts how fast an accelerator makes tokens of a model under a load, and what a million of them cost. Kernels take " +
      "the time that was measured of them; the engine's scheduler is simulated step by step. docs/perf.md is the guide, " +
      "docs/perf-accuracy.md tells how far to trust it.",
  )
  .addHelpText(
    "after",
    `
Examples:
  $ tokenworks perf estimate --model llama-3.1-70b --chip h200 --tp 4 --concurrency 1,16,64,256
  $ tokenworks perf estimate --points measured_e2e.csv --out predicted.csv
  $ tokenworks perf search --model llama-3.1-70b --slo ttft=500ms,tpot=30ms --chips h100,h200,b200,mi355x
  $ tokenworks perf replay --trace azure-2023-conv --model llama-3.1-70b --chip h200 --tp 4
  $ tokenworks perf calibrate`,
  )
  .addCommand(estimateCommand)
  .addCommand(searchCommand)
  .addCommand(replayCommand)
  .addCommand(calibrateCommand);
