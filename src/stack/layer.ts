/** The layers of the stack, from the power meter up, and the unit that each sells to the one above. */

export const layers = ["energy", "chips", "infrastructure", "platform", "models", "applications"] as const;

export type Layer = (typeof layers)[number];

export const unitOfTrade: Readonly<Record<Layer, string>> = {
  energy: "kWh",
  chips: "accelerator",
  infrastructure: "accelerator-hour",
  platform: "token",
  models: "model token (royalty)",
  applications: "task or seat",
};
