/** The languages of the console: English and Traditional Chinese, the reader's browser deciding until the reader does. */
import { createInstance } from "i18next";
import { initReactI18next } from "react-i18next";
import type en from "./locales/en.json";

export const languages = { en: "English", "zh-Hant": "繁體中文" } as const;
export type Language = keyof typeof languages;

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

const storageKey = "tokenworks-language";

/** Only the language that is read is loaded. */
const loaders = {
  en: () => import("./locales/en.json"),
  "zh-Hant": () => import("./locales/zh-Hant.json"),
} as const;

export const i18n = createInstance();

export async function startLanguage(): Promise<void> {
  const language = firstLanguage();
  const { default: translation } = await loaders[language]();
  await i18n.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = language;
}

export async function speak(language: Language): Promise<void> {
  const { default: translation } = await loaders[language]();
  i18n.addResourceBundle(language, "translation", translation, true, true);
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // Storage is switched off: the choice holds for this page.
  }
}

function firstLanguage(): Language {
  let chosen: string | null = null;
  try {
    chosen = localStorage.getItem(storageKey);
  } catch {
    // Storage is switched off: the browser's language decides.
  }
  if (chosen !== null && chosen in languages) return chosen as Language;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh-Hant" : "en";
}
