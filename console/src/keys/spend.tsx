/** What is spent since the period began, and how much of the budget that is. */
import { useTranslation } from "react-i18next";
import { pico, type PicoUsd, usd } from "../../../src/stack/money.ts";
import type { UsdText } from "../../../src/stack/report.ts";
import type { Limits } from "../../../src/stack/resource.ts";
import type { ProjectInfo } from "../answers/shapes.ts";
import { sum } from "../format/money.ts";
import { percent } from "../format/number.ts";
import { dateOnly } from "../format/time.ts";
import { Money } from "../parts/money.tsx";

type SpendProps = {
  readonly amount: UsdText | PicoUsd;
  readonly since: string;
  readonly budget: Limits["budget"];
  readonly name: string;
};

export function Spend({ amount, since, budget, name }: SpendProps) {
  const { t, i18n } = useTranslation();
  const spent = typeof amount === "string" ? usd(amount) : pico(amount);
  const isAlways = Date.parse(since) === 0;
  const whole = budget === undefined ? 0n : usd(budget.amountUsd);
  const ratio = whole > 0n ? Number((spent * 10_000n) / whole) / 10_000 : undefined;
  const level = ratio === undefined ? "" : ratio >= 1 ? "over" : ratio >= 0.8 ? "near" : "";
  return (
    <div className="spend">
      <span>
        <Money amount={amount} />
        {budget === undefined ? undefined : (
          <span className="quiet">
            {" "}
            / <Money amount={budget.amountUsd} /> {t(`limits.per.${budget.period}`)}
          </span>
        )}
      </span>
      {ratio === undefined ? undefined : (
        <span
          className={`meter ${level}`}
          role="meter"
          aria-label={t("tenants.budgetOf", { name })}
          aria-valuenow={Math.min(100, Math.round(ratio * 100))}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuetext={percent(ratio, i18n.language)}
        >
          <span style={{ width: `${Math.min(100, ratio * 100)}%` }} />
        </span>
      )}
      <small className="quiet">
        {ratio === undefined ? "" : `${percent(ratio, i18n.language)} · `}
        {isAlways ? t("tenants.sinceEver") : t("tenants.since", { date: dateOnly(since, i18n.language) })}
      </small>
    </div>
  );
}

/** The tenant's budget against its projects' spend, where they count over the same period. */
export function WholeSpend({
  projects,
  budget,
  name,
}: {
  readonly projects: readonly ProjectInfo[];
  readonly budget: Limits["budget"];
  readonly name: string;
}) {
  const [first] = projects;
  const isSamePeriod = projects.every(({ spend }) => spend.periodStart === first?.spend.periodStart);
  if (first === undefined || !isSamePeriod) return <span className="none">—</span>;
  const amount = sum(...projects.map(({ spend }) => spend.amountUsd));
  return <Spend amount={amount} since={first.spend.periodStart} budget={budget} name={name} />;
}
