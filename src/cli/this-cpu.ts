/** The calibration of this computer's engine, in the data folder. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { LocalCalibration } from "../perf/local/local.ts";
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
  const [first] = parsed.error.issues;
  const place = first === undefined || first.path.length === 0 ? "" : `${first.path.join(".")}: `;
  throw new Fault("invalid_value", {
    message: `${path} is no calibration: ${place}${first?.message}.`,
    remedy: "Run `tokenworks perf calibrate` again.",
    param: "chip",
  });
}

/** Before minutes of measuring. @throws Fault `invalid_value` where nothing could be kept */
export function checkKeep(dataDir: string): void {
  writing(dataDir, (path) => {
    writeFileSync(`${path}.new`, "");
    rmSync(`${path}.new`);
  });
}

/** Whole or not at all. @throws Fault `invalid_value` where it cannot be kept */
export function keepThisCpu(dataDir: string, found: LocalCalibration): string {
  return writing(dataDir, (path) => {
    writeFileSync(`${path}.new`, `${JSON.stringify(found, null, 2)}\n`);
    renameSync(`${path}.new`, path);
  });
}

function writing(dataDir: string, write: (path: string) => void): string {
  const path = calibrationPath(dataDir);
  try {
    mkdirSync(join(dataDir, "perf"), { recursive: true });
    write(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Fault("invalid_value", {
      message: `${path} cannot be written (${code ?? message}).`,
      remedy: "Name another folder by --data.",
      param: "data",
    });
  }
  return path;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
