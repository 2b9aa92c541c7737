/**
 * The fixed colours of the layers, told apart with any colour vision: Okabe and Ito, "Color Universal Design" (2008).
 * Revenue and margin are ink, idle capacity is grey and hatched: neither is a layer.
 */
import type { Layer } from "../../src/stack/layer.ts";

export const layerColor: Readonly<Record<Layer, string>> = {
  energy: "#e69f00",
  chips: "#d55e00",
  infrastructure: "#cc79a7",
  platform: "#0072b2",
  models: "#009e73",
  applications: "#56b4e9",
};

/** Of whatever else is told apart, by the same. */
export const categoryColors = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8d96a5", "#4a59d0"];

export type Inks = {
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly panel: string;
  readonly idle: string;
  readonly idleHatch: string;
  readonly revenue: string;
  readonly margin: string;
  readonly loss: string;
};

/** Colours of a chart that are not a layer's, for each scheme. */
export const inks: Readonly<Record<"light" | "dark", Inks>> = {
  light: {
    text: "#1f2530",
    quiet: "#5c6573",
    line: "#e3e6eb",
    panel: "#ffffff",
    idle: "#c3c9d2",
    idleHatch: "#8d96a5",
    revenue: "#2f3a4c",
    margin: "#4a59d0",
    loss: "#b3361f",
  },
  dark: {
    text: "#e4e7ec",
    quiet: "#a2aab8",
    line: "#2f3642",
    panel: "#1b2028",
    idle: "#4a5261",
    idleHatch: "#7d8696",
    revenue: "#d5d9e1",
    margin: "#7d89e6",
    loss: "#f08a70",
  },
};
