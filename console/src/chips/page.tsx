/** Chips: the catalog with a source for every figure, what they make of a model, and whether an own one is worth making. */
import "./chips.css";
import { Tabs } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { Page } from "../parts/page.tsx";
import { CatalogView } from "./catalog-view.tsx";
import { MakeOrBuyView } from "./make-or-buy.tsx";
import { PredictionsView } from "./predictions.tsx";
import { example } from "./scenario.ts";

export default function ChipsPage() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  // What was edited outlives a look at the catalog.
  const [yaml, setYaml] = useState(example);
  const view = pathname.split("/")[2];
  const shows = view === "make-or-buy" || view === "predictions" ? view : "catalog";
  return (
    <Page title={t("pages.chips")} lead={t("chips.lead")}>
      <Tabs
        value={shows}
        onChange={(tab) => void navigate(tab === "catalog" ? "/chips" : `/chips/${tab}`)}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="catalog">{t("chips.catalog")}</Tabs.Tab>
          <Tabs.Tab value="predictions">{t("predictions.title")}</Tabs.Tab>
          <Tabs.Tab value="make-or-buy">{t("makeOrBuy.title")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="catalog" tabIndex={-1}>
          <CatalogView />
        </Tabs.Panel>
        <Tabs.Panel value="predictions" tabIndex={-1}>
          <PredictionsView />
        </Tabs.Panel>
        <Tabs.Panel value="make-or-buy" tabIndex={-1}>
          <MakeOrBuyView yaml={yaml} onChange={setYaml} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
