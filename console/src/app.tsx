/** Which page is shown to whom: sign-in until somebody is, then the pages that the role may see. */
import { Loader } from "@mantine/core";
import { lazy, type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Route, Routes, useLocation } from "react-router";
import { LiveProvider } from "./answers/live.tsx";
import { Boundary } from "./parts/boundary.tsx";
import { Refused, Waiting } from "./parts/page.tsx";
import { useSessions } from "./session/session.tsx";
import { SignIn } from "./session/sign-in.tsx";
import { mayUse, pages } from "./shell/pages.ts";
import { Shell } from "./shell/shell.tsx";

const StackPage = lazy(() => import("./stack/page.tsx"));
const RequestsPage = lazy(() => import("./requests/page.tsx"));
const PlaygroundPage = lazy(() => import("./playground/page.tsx"));
const KeysPage = lazy(() => import("./keys/page.tsx"));
const PricesPage = lazy(() => import("./prices/page.tsx"));
const ChipsPage = lazy(() => import("./chips/page.tsx"));
const EconomicsPage = lazy(() => import("./economics/page.tsx"));
const DealsPage = lazy(() => import("./deals/page.tsx"));
const PlanPage = lazy(() => import("./plan/page.tsx"));
const FactoryPage = lazy(() => import("./factory/page.tsx"));

export function App() {
  const { t } = useTranslation();
  const { state, retry } = useSessions();
  const { pathname } = useLocation();
  if (state.is === "unknown") {
    return (
      <div className="centre">
        <Loader aria-label={t("waiting")} />
      </div>
    );
  }
  if (state.is === "unreachable") {
    return (
      <div className="centre">
        <Refused refusal={state.refusal} again={retry} />
      </div>
    );
  }
  if (state.is === "out") return <SignIn />;

  const allowed = pages.filter((page) => mayUse(page, state.session.role));
  const shown = (path: string, page: ReactNode) =>
    allowed.some((one) => one.path === path) ? <Suspense fallback={<Waiting />}>{page}</Suspense> : <Elsewhere />;
  const Elsewhere = () => <Navigate to={allowed[0]?.path ?? "/"} replace />;
  return (
    <LiveProvider>
      <Shell pages={allowed}>
        <Boundary key={pathname.split("/")[1]}>
          <Routes>
            <Route path="/" element={shown("/", <StackPage />)} />
            <Route path="/example" element={shown("/", <StackPage />)} />
            <Route path="/requests" element={shown("/requests", <RequestsPage />)} />
            <Route path="/requests/:id" element={shown("/requests", <RequestsPage />)} />
            <Route path="/playground" element={shown("/playground", <PlaygroundPage />)} />
            <Route path="/keys" element={shown("/keys", <KeysPage />)} />
            <Route path="/tenants" element={shown("/keys", <KeysPage />)} />
            <Route path="/prices" element={shown("/prices", <PricesPage />)} />
            <Route path="/chips" element={shown("/chips", <ChipsPage />)} />
            <Route path="/chips/:name" element={shown("/chips", <ChipsPage />)} />
            <Route path="/economics" element={shown("/economics", <EconomicsPage />)} />
            <Route path="/economics/:view" element={shown("/economics", <EconomicsPage />)} />
            <Route path="/deals" element={shown("/deals", <DealsPage />)} />
            <Route path="/deals/:key" element={shown("/deals", <DealsPage />)} />
            <Route path="/plan" element={shown("/plan", <PlanPage />)} />
            <Route path="/plan/:id" element={shown("/plan", <PlanPage />)} />
            <Route path="/factory" element={shown("/factory", <FactoryPage />)} />
            <Route path="/factory/:part" element={shown("/factory", <FactoryPage />)} />
            <Route path="*" element={<Elsewhere />} />
          </Routes>
        </Boundary>
      </Shell>
    </LiveProvider>
  );
}
