/** The frame of a page: its heading, its tools, and what stands there while there is nothing to show. */
import { Alert, Button, Skeleton } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Refusal } from "../answers/ask.ts";
import { Icon, type IconName } from "./icon.tsx";

type Props = {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly tools?: ReactNode;
  readonly children: ReactNode;
};

export function Page({ title, lead, tools, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Tokenworks`;
  }, [title]);
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{title}</h1>
          {lead === undefined ? undefined : <p className="lead-text">{lead}</p>}
        </div>
        {tools === undefined ? undefined : <div className="page-tools">{tools}</div>}
      </header>
      {children}
    </div>
  );
}

/** Why something was refused, in words, and a way to try again. */
export function Refused({ refusal, again }: { readonly refusal: Refusal; readonly again?: () => void }) {
  const { t } = useTranslation();
  const lead =
    refusal.code === "unreachable"
      ? t("refused.unreachable")
      : refusal.code === "forbidden"
        ? t("refused.forbidden")
        : refusal.code === "store_unavailable"
          ? t("refused.store_unavailable")
          : t("refused.other");
  return (
    <Alert color="red" variant="light" icon={<Icon name="warning" />} title={lead} role="alert">
      <div className="refused">
        {refusal.code === "unreachable" ? t("refused.unreachableHint") : refusal.message}
        {again === undefined ? undefined : (
          <Button size="xs" variant="default" leftSection={<Icon name="retry" size={14} />} onClick={again}>
            {t("refused.again")}
          </Button>
        )}
      </div>
    </Alert>
  );
}

export function Waiting({ rows = 4 }: { readonly rows?: number }) {
  const { t } = useTranslation();
  return (
    <div className="waiting" role="status" aria-label={t("waiting")}>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={row === 0 ? 28 : 16} width={row === 0 ? "40%" : "100%"} />
      ))}
    </div>
  );
}

/** Nothing yet, and what to do about it. */
export function Empty({
  icon,
  title,
  children,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} size={26} />
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  );
}
