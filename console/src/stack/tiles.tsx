/** The figures that one looks for first, each saying how it is known. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usd } from "../../../src/stack/money.ts";
import type { StackReport } from "../../../src/stack/report.ts";
import type { Provenance } from "../../../src/stack/usage.ts";
import { compact, joules, percent, spanOf } from "../format/number.ts";
import { FigureValue, Known, leastKnown } from "../parts/known.tsx";
import { Money, useMoney } from "../parts/money.tsx";
import { allTokens } from "./waterfall.ts";

export function Tiles({ report }: { readonly report: StackReport }) {
  const { t, i18n } = useTranslation();
  const { rate, text } = useMoney();
  const locale = i18n.language;
  const { total, perMillionTokens, joulesPerToken, capacity, requests } = report;
  const known = howKnown(report);
  const served = requests.complete + requests.partial;
  const ratio = usd(total.revenue) > 0n ? ratioOf(usd(total.margin), usd(total.revenue)) : undefined;
  const { utilisation } = capacity;
  const [usedHours, allHours] = [capacity.usedAcceleratorHours.value, capacity.acceleratorHours.value];
  const used =
    usedHours === null || allHours === null ? undefined : spanOf(usedHours * 3_600_000, allHours * 3_600_000);
  return (
    <dl className="tiles">
      <Tile
        name={t("figures.revenue")}
        length={text(total.revenue).length}
        known={known.revenue}
        note={t("stack.served", { count: served, shown: compact(served, locale) })}
      >
        <Money amount={total.revenue} />
      </Tile>
      <Tile
        name={t("figures.cost")}
        length={text(total.cost).length}
        known={known.cost}
        note={t("stack.tokens", { shown: compact(allTokens(report), locale) })}
      >
        <Money amount={total.cost} />
      </Tile>
      <Tile name={t("figures.idle")} length={text(total.idle).length} known={known.idle} note={t("stack.idleNote")}>
        <Money amount={total.idle} />
      </Tile>
      <Tile
        name={t("figures.margin")}
        length={text(total.margin).length}
        known={known.margin}
        note={ratio === undefined ? t("stack.noRevenue") : t("stack.ofRevenue", { percent: percent(ratio, locale) })}
      >
        <Money amount={total.margin} signed />
      </Tile>
      <Tile
        name={t("figures.perMillion")}
        known={perMillionTokens.drawnCostUsd.provenance}
        note={
          <>
            {t("stack.absorbed")} <FigureValue figure={perMillionTokens.absorbedCostUsd} text={rate} />
          </>
        }
      >
        <FigureValue figure={perMillionTokens.drawnCostUsd} text={rate} />
      </Tile>
      <Tile name={t("figures.energy")} known={joulesPerToken.provenance} note={t("stack.perToken")}>
        <FigureValue figure={joulesPerToken} text={(value) => joules(value, locale)} />
      </Tile>
      <Tile
        name={t("figures.utilisation")}
        known={utilisation === null ? "unavailable" : capacity.usedAcceleratorHours.provenance}
        note={used === undefined ? "—" : t("stack.hoursUsed", used)}
      >
        {utilisation === null ? <span className="none">—</span> : percent(utilisation, locale)}
      </Tile>
    </dl>
  );
}

/** Characters that a tile of usual width holds at its usual size. */
const longAt = 9;

type TileProps = {
  readonly name: string;
  /** Of the value in characters, when it may be long. */
  readonly length?: number;
  readonly known: Provenance;
  readonly note: ReactNode;
  readonly children: ReactNode;
};

function Tile({ name, length = 0, known, note, children }: TileProps) {
  return (
    <div className="tile">
      <dt>
        {name} <Known by={known} short />
      </dt>
      <dd className={length > longAt ? "tile-value long" : "tile-value"}>{children}</dd>
      <dd className="tile-note">{note}</dd>
    </div>
  );
}

/** A sum of dollars is there even when a part of it had to be modelled: it is never better known than that part. */
function howKnown({ layers, total, perMillionTokens }: StackReport) {
  const of = (name: string) => layers.find(({ layer }) => layer === name)?.provenance ?? "unavailable";
  const summed = (provenance: Provenance): Provenance => (provenance === "unavailable" ? "modelled" : provenance);
  const revenue = summed(usd(total.revenue) === 0n ? "measured" : perMillionTokens.revenueUsd.provenance);
  const cost = summed(usd(total.cost) === 0n ? "measured" : perMillionTokens.drawnCostUsd.provenance);
  const idle = usd(total.idle) === 0n ? "measured" : summed(leastKnown(of("energy"), of("infrastructure")));
  return { revenue, cost, idle, margin: leastKnown(revenue, cost, idle) };
}

function ratioOf(part: bigint, whole: bigint): number {
  return Number((part * 1_000_000n) / whole) / 1_000_000;
}
