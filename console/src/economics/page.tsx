/** Stack economics: what each layer keeps, the chain of prices, companies' strategies and what a pause cost. */
import "./economics.css";
import { Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { Page } from "../parts/page.tsx";
import { ChainView } from "./chain-view.tsx";
import { CompetitorsView } from "./competitors-view.tsx";
import { LayersView } from "./layers-view.tsx";
import { StrategiesView } from "./strategies-view.tsx";

const views = {
  strategies: StrategiesView,
  competitors: CompetitorsView,
  chain: ChainView,
  layers: LayersView,
} as const;
type ViewName = keyof typeof views;

export default function EconomicsPage() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const asked = pathname.split("/")[2] ?? "";
  const shows: ViewName = Object.hasOwn(views, asked) ? (asked as ViewName) : "strategies";
  return (
    <Page title={t("pages.economics")} lead={t("economics.lead")}>
      <Tabs value={shows} onChange={(tab) => void navigate(`/economics/${tab ?? ""}`)} keepMounted={false}>
        <Tabs.List>
          {(Object.keys(views) as ViewName[]).map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`economics.views.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {(Object.entries(views) as [ViewName, (typeof views)[ViewName]][]).map(([name, View]) => (
          <Tabs.Panel key={name} value={name} tabIndex={-1}>
            <View />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}
