/** What the planner takes from the ledger: whole days of demand, and what it was served with lately. */
import type { Kysely } from "kysely";
import type { RecentUse, ServedHistory } from "../planner/forecast/scenario.ts";
import type { Database } from "../store/database.ts";
import { serviceHistory } from "./history.ts";

const dayMs = 86_400_000;
/** Prices and speeds are those of the last four weeks. */
const recentDays = 28;

/** The first and the current day are left out: nobody knows what the rest of them is like. */
export async function servedHistory(db: Kysely<Database>, nowMs: number): Promise<ServedHistory> {
  const today = Math.floor(nowMs / dayMs) * dayMs;
  const { steps, models, uses } = await serviceHistory(db, { by: "day", to: new Date(today) });
  const first = steps.findIndex(({ requests }) => requests > 0);
  const days = first < 0 ? [] : steps.slice(first + 1).map(({ at }) => at);
  const firstDay = days[0] ?? new Date(today).toISOString().slice(0, 10);
  const sinceDay = new Date(today - recentDays * dayMs).toISOString().slice(0, 10);
  const recent = days.filter((day) => day >= sinceDay);
  const recentUses = Map.groupBy(
    uses.filter(({ at }) => recent.includes(at)),
    ({ source, model }) => JSON.stringify([source, model]),
  );
  return {
    firstDay,
    lastDay: days.at(-1) ?? firstDay,
    models: models.map(({ model, steps: served }) => ({
      model,
      tokens: served
        .slice(first + 1)
        .map(({ tokens: { input, cachedInput, output, reasoning } }) => input + cachedInput + output + reasoning),
    })),
    recent: {
      days: recent.length,
      uses: [...recentUses].map(([key, of]): RecentUse => {
        const [source = "", model = ""] = JSON.parse(key) as string[];
        return {
          source,
          model,
          tokens: of.reduce((sum, use) => sum + use.tokens, 0),
          acceleratorMs: of.reduce((sum, use) => sum + use.acceleratorMs, 0),
          costUsd: of.reduce((sum, use) => sum + Number(use.costUsd), 0),
        };
      }),
      revenueUsd: Object.fromEntries(
        models.map(({ model, steps: served }) => [
          model,
          served.reduce((sum, { at, revenueUsd }) => (recent.includes(at) ? sum + Number(revenueUsd) : sum), 0),
        ]),
      ),
    },
  };
}
