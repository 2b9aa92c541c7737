/** What plans are compared by. Pure. */
import { totalMw } from "./charts.ts";
import type { Plan } from "./shapes.ts";

const over = ({ summary }: Plan, of: (quarter: Plan["summary"]["quarters"][number]) => number) =>
  summary.quarters.reduce((sum, quarter) => sum + of(quarter), 0);

/** In dollars, MW of IT, or as a share; null where there is none. */
export const measures = {
  value: ({ solved }: Plan) => solved.value,
  gap: ({ solved }: Plan) => solved.gap,
  revenue: ({ summary }: Plan) => summary.revenueUsd,
  margin: ({ summary }: Plan) => summary.layers.at(-1)?.marginShare ?? null,
  invested: (plan: Plan) => over(plan, ({ investedUsd }) => investedUsd),
  lowestCash: ({ summary }: Plan) => Math.min(...summary.quarters.map(({ lowestCashUsd }) => lowestCashUsd)),
  lastCash: ({ summary }: Plan) => summary.quarters.at(-1)?.cashUsd ?? null,
  capacity: ({ summary }: Plan) => {
    const last = summary.quarters.at(-1);
    return last === undefined ? null : totalMw(last);
  },
  /** Of each class's demand, in the mean of classes and quarters that have any. */
  unmet: ({ summary }: Plan) => {
    const shares = summary.quarters.flatMap(({ work }) =>
      work.flatMap(({ demanded, unmetShare }) => (demanded > 0 ? [unmetShare] : [])),
    );
    return shares.length === 0 ? null : shares.reduce((sum, one) => sum + one, 0) / shares.length;
  },
} as const satisfies Readonly<Record<string, (plan: Plan) => number | null>>;

export type Measure = keyof typeof measures;
