/** How the console looks: one accent, cool greys, system fonts that also have Chinese. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#eef0fc",
  "#dcdff7",
  "#b8bff0",
  "#929de9",
  "#7480e2",
  "#5c6adb",
  "#4a59d0",
  "#3f4fc4",
  "#3442a8",
  "#2a3688",
];

/** Panels are dark.6 on a canvas of dark.7. */
const dark: MantineColorsTuple = [
  "#d5d9e1",
  "#b6bcc8",
  "#969eac",
  "#6d7685",
  "#3d4553",
  "#2c333f",
  "#1b2028",
  "#13171d",
  "#0e1116",
  "#0a0c10",
];

export const fontFamily =
  'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "PingFang TC", "Noto Sans TC", "Noto Sans CJK TC", "Microsoft JhengHei", sans-serif';
export const monospace =
  'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "Noto Sans Mono", "DejaVu Sans Mono", monospace';

export const theme = createTheme({
  colors: { accent, dark },
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 5 },
  fontFamily,
  fontFamilyMonospace: monospace,
  defaultRadius: "md",
  headings: { fontFamily, fontWeight: "600" },
  cursorType: "pointer",
  respectReducedMotion: true,
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--tw-canvas": "#f5f6f8",
    "--tw-panel": "#ffffff",
    "--tw-line": "#e3e6eb",
    "--tw-quiet": "#5c6573",
    "--tw-faint": "#69717f",
    "--tw-good": "#0f7a55",
    "--tw-bad": "#b3361f",
    "--tw-warn": "#8a5a00",
    "--tw-hover": "#f0f2f6",
    "--tw-accent-text": "#3442a8",
    "--mantine-color-text": "#1f2530",
    "--mantine-color-dimmed": "#5c6573",
  },
  dark: {
    "--tw-canvas": "var(--mantine-color-dark-7)",
    "--tw-panel": "var(--mantine-color-dark-6)",
    "--tw-line": "#2a303a",
    "--tw-quiet": "#a2aab8",
    "--tw-faint": "#8d96a5",
    "--tw-good": "#4cc495",
    "--tw-bad": "#f08a70",
    "--tw-warn": "#e3b04b",
    "--tw-hover": "#222832",
    "--tw-accent-text": "#b8bff0",
    "--mantine-color-text": "#e4e7ec",
    "--mantine-color-dimmed": "#a2aab8",
    "--mantine-color-body": "var(--mantine-color-dark-6)",
    "--mantine-color-red-light-color": "#f08a70",
  },
});
