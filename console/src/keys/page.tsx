/** Who may ask, and for how much: API keys, and tenants with their projects, limits and budgets. */
import "./keys.css";
import { Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import type { KeyInfo, TenantInfo } from "../answers/shapes.ts";
import { useAnswer } from "../answers/use-answer.ts";
import { Page, Refused, Waiting } from "../parts/page.tsx";
import { KeyList } from "./key-list.tsx";
import { TenantList } from "./tenant-list.tsx";

export default function KeysPage() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const keys = useAnswer<{ keys: readonly KeyInfo[] }>("/api/keys", { everyMs: 30_000 });
  const tenants = useAnswer<{ tenants: readonly TenantInfo[] }>("/api/tenants", { everyMs: 15_000 });
  const refusal = keys.refusal ?? tenants.refusal;
  const again = () => {
    keys.again();
    tenants.again();
  };
  return (
    <Page title={t("pages.keys")} lead={t("keys.lead")}>
      {refusal === undefined ? undefined : <Refused refusal={refusal} again={again} />}
      {keys.waiting || tenants.waiting ? <Waiting rows={6} /> : undefined}
      {keys.answer === undefined || tenants.answer === undefined ? undefined : (
        <Tabs
          value={pathname === "/tenants" ? "tenants" : "keys"}
          onChange={(tab) => void navigate(tab === "tenants" ? "/tenants" : "/keys")}
          keepMounted={false}
        >
          <Tabs.List>
            <Tabs.Tab value="keys">{t("keys.keys")}</Tabs.Tab>
            <Tabs.Tab value="tenants">{t("keys.tenants")}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="keys" tabIndex={-1}>
            <KeyList keys={keys.answer.keys} tenants={tenants.answer.tenants} onChange={again} />
          </Tabs.Panel>
          <Tabs.Panel value="tenants" tabIndex={-1}>
            <TenantList tenants={tenants.answer.tenants} onChange={again} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Page>
  );
}
