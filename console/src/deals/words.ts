/** The words and units of a deal's figures in the reader's language. */
import { useTranslation } from "react-i18next";
import { usePlanMoney } from "../parts/use-plan-money.ts";
import { percent, quantity } from "../format/number.ts";
import type { ClaimMetric, ComparedMeasure, Irr } from "./shapes.ts";

type Kind = "money" | "hour" | "share" | "plain" | "months";

/** A field of the file: the name of its text, and how its figures are written. */
const fields = {
  price: ["price", "hour"],
  delivery: ["delivery", "months"],
  utilisation: ["utilisation", "share"],
  "capacity.kilowattsPerAccelerator": ["kilowatts", "plain"],
  "costs.serverUsdPerAccelerator": ["server", "money"],
  "costs.networkUsdPerAccelerator": ["network", "money"],
  "costs.storageUsdPerAccelerator": ["storage", "money"],
  "costs.residualShare": ["residual", "share"],
  "costs.building.usdPerMegawattIt": ["building", "money"],
  "costs.building.residualShareOfBook": ["buildingResidual", "share"],
  "costs.building.usdPerKwMonth": ["lease", "money"],
  "costs.building.subletShare": ["sublet", "share"],
  "costs.power.usdPerKwh": ["electricity", "hour"],
  "costs.power.pue": ["pue", "plain"],
  "costs.power.load": ["load", "share"],
  "costs.operationsUsdPerAcceleratorYear": ["operations", "money"],
  "costs.rentUsdPerAcceleratorHour": ["rent", "hour"],
  "use.worthUsdPerAcceleratorHour": ["worth", "hour"],
  "use.goodput": ["goodput", "share"],
  "use.setupUsdPerAccelerator": ["setup", "money"],
  "finance.costOfCapital": ["costOfCapital", "share"],
  "finance.overheadShareOfRevenue": ["overhead", "share"],
  "risks.lateDelivery.chance": ["lateChance", "share"],
  "risks.lateDelivery.months": ["lateMonths", "months"],
  "risks.counterpartyDefault.chancePerYear": ["default", "share"],
  "risks.counterpartyDefault.remarketingPriceShare": ["remarketing", "share"],
  "risks.obsolescence.chancePerYear": ["obsolescence", "share"],
  "risks.obsolescence.valueLost": ["valueLost", "share"],
} as const satisfies Readonly<Record<string, readonly [string, Kind]>>;

const claimKinds: Readonly<Record<ClaimMetric, Kind>> = {
  grossMargin: "share",
  ebitdaMargin: "share",
  irrPerYear: "share",
  roic: "share",
  paybackMonths: "months",
  totalUsd: "money",
  usdPerMegawattItYear: "money",
  usdPerAcceleratorHour: "hour",
};

const measureKinds: Readonly<Record<ComparedMeasure, Kind>> = {
  totalUsd: "money",
  accelerators: "plain",
  megawattsIt: "plain",
  usdPerAcceleratorHour: "hour",
  usdPerMegawattItYear: "money",
  costUsdPerAcceleratorHour: "hour",
  economicUsdPerAcceleratorHour: "hour",
  breakEvenUsdPerAcceleratorHour: "hour",
  grossMargin: "share",
  ebitdaMargin: "share",
  capitalUsd: "money",
  peakFundingUsd: "money",
  npvUsd: "money",
  npvOverPeakFunding: "plain",
  irrPerYear: "share",
  roic: "share",
  paybackMonths: "months",
  lossProbability: "share",
  valueAtRisk95Usd: "money",
};

export function useDealWords() {
  const { t, i18n } = useTranslation();
  const { large, whole } = usePlanMoney();
  const locale = i18n.language;
  const symbol = t("money.symbol");
  const hour = (usd: number | null) =>
    usd === null ? "—" : `${usd < 0 ? "−" : ""}${symbol}${Math.abs(usd).toFixed(3)}`;
  const share = (value: number | null, decimals = 1) => (value === null ? "—" : percent(value, locale, decimals));
  const months = (value: number | null) =>
    value === null ? t("deals.never") : t("deals.months", { count: Math.round(value) });
  const write: Readonly<Record<Kind, (value: number) => string>> = {
    money: (value) =>
      Math.abs(value) >= 1e6
        ? large(value)
        : value < 100 && !Number.isInteger(value)
          ? `${symbol}${value.toFixed(2)}`
          : whole(value),
    hour,
    share: (value) => share(value, value < 0.1 && value > 0 ? 1 : 0),
    plain: (value) => quantity(value, locale),
    months: (value) => quantity(value, locale),
  };
  return {
    large,
    hour,
    share,
    months,
    irr: (rate: Irr) => {
      if (rate.type === "one") return share(rate.perYear);
      return rate.type === "none" ? t("deals.noRate") : rate.perYear.map((one) => share(one)).join(", ");
    },
    field: (path: string) => {
      if (path in fields) return t(`deals.fields.${fields[path as keyof typeof fields][0]}`);
      return path.replace(/^use\.partsUsdPerAcceleratorHour\./, "");
    },
    figure: (path: string, value: number) => {
      if (path in fields) return write[fields[path as keyof typeof fields][1]](value);
      return path.startsWith("use.parts") ? hour(value) : quantity(value, locale);
    },
    measure: (name: ComparedMeasure, value: number | null) => {
      if (name === "paybackMonths") return months(value);
      if (value === null) return "—";
      const kind = measureKinds[name];
      return kind === "share" ? share(value) : kind === "money" ? large(value) : write[kind](value);
    },
    claim: (metric: ClaimMetric, value: number) =>
      metric === "paybackMonths" ? months(value) : write[claimKinds[metric]](value),
  };
}
