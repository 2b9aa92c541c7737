/** How a request ended, in a word and a shape, and why it did not complete, in a sentence. */
import { useTranslation } from "react-i18next";

const known = ["complete", "partial", "failed"] as const;

export function OutcomeBadge({ outcome }: { readonly outcome: string }) {
  const { t } = useTranslation();
  const name = known.find((one) => one === outcome);
  return <span className={`outcome ${outcome}`}>{name === undefined ? outcome : t(`outcomes.${name}`)}</span>;
}

export function CutReason({ cut, outcome }: { readonly cut: string; readonly outcome: string }) {
  const { t } = useTranslation();
  const reasons = t("cuts", { returnObjects: true }) as Readonly<Record<string, string>>;
  return (
    <p className={`cut ${outcome}`}>
      {reasons[cut] ?? cut} {outcome === "partial" ? t("requests.partialBill") : t("requests.failedBill")}
    </p>
  );
}
