/** Limits as options of a command, and as a cell of a table. */
import { type Command, Option } from "commander";
import type { Limits } from "../stack/resource.ts";
import { wholeNumber } from "./options.ts";

export type LimitFlags = {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly concurrency?: number;
  readonly budget?: string;
  readonly period?: "day" | "month" | "total";
  readonly unlimited?: boolean;
};

const most = Number.MAX_SAFE_INTEGER;

export function limitOptions(command: Command): Command {
  return command
    .option("--requests-per-minute <n>", "requests per minute", wholeNumber(1, most))
    .option("--tokens-per-minute <n>", "tokens per minute", wholeNumber(1, most))
    .option("--concurrency <n>", "requests in flight at once", wholeNumber(1, most))
    .option("--budget <usd>", "the most that may be spent in a period, such as 25.00")
    .addOption(new Option("--period <period>", "the budget's period, in UTC").choices(["day", "month", "total"]));
}

/** The limits that were there, with those that the flags name set anew. */
export function limitsFrom(flags: LimitFlags, before: Limits): unknown {
  const { requestsPerMinute, tokensPerMinute, concurrency, budget, period } = flags;
  const kept = flags.unlimited ? {} : before;
  const old = kept.budget;
  const amountUsd = budget ?? old?.amountUsd;
  return {
    ...kept,
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    ...(tokensPerMinute === undefined ? {} : { tokensPerMinute }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(amountUsd === undefined ? {} : { budget: { amountUsd, period: period ?? old?.period ?? "month" } }),
  };
}

export function limitsText({ requestsPerMinute, tokensPerMinute, concurrency, budget }: Limits): string {
  const parts = [
    requestsPerMinute === undefined ? "" : `${requestsPerMinute.toLocaleString("en")} req/min`,
    tokensPerMinute === undefined ? "" : `${tokensPerMinute.toLocaleString("en")} tok/min`,
    concurrency === undefined ? "" : `${concurrency} at once`,
    budget === undefined ? "" : `$${budget.amountUsd}/${budget.period}`,
  ];
  return parts.filter((part) => part !== "").join(", ") || "–";
}
