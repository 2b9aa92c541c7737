/** Deals: the pipeline of contracts and what they come to together; one deal in depth. */
import "./deals.css";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { Page } from "../parts/page.tsx";
import { DealView } from "./deal-view.tsx";
import { examples } from "./examples.ts";
import { copyOf, filesOf, keep, type Kept, readKept, withText, without } from "./files.ts";
import { SignedContracts } from "./contracts.tsx";
import { Pipeline } from "./pipeline.tsx";

export default function DealsPage() {
  const { t } = useTranslation();
  const { key } = useParams();
  const navigate = useNavigate();
  const [kept, setKept] = useState(() => readKept(localStorage));
  const files = filesOf(kept, examples);
  const file = files.find((one) => one.key === key);
  const change = (next: Kept) => {
    setKept(next);
    keep(localStorage, next);
  };

  if (file !== undefined) {
    return (
      <DealView
        key={file.key}
        file={file}
        onKeep={(yaml) => change(withText(kept, file.key, yaml, examples))}
        onCopy={(yaml) => {
          const copy = copyOf({ ...file, yaml }, files);
          change(withText(kept, copy.key, copy.yaml, examples));
          void navigate(`/deals/${copy.key}`);
        }}
        onRemove={() => {
          change(without(kept, file.key, examples));
          void navigate("/deals");
        }}
      />
    );
  }
  const missing = Object.keys(examples).filter((name) => kept.removed.includes(name));
  return (
    <Page title={t("pages.deals")} lead={t("deals.lead")}>
      <div className="sections">
        <SignedContracts />
        <Pipeline files={files} onRestore={missing.length === 0 ? undefined : () => change({ ...kept, removed: [] })} />
      </div>
    </Page>
  );
}
