/** The factory: how its processes are, its declaration to read and change, the ledger's proof, and who changed what. */
import "./factory.css";
import { Tabs } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { Page, Waiting } from "../parts/page.tsx";
import { Audit } from "./audit.tsx";
import { LedgerProof } from "./ledger-proof.tsx";
import { Processes } from "./processes.tsx";

/** It brings the YAML library along. */
const Declaration = lazy(() => import("./declaration.tsx"));

const parts = ["file", "processes", "ledger", "audit"] as const;

export default function FactoryPage() {
  const { t } = useTranslation();
  const { part } = useParams();
  const navigate = useNavigate();
  const shows = parts.find((one) => one === part) ?? "file";
  return (
    <Page title={t("pages.factory")} lead={t("factory.lead")}>
      <Tabs
        value={shows}
        onChange={(tab) => void navigate(tab === "file" || tab === null ? "/factory" : `/factory/${tab}`)}
        keepMounted={false}
      >
        <Tabs.List>
          {parts.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`factory.parts.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="file" tabIndex={-1}>
          <Suspense fallback={<Waiting rows={8} />}>
            <Declaration />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="processes" tabIndex={-1}>
          <Processes />
        </Tabs.Panel>
        <Tabs.Panel value="ledger" tabIndex={-1}>
          <LedgerProof />
        </Tabs.Panel>
        <Tabs.Panel value="audit" tabIndex={-1}>
          <Audit />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
