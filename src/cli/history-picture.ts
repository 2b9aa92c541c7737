/** What was served by day or month, as a table for a terminal with a bar of tokens. Pure. */
import type { History } from "../ledger/history.ts";
import { pico, usd } from "../stack/money.ts";
import { money } from "./stack-picture.ts";
import { bar, cyan, dim, table } from "./terminal.ts";

const barColumns = 24;

export function historyPicture({ by, steps, sources }: History): string {
  const rows = steps.map(({ at, requests, tokens, revenueUsd, costUsd, idleUsd }, index) => {
    const { input, cachedInput, output, reasoning } = tokens;
    const all = input + cachedInput + output + reasoning;
    const outside = Object.values(costUsd).reduce((sum, cost) => sum + usd(cost), 0n);
    const hours = (of: "acceleratorHours" | "usedHours" | "soldHours") =>
      sources.reduce((sum, source) => sum + (source.steps[index]?.[of] ?? 0), 0);
    const there = hours("acceleratorHours");
    const used = there > 0 ? `${(((hours("usedHours") + hours("soldHours")) / there) * 100).toFixed(1)} %` : dim("–");
    return {
      all,
      cells: [at, count(requests), count(all), money(usd(revenueUsd)), money(pico(outside)), money(usd(idleUsd)), used],
    };
  });
  const most = Math.max(1, ...rows.map(({ all }) => all));
  const right = (title: string) => ({ title, align: "right" as const });
  const titles = ["requests", "tokens", "revenue", "cost", "of it idle", "used"].map(right);
  return table(
    [{ title: by }, ...titles, { title: "" }],
    rows.map(({ all, cells }) => [...cells, cyan(bar(all / most, barColumns))]),
  );
}

function count(value: number): string {
  return value === 0 ? dim("–") : value.toLocaleString("en");
}
