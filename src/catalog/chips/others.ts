/** Intel's Gaudi and Microsoft's Maia. */
import type { Chip } from "../chip.ts";
import { fastDomain, memoryOfGibibytes, page, peaks } from "./figures.ts";

const gaudi3 = page(
  "Intel Gaudi 3 AI accelerator white paper, https://www.intel.com/content/www/us/en/content-details/817486/",
  "2024-04",
);
const maia100 = page('Microsoft, "Inside Maia 100", Hot Chips 2024, https://techcommunity.microsoft.com', "2024-08");
const maia200 = page(
  "Microsoft, Maia 200, https://blogs.microsoft.com/blog/2026/01/26/maia-200-the-ai-accelerator-built-for-inference/",
  "2026-01",
);
const unverified = page("In circulation, no page of the maker seen: an eighth of the FP4 rate", "2026-01", "estimate");

export const otherChips: readonly Chip[] = [
  {
    name: "gaudi3",
    title: "Gaudi 3 OAM",
    vendor: "Intel",
    aliases: ["gaudi-3", "hl-325l"],
    available: gaudi3.text("2024-09", "month"),
    peakTeraflops: peaks(gaudi3, { bf16: 1835, fp8: 1835 }),
    memoryGigabytes: memoryOfGibibytes(gaudi3, 128),
    memoryGigabytesPerSecond: gaudi3.number(3700, "GB/s"),
    // 21 of its 24 ports of 200 Gb/s stay within the server.
    scaleUp: fastDomain(gaudi3, 525, 8),
    scaleOut: { gigabytesPerSecond: gaudi3.number(75, "GB/s") },
    tdpWatts: gaudi3.number(900, "W"),
    capitalUsd: page(
      "Intel, a kit of eight at $125,000, https://y-ic.de/news/intel-officially-launches-gaudi3-ai-chip-slower-than-nvidia-h100,but-at-a-lower-cost.html",
      "2024-06",
    ).text("15625", "USD"),
  },
  {
    name: "maia-100",
    title: "Azure Maia 100",
    vendor: "Microsoft",
    aliases: ["maia100", "maia"],
    available: maia100.text("2023-11", "month"),
    peakTeraflops: peaks(maia100, { bf16: 800, int8: 1600 }),
    memoryGigabytes: memoryOfGibibytes(maia100, 64),
    memoryGigabytesPerSecond: maia100.number(1800, "GB/s"),
    scaleUp: { gigabytesPerSecond: maia100.number(600, "GB/s"), accelerators: maia100.number(4, "accelerators") },
    tdpWatts: maia100.number(700, "W"),
  },
  {
    name: "maia-200",
    title: "Azure Maia 200",
    vendor: "Microsoft",
    aliases: ["maia200"],
    available: maia200.text("2026-01", "month"),
    peakTeraflops: { ...peaks(unverified, { bf16: 1270 }), ...peaks(maia200, { fp8: 5000, fp4: 10_000 }) },
    memoryGigabytes: memoryOfGibibytes(maia200, 216),
    memoryGigabytesPerSecond: maia200.number(7000, "GB/s"),
    scaleUp: fastDomain(maia200, 1400, 6144),
    tdpWatts: maia200.number(750, "W"),
  },
];
