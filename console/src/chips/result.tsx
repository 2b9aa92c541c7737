/** What comes of a scenario: whether it pays, what a token costs, what a chip costs, and what decides. */
import { useTranslation } from "react-i18next";
import { count, percent, quantity } from "../format/number.ts";
import { ChartPanel, Panel, TableFrame } from "../parts/panel.tsx";
import { Tile } from "../parts/tile.tsx";
import { usePlanMoney } from "../parts/use-plan-money.ts";
import type { MakeOrBuy, TokenMaker } from "./shapes.ts";
import { TornadoPanel } from "./tornado-panel.tsx";
import { UnitCostPanel } from "./unit-cost-panel.tsx";

export function Result({ result, stale }: { readonly result: MakeOrBuy; readonly stale: boolean }) {
  const { t } = useTranslation();
  return (
    <section className={`sections${stale ? " stale" : ""}`} aria-busy={stale} aria-label={t("makeOrBuy.result")}>
      <Verdict result={result} />
      <Tokens result={result} />
      <UnitCostPanel result={result} />
      <TornadoPanel result={result} />
      <Years result={result} />
      <p className="foot-note">{t("makeOrBuy.note")}</p>
    </section>
  );
}

function Verdict({ result }: { readonly result: MakeOrBuy }) {
  const { t, i18n } = useTranslation();
  const { large } = usePlanMoney();
  const locale = i18n.language;
  const { worthUsd, savedUsd, developmentUsd, breakEvenChips, chips, yearsDelayUsd } = result;
  const planned = count(Math.ceil(chips), locale);
  return (
    <dl className="tiles verdict">
      <Tile
        name={t("makeOrBuy.worth")}
        tone={worthUsd < 0 ? "bad" : "good"}
        note={t("makeOrBuy.worthNote", { saved: large(savedUsd), development: large(developmentUsd) })}
      >
        {large(worthUsd)}
      </Tile>
      <Tile
        name={t("makeOrBuy.breakEven")}
        note={
          breakEvenChips === null ? t("makeOrBuy.breakEvenNever") : t("makeOrBuy.breakEvenNote", { chips: planned })
        }
      >
        {breakEvenChips === null ? (
          <span className="none">—</span>
        ) : (
          t("makeOrBuy.chips", { chips: count(Math.ceil(breakEvenChips), locale) })
        )}
      </Tile>
      <Tile
        name={t("makeOrBuy.delay")}
        tone={yearsDelayUsd > 0 ? "bad" : "good"}
        note={yearsDelayUsd > 0 ? t("makeOrBuy.delayNote") : t("makeOrBuy.delaySpares")}
      >
        {large(-yearsDelayUsd)}
      </Tile>
    </dl>
  );
}

type Row = { readonly title: string; readonly maker: TokenMaker; readonly isOwn: boolean };

/** The own chip twice, then the merchants: a million tokens' price and a watt's tokens. */
function Tokens({ result }: { readonly result: MakeOrBuy }) {
  const { t, i18n } = useTranslation();
  const { whole, perHour, perMtok } = usePlanMoney();
  const locale = i18n.language;
  const rows: readonly Row[] = [
    { title: t("makeOrBuy.first", { chip: result.own.first.name }), maker: result.own.first, isOwn: true },
    { title: t("makeOrBuy.mature", { chip: result.own.mature.name }), maker: result.own.mature, isOwn: true },
    ...result.merchants.map((maker) => ({ title: maker.name, maker, isOwn: false })),
  ];
  return (
    <ChartPanel
      title={t("makeOrBuy.tokens")}
      hint={t("makeOrBuy.tokensHint")}
      chart={
        <div className="token-measures">
          <Bars title={t("units.usdPerMtok")} less rows={rows} of={({ usdPerMtok }) => usdPerMtok} text={perMtok} />
          <Bars
            title={t("makeOrBuy.perWatt")}
            rows={rows}
            of={({ tokensPerSecondPerWatt }) => tokensPerSecondPerWatt}
            text={(value) => value.toFixed(2)}
          />
        </div>
      }
      table={
        <TableFrame label={t("makeOrBuy.tokens")}>
          <thead>
            <tr>
              <th scope="col">{t("chips.chip")}</th>
              {(["perChip", "allInWatts", "speed", "perWatt", "joules", "perHour", "perMtok"] as const).map((name) => (
                <th key={name} scope="col" className="number">
                  {t(`makeOrBuy.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ title, maker }, index) => (
              <tr key={index}>
                <th scope="row">{title}</th>
                <td className="number">{whole(maker.usdPerChip)}</td>
                <td className="number">{quantity(maker.allInWatts, locale)}</td>
                <td className="number">{quantity(maker.tokensPerSecond, locale)}</td>
                <td className="number">{maker.tokensPerSecondPerWatt.toFixed(2)}</td>
                <td className="number">{maker.joulesPerToken.toFixed(2)}</td>
                <td className="number">{perHour(maker.usdPerHour)}</td>
                <td className="number">{perMtok(maker.usdPerMtok)}</td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      }
    />
  );
}

type BarsProps = {
  readonly title: string;
  readonly less?: boolean;
  readonly rows: readonly Row[];
  readonly of: (maker: TokenMaker) => number;
  readonly text: (value: number) => string;
};

function Bars({ title, less = false, rows, of, text }: BarsProps) {
  const { t } = useTranslation();
  const most = Math.max(...rows.map(({ maker }) => of(maker)), Number.MIN_VALUE);
  return (
    <table className="compared">
      <caption>
        {title} <small className="quiet">{less ? t("chips.compare.less") : t("chips.compare.more")}</small>
      </caption>
      <tbody>
        {rows.map(({ title: name, maker, isOwn }, index) => (
          <tr key={index}>
            <th scope="row" className="compared-chip">
              {name}
            </th>
            <td className="track" aria-hidden="true">
              <span
                className={isOwn ? "compared-bar own" : "compared-bar bought"}
                style={{ width: `${(of(maker) / most) * 100}%` }}
              />
            </td>
            <td className="number">{text(of(maker))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Years({ result }: { readonly result: MakeOrBuy }) {
  const { t, i18n } = useTranslation();
  const { large, perMtok } = usePlanMoney();
  const locale = i18n.language;
  return (
    <Panel title={t("makeOrBuy.years")} hint={t("makeOrBuy.yearsHint")} flush>
      <TableFrame label={t("makeOrBuy.years")}>
        <thead>
          <tr>
            <th scope="col">{t("makeOrBuy.year")}</th>
            <th scope="col" className="number">
              {t("makeOrBuy.built")}
            </th>
            <th scope="col" className="number">
              {t("makeOrBuy.software")}
            </th>
            <th scope="col">{t("makeOrBuy.insteadOf")}</th>
            <th scope="col" className="number">
              {t("makeOrBuy.itsPrice")}
            </th>
            <th scope="col" className="number">
              {t("makeOrBuy.savedOverLife")}
            </th>
          </tr>
        </thead>
        <tbody>
          {result.years.map((one) => (
            <tr key={one.year}>
              <th scope="row">{one.year + 1}</th>
              <td className="number">{count(Math.round(one.chips), locale)}</td>
              <td className="number">{percent(one.softwareEfficiency, locale, 0)}</td>
              <td>{one.cheapestMerchant}</td>
              <td className="number">{perMtok(one.merchantUsdPerMtok)}</td>
              <td className={one.savedUsd < 0 ? "number bad" : "number"}>{large(one.savedUsd)}</td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
    </Panel>
  );
}
