/** Limits as they are typed, and read: an empty field is no limit, what is no number says so. Pure. */
import type { Limits } from "../../../src/stack/resource.ts";

export type Period = NonNullable<Limits["budget"]>["period"];

export type LimitText = {
  readonly requestsPerMinute: string;
  readonly tokensPerMinute: string;
  readonly concurrency: string;
  readonly budgetUsd: string;
  readonly period: Period;
};

export const limitCounts = ["requestsPerMinute", "tokensPerMinute", "concurrency"] as const;
export const periods = ["day", "month", "total"] as const satisfies readonly Period[];

export type LimitProblem = "notCount" | "notAmount";
export type LimitProblems = Partial<Record<keyof LimitText, LimitProblem>>;

export const emptyLimits: LimitText = {
  requestsPerMinute: "",
  tokensPerMinute: "",
  concurrency: "",
  budgetUsd: "",
  period: "month",
};

export function limitText(limits: Limits): LimitText {
  const text = (value: number | undefined) => (value === undefined ? "" : String(value));
  return {
    requestsPerMinute: text(limits.requestsPerMinute),
    tokensPerMinute: text(limits.tokensPerMinute),
    concurrency: text(limits.concurrency),
    budgetUsd: limits.budget?.amountUsd ?? "",
    period: limits.budget?.period ?? "month",
  };
}

/** Thousands separators and spaces are how people type; the API takes none. */
export function readLimits(text: LimitText): { readonly limits: Limits; readonly problems: LimitProblems } {
  const limits: Limits = {};
  const problems: LimitProblems = {};
  for (const name of limitCounts) {
    const typed = text[name].replace(/[\s,_]/g, "");
    if (typed === "") continue;
    const value = Number(typed);
    if (/^\d+$/.test(typed) && value > 0 && Number.isSafeInteger(value)) limits[name] = value;
    else problems[name] = "notCount";
  }
  const amountUsd = text.budgetUsd.replace(/[\s,$]/g, "");
  if (/^\d{1,18}(\.\d{1,12})?$/.test(amountUsd)) limits.budget = { amountUsd, period: text.period };
  else if (amountUsd !== "") problems.budgetUsd = "notAmount";
  return { limits, problems };
}
