/**
 * Fits `drawShares` of src/perf/power/power.ts to the power that Splitwise measured of Llama 2 70B on A100, and holds BLOOM out.
 *
 *     node tools/perf/fit-power.ts [--data ../shared/data/perf]
 */
import { parseArgs } from "node:util";
import { chipNamed } from "../../src/catalog/chips.ts";
import { acceleratorWatts, drawShares } from "../../src/perf/power/power.ts";
import { defaultData, mean } from "../../bench/perf/measured.ts";
import { readSplitwise, type SplitwisePower } from "../../bench/perf/splitwise-power.ts";
import { minimise } from "./minimise.ts";

const { values } = parseArgs({ options: { data: { type: "string", default: defaultData } } });
const chip = chipNamed("a100");
const tdp = chip.tdpWatts!.value;
const runs = readSplitwise(values.data);
const fitted = runs.filter(({ model }) => model === "llama2-70b");

const loss = ([awake = 0, tensor = 0, memory = 0]: readonly number[]) => {
  const shares = { ...drawShares, awake, tensor, memory };
  return mean(fitted.map((run) => error(run, shares).average + error(run, shares).peak));
};
const [awake, tensor, memory] = minimise(loss, [0.15, 1.5, 1], 400);
const shares = { ...drawShares, awake: awake!, tensor: tensor!, memory: memory! };
console.log(shares);
for (const [model, of] of Map.groupBy(runs, ({ model }) => model)) {
  const errors = of.map((run) => error(run, shares));
  console.log(model, of.length, "runs: average power", mean(errors.map(({ average }) => average)) * 100, "% off");
}

function error({ prompt, decode, peak, average }: SplitwisePower, shares: typeof drawShares) {
  const ofPrompt = acceleratorWatts(chip, prompt, shares)! / tdp;
  const ofDecode = acceleratorWatts(chip, decode, shares)! / tdp;
  const all = (ofPrompt * prompt.seconds + ofDecode * decode.seconds) / (prompt.seconds + decode.seconds);
  return { average: Math.abs(all / average - 1), peak: Math.abs(ofPrompt / Math.min(1, peak) - 1) };
}
