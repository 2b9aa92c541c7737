/** What came of a file when it was last run; that it was edited since is said above it. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Waiting } from "./page.tsx";

type Props = {
  readonly isRefused: boolean;
  readonly isStale: boolean;
  /** Undefined until something came of it. */
  readonly children: ReactNode | undefined;
};

export function LastResult({ isRefused, isStale, children }: Props) {
  const { t } = useTranslation();
  if (children === undefined) {
    return isRefused ? <p className="quiet">{t("makeOrBuy.nothing")}</p> : <Waiting rows={8} />;
  }
  return (
    <div>
      {isStale ? (
        <p className="stale-note" role="status">
          {t("makeOrBuy.stale")}
        </p>
      ) : undefined}
      {children}
    </div>
  );
}
