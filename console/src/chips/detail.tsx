/** One chip: every figure with its date, how far it is known, and who says so. */
import { useTranslation } from "react-i18next";
import { TableFrame } from "../parts/panel.tsx";
import { figureNames, figureOf } from "./catalog.ts";
import { marks, useFigureText } from "./figure.tsx";
import type { Chip, Confidence } from "./shapes.ts";

export function Detail({ chip }: { readonly chip: Chip }) {
  const { t } = useTranslation();
  const text = useFigureText();
  const known = figureNames.flatMap((name) => {
    const figure = figureOf(chip, name);
    return figure === undefined ? [] : [{ name, figure }];
  });
  const missing = figureNames.filter((name) => figureOf(chip, name) === undefined);
  const sources = [...new Set([...known.map(({ figure }) => figure.source), chip.available.source])];
  const number = (source: string) => sources.indexOf(source) + 1;
  return (
    <div className="chip-detail">
      <p className="quiet">
        {chip.vendor} · {t("chips.since", { month: chip.available.value })}{" "}
        <Note number={number(chip.available.source)} />
        {chip.aliases.length === 0 ? undefined : (
          <>
            <br />
            {t("chips.alsoCalled", { names: chip.aliases.join(", ") })}
          </>
        )}
      </p>
      <TableFrame label={t("chips.figuresOf", { chip: chip.title })} kind="chip-figures">
        <thead>
          <tr>
            <th scope="col">{t("chips.figure")}</th>
            <th scope="col" className="number">
              {t("chips.value")}
            </th>
            <th scope="col">{t("chips.howKnown")}</th>
            <th scope="col">{t("chips.asOf")}</th>
            <th scope="col" className="number">
              {t("chips.source")}
            </th>
          </tr>
        </thead>
        <tbody>
          {known.map(({ name, figure }) => (
            <tr key={name}>
              <th scope="row">{t(`chips.measures.${name}`)}</th>
              <td className="number">
                <span className="sourced-mark">{marks[figure.confidence]}</span>
                {text(name, Number(figure.value))}{" "}
                <small className="quiet">{name === "domain" ? t("chips.accelerators") : unitText(figure.unit)}</small>
              </td>
              <td>
                <KnownAs confidence={figure.confidence} />
              </td>
              <td className="nowrap">{figure.asOf}</td>
              <td className="number">
                <Note number={number(figure.source)} />
              </td>
            </tr>
          ))}
        </tbody>
      </TableFrame>
      <section>
        <h3>{t("chips.sources")}</h3>
        <ol className="sources">
          {sources.map((source, index) => (
            <li key={source} id={`source-${index + 1}`}>
              <span className="quiet">[{index + 1}]</span>
              <span>
                <Source text={source} />
              </span>
            </li>
          ))}
        </ol>
      </section>
      {missing.length === 0 ? undefined : (
        <p className="foot-note">
          {t("chips.missing", { figures: missing.map((name) => t(`chips.measures.${name}`)).join(t("chips.comma")) })}
        </p>
      )}
    </div>
  );
}

/** Money carries its sign already. */
function unitText(unit: string): string {
  return unit.startsWith("USD") ? unit.slice(3) : unit;
}

function Note({ number }: { readonly number: number }) {
  const { t } = useTranslation();
  return (
    <a href={`#source-${number}`} aria-label={t("chips.sourceNumber", { number })} className="row-link">
      [{number}]
    </a>
  );
}

/** A full mark is reported, a half one an estimate, a dot derived, an empty one an assumption: told apart without colour. */
function KnownAs({ confidence }: { readonly confidence: Confidence }) {
  const { t } = useTranslation();
  return (
    <span className="known" title={t(`chips.why.${confidence}`)}>
      <svg width="9" height="9" viewBox="0 0 10 10" aria-hidden="true">
        <circle cx="5" cy="5" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.4" />
        {confidence === "reported" ? <circle cx="5" cy="5" r="4" fill="currentColor" /> : undefined}
        {confidence === "derived" ? <circle cx="5" cy="5" r="1.8" fill="currentColor" /> : undefined}
        {confidence === "estimate" ? <path d="M5 1a4 4 0 0 0 0 8Z" fill="currentColor" /> : undefined}
      </svg>
      {t(`chips.known.${confidence}`)}
    </span>
  );
}

/** A source's words, its addresses as links. */
function Source({ text }: { readonly text: string }) {
  return text.split(/(https?:\/\/[^\s,;)]+)/).map((part, index) =>
    part.startsWith("http") ? (
      <a key={index} href={part} target="_blank" rel="noreferrer">
        {part}
      </a>
    ) : (
      part
    ),
  );
}
