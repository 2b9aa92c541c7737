/** Where predictions were compared with measurements, and in which ways a question lies beyond. */
import { hasMeasuredAttention } from "./band.ts";
import { isCalibrated } from "../operations/chip-families.ts";
import { type Served, stagesOf } from "../deployment.ts";
import { frontEndNote } from "../front-end.ts";

export type Asked = {
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly concurrency: number;
  /** Of a replica that clients ask over HTTP, as predicted. */
  readonly requestsPerSecond?: number;
};

/** Ranges of the measured deployments that calibrations and bands rest on (ai-dynamo/aiconfigurator, 2026-04). */
const held = {
  chips: ["h100", "h200", "b200", "gb200"],
  promptTokens: [900, 15_000],
  outputTokens: [450, 8_192],
  concurrency: [1, 1024],
  accelerators: [1, 16],
} as const;

/** A sentence for each way in which the question is beyond what was measured. None where all is within the range. */
export function beyondRange(
  served: Served,
  { promptTokens, outputTokens, concurrency, requestsPerSecond = 0 }: Asked,
): string[] {
  const { chip, model, weights, tensorParallel, attentionParallel } = served;
  const found: string[] = [];
  if (!(held.chips as readonly string[]).includes(chip.name)) {
    const isKin = isCalibrated(chip);
    found.push(`no deployment on ${chip.title} is calibrated${isKin ? ", but others of its family are" : ""}`);
  }
  if (weights === "int8") found.push("no deployment with weights in int8 is measured");
  if (stagesOf(served) > 1) found.push("no deployment with stages of a pipeline is measured");
  if (!hasMeasuredAttention(model))
    found.push(`no deployment of a model with such attention as ${model.title}'s is measured`);
  const beyond = (what: string, value: number, [least, most]: readonly [number, number]) => {
    if (value >= least && value <= most) return;
    found.push(
      `${what} of ${Math.round(value).toLocaleString("en")} ${value < least ? "is below" : "is above"} the measured ${least.toLocaleString("en")} to ${most.toLocaleString("en")}`,
    );
  };
  beyond("a prompt", promptTokens, held.promptTokens);
  beyond("an answer", outputTokens, held.outputTokens);
  beyond("a concurrency", concurrency, held.concurrency);
  beyond("a number of accelerators", tensorParallel * attentionParallel, held.accelerators);
  const busy = frontEndNote(served.engine, requestsPerSecond, outputTokens);
  if (busy !== undefined) found.push(busy);
  return found;
}
