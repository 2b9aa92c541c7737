/** Starts the console: language and looks first, then whoever is signed in. */
import "./mantine.ts";
import "./styles.css";
import "./shell/frame.css";
import "./parts/parts.css";
import "./parts/table.css";
import "./parts/form.css";
import "./parts/tile.css";
import "./parts/drawing.css";
import "./parts/scenario-form.css";
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { I18nextProvider } from "react-i18next";
import { BrowserRouter } from "react-router";
import { App } from "./app.tsx";
import { i18n, startLanguage } from "./language.ts";
import { SessionProvider } from "./session/session.tsx";
import { cssVariables, theme } from "./theme.ts";

// public/scheme.js reads the same entry before the first paint.
const schemes = localStorageColorSchemeManager({ key: "tokenworks-scheme" });

await startLanguage();
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <I18nextProvider i18n={i18n}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        colorSchemeManager={schemes}
        defaultColorScheme="auto"
      >
        <BrowserRouter>
          <SessionProvider>
            <App />
          </SessionProvider>
        </BrowserRouter>
      </MantineProvider>
    </I18nextProvider>
  </StrictMode>,
);
