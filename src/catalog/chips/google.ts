/** Google's tensor processing units; a pod is their fast domain, and its links are given both ways. */
import type { Chip } from "../chip.ts";
import { fastDomain, memoryOfGibibytes, page, peaks } from "./figures.ts";

const docs = (version: string) =>
  page(`Google Cloud TPU documentation, https://docs.cloud.google.com/tpu/docs/${version}`, "2026");
const [v5e, v5p, v6e, v7] = [docs("v5e"), docs("v5p"), docs("v6e"), docs("tpu7x")];
const prices = page("Google Cloud TPU, on demand, United States, https://cloud.google.com/tpu/pricing", "2025");

export const googleChips: readonly Chip[] = [
  {
    name: "tpu-v5e",
    title: "TPU v5e",
    vendor: "Google",
    aliases: ["v5e", "tpu-v5-lite"],
    available: v5e.text("2023-08", "month"),
    peakTeraflops: peaks(v5e, { bf16: 197, int8: 393 }),
    memoryGigabytes: memoryOfGibibytes(v5e, 16),
    memoryGigabytesPerSecond: v5e.number(819, "GB/s"),
    scaleUp: fastDomain(v5e, 200, 256),
    rentUsdPerHour: prices.text("1.20", "USD/h"),
  },
  {
    name: "tpu-v5p",
    title: "TPU v5p",
    vendor: "Google",
    aliases: ["v5p"],
    available: v5p.text("2023-12", "month"),
    peakTeraflops: peaks(v5p, { bf16: 459, int8: 918 }),
    memoryGigabytes: memoryOfGibibytes(v5p, 95),
    memoryGigabytesPerSecond: v5p.number(2765, "GB/s"),
    scaleUp: fastDomain(v5p, 600, 8960),
    rentUsdPerHour: prices.text("4.20", "USD/h"),
  },
  {
    name: "tpu-v6e",
    title: "TPU v6e (Trillium)",
    vendor: "Google",
    aliases: ["v6e", "trillium"],
    available: v6e.text("2024-12", "month"),
    peakTeraflops: peaks(v6e, { bf16: 918, int8: 1836 }),
    memoryGigabytes: memoryOfGibibytes(v6e, 32),
    memoryGigabytesPerSecond: v6e.number(1638, "GB/s"),
    scaleUp: fastDomain(v6e, 400, 256),
    rentUsdPerHour: prices.text("2.70", "USD/h"),
  },
  {
    name: "tpu-v7",
    title: "TPU7x (Ironwood)",
    vendor: "Google",
    aliases: ["tpu7x", "ironwood", "v7", "v7x", "tpu-v7x"],
    available: v7.text("2025-11", "month"),
    peakTeraflops: peaks(v7, { bf16: 2307, fp8: 4614 }),
    memoryGigabytes: memoryOfGibibytes(v7, 192),
    memoryGigabytesPerSecond: v7.number(7380, "GB/s"),
    scaleUp: fastDomain(v7, 600, 9216),
    tdpWatts: page(
      "4,614 TFLOP/s over 5.42 TFLOP/s per watt, https://thevoltverse.com/google-set-to-launch-ironwood-tpu-for-general-availability",
      "2025",
      "estimate",
    ).number(850, "W"),
  },
];
