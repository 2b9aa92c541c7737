/** What a declaration would change, and what that does to prices and costs. */
import { useTranslation } from "react-i18next";
import type { Change } from "../answers/shapes.ts";
import { Money } from "../parts/money.tsx";

const marks = { create: "+", update: "~", delete: "−" } as const;

export function Changes({ changes }: { readonly changes: readonly Change[] }) {
  const { t } = useTranslation();
  if (changes.length === 0) return <p role="status">{t("declaration.same")}</p>;
  return (
    <ul className="changes" aria-label={t("declaration.difference")}>
      {changes.map((change) => (
        <li key={`${change.kind}/${change.name}`}>
          <div className="change-head">
            <span className={`change-mark ${change.action}`} aria-hidden="true">
              {marks[change.action]}
            </span>
            <strong>
              {change.kind}/{change.name}
            </strong>
            <span className="quiet">{t(`declaration.actions.${change.action}`)}</span>
          </div>
          {change.fields.length === 0 ? undefined : (
            <dl className="change-fields">
              {change.fields.map(({ path, before, after }) => (
                <div key={path}>
                  <dt>
                    <code>{path}</code>
                  </dt>
                  <dd>
                    <del>{shown(before)}</del> → <ins>{shown(after)}</ins>
                  </dd>
                </div>
              ))}
            </dl>
          )}
          {change.effects.length === 0 ? undefined : (
            <dl className="change-effects">
              {change.effects.map(({ what, unit, before, after }) => (
                <div key={what}>
                  <dt>{what}</dt>
                  <dd>
                    {before === null ? <span className="none">—</span> : <Money amount={before} />} →{" "}
                    {after === null ? <span className="none">—</span> : <Money amount={after} />}{" "}
                    <span className="quiet">{unit}</span>
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </li>
      ))}
    </ul>
  );
}

function shown(value: unknown): string {
  if (value === undefined) return "—";
  return typeof value === "string" ? value : JSON.stringify(value);
}
