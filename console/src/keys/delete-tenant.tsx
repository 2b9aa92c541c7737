/** The end of a tenant, once its name has been typed. */
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask, Refusal } from "../answers/ask.ts";
import type { TenantInfo } from "../answers/shapes.ts";
import { Refused } from "../parts/page.tsx";

type DeleteProps = { readonly tenant: TenantInfo; readonly onClose: () => void; readonly onDeleted: () => void };

export function DeleteTenant({ tenant, onClose, onDeleted }: DeleteProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Refusal>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (typed !== tenant.name) return;
    setBusy(true);
    try {
      await ask(`/api/tenants/${encodeURIComponent(tenant.name)}`, { method: "DELETE" });
      onDeleted();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <form className="dialog" onSubmit={(event) => void submit(event)}>
      <p>{t("tenants.deleteText", { name: tenant.name, count: tenant.keys })}</p>
      <TextInput
        label={t("tenants.typeName", { name: tenant.name })}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        data-autofocus
        autoComplete="off"
        spellCheck={false}
      />
      {problem === undefined ? undefined : <Refused refusal={problem} />}
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button type="submit" color="red" loading={busy} disabled={typed !== tenant.name}>
          {t("tenants.delete")}
        </Button>
      </div>
    </form>
  );
}
