/** `--slo ttft=500ms,tpot=30ms`. */
import { InvalidArgumentError, Option } from "commander";
import type { Objective } from "../perf/search/space.ts";

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000 };

const usual = "ttft=1s,tpot=50ms";

export function sloOption(description: string): Option {
  return new Option("--slo <objective>", description).argParser(objective).default(objective(usual), usual);
}

/** What is not named is not limited. */
export function objective(text: string): Objective {
  const limits: { ttft?: number; tpot?: number } = {};
  for (const part of text.split(",")) {
    const [, name = "", value = "", unit = ""] = /^\s*([a-z0-9]+)\s*=\s*(-?[\d.]+)\s*([a-zµ]*)\s*$/i.exec(part) ?? [];
    const key = name.toLowerCase();
    if (key !== "ttft" && key !== "tpot") {
      throw new InvalidArgumentError(`"${part.trim()}" is no limit of TTFT or TPOT, such as ttft=500ms,tpot=30ms.`);
    }
    const factor = milliseconds[unit.toLowerCase()];
    if (factor === undefined) {
      throw new InvalidArgumentError(
        `${key} has ${unit === "" ? "no unit" : `the unit "${unit}"`}; ms or s would do: ${key}=500ms.`,
      );
    }
    if (limits[key] !== undefined) throw new InvalidArgumentError(`${key} is given twice.`);
    limits[key] = Number(value) * factor;
    if (!(limits[key] > 0)) throw new InvalidArgumentError(`${key} is ${value} ${unit}; it must be above 0.`);
  }
  return { ttftMs: limits.ttft ?? Infinity, tpotMs: limits.tpot ?? Infinity };
}

export function objectiveText({ ttftMs, tpotMs }: Objective): string {
  const limits = [
    ...(Number.isFinite(ttftMs) ? [`TTFT ${ttftMs} ms`] : []),
    ...(Number.isFinite(tpotMs) ? [`TPOT ${tpotMs} ms`] : []),
  ];
  return limits.join(" and ");
}
