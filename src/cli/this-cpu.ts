/** The calibration of this computer's engine, in the data folder. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { LocalCalibration } from "../perf/local.ts";
import { Fault } from "../stack/fault.ts";

const amount = z.number().min(0);

const calibration = z.strictObject({
  version: z.literal(1),
  chip: z.literal("this-cpu"),
  processor: z.string(),
  threads: z.int().positive(),
  memoryGigabytes: z.number().positive(),
  isOnGpu: z.boolean(),
  model: z.strictObject({
    name: z.string(),
    parameters: z.number().positive(),
    weightBytes: z.number().positive(),
    hidden: z.number().positive(),
  }),
  parallel: z.int().positive(),
  contextTokens: z.int().positive(),
  batchTokens: z.int().positive(),
  curve: z.strictObject({
    stepSeconds: amount,
    sequenceSeconds: amount,
    contextSeconds: amount,
    promptSeconds: amount,
    pairSeconds: amount,
    ingestSeconds: amount,
  }),
  quality: z.strictObject({ decode: amount, prompt: amount }),
  mixed: z.strictObject({ ttft: z.number(), tpot: z.number(), e2e: z.number() }).exactOptional(),
  date: z.string(),
});

export function calibrationPath(dataDir: string): string {
  return join(dataDir, "perf", "this-cpu.json");
}

/** @throws Fault `invalid_value` where there is none yet, or it is not one */
export function readThisCpu(dataDir: string): LocalCalibration {
  const path = calibrationPath(dataDir);
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new Fault("invalid_value", {
      message: `This computer's engine has not been measured: there is no ${path}.`,
      remedy: "Run `tokenworks perf calibrate`, or name its data folder with --data.",
      param: "chip",
    });
  }
  const parsed = calibration.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new Fault("invalid_value", {
    message: `${path} is no calibration: ${z.prettifyError(parsed.error)}`,
    remedy: "Run `tokenworks perf calibrate` again.",
    param: "chip",
  });
}

/** Whole or not at all. */
export function keepThisCpu(dataDir: string, found: LocalCalibration): string {
  const path = calibrationPath(dataDir);
  mkdirSync(join(dataDir, "perf"), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(found, null, 2)}\n`);
  renameSync(`${path}.new`, path);
  return path;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
