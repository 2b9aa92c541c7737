/** AMD's Instinct accelerators. Their datasheets' GB of HBM are of 2³⁰ bytes. */
import type { Chip } from "../chip.ts";
import { asInferenceX, fastDomain, memoryOfGibibytes, network, page, peaks } from "./figures.ts";

const mi300x = page(
  "AMD Instinct MI300X datasheet, https://www.amd.com/en/products/accelerators/instinct/mi300/mi300x.html",
  "2023-12",
);
const mi325x = page(
  "AMD Instinct MI325X datasheet, https://www.amd.com/en/products/accelerators/instinct/mi300/mi325x.html",
  "2024-10",
);
const mi355x = page(
  "AMD Instinct MI355X datasheet, https://www.amd.com/en/products/accelerators/instinct/mi350/mi355x.html",
  "2025-06",
);
const nic = page(
  "AMD Instinct cluster reference architecture: a network card of 400 Gb/s for each accelerator, https://www.amd.com/en/products/accelerators/instinct.html",
  "2025",
);

const idle300 = page(
  "rocm-smi in ROCm/legacy-rocm-build issue 4750, the middle of 131 to 137 W, https://github.com/ROCm/legacy-rocm-build/issues/4750",
  "2025-05",
);
const idle325 = page(
  "amd-smi in SemiAnalysisAI/InferenceX issue 828, the lowest of each of eight, their mean, https://github.com/SemiAnalysisAI/InferenceX/issues/828",
  "2026-03",
);
const idle355 = page(
  "functionstackx in ROCm/legacy-rocm-build issue 5219, https://github.com/ROCm/legacy-rocm-build/issues/5219",
  "2025-08",
);

export const amdChips: readonly Chip[] = [
  {
    name: "mi300x",
    title: "Instinct MI300X",
    vendor: "AMD",
    aliases: ["mi300x-192gb"],
    available: mi300x.text("2023-12", "month"),
    peakTeraflops: peaks(mi300x, { fp32: 163.4, tf32: 653.7, bf16: 1307.4, fp8: 2614.9, int8: 2614.9 }),
    memoryGigabytes: memoryOfGibibytes(mi300x, 192),
    memoryGigabytesPerSecond: mi300x.number(5300, "GB/s"),
    scaleUp: fastDomain(mi300x, 448, 8),
    scaleOut: network(nic, 400),
    tdpWatts: mi300x.number(750, "W"),
    idleWatts: idle300.number(134, "W"),
    ...asInferenceX(1.79, "1.55"),
  },
  {
    name: "mi325x",
    title: "Instinct MI325X",
    vendor: "AMD",
    aliases: ["mi325x-256gb"],
    available: mi325x.text("2024-10", "month"),
    peakTeraflops: peaks(mi325x, { fp32: 163.4, tf32: 653.7, bf16: 1307.4, fp8: 2614.9, int8: 2614.9 }),
    memoryGigabytes: memoryOfGibibytes(mi325x, 256),
    memoryGigabytesPerSecond: mi325x.number(6000, "GB/s"),
    scaleUp: fastDomain(mi325x, 448, 8),
    scaleOut: network(nic, 400),
    tdpWatts: mi325x.number(1000, "W"),
    idleWatts: idle325.number(142, "W"),
    ...asInferenceX(2.18, "1.80"),
  },
  {
    name: "mi355x",
    title: "Instinct MI355X",
    vendor: "AMD",
    aliases: ["mi355x-288gb"],
    available: mi355x.text("2025-06", "month"),
    peakTeraflops: peaks(mi355x, { fp32: 157.3, bf16: 2516.6, fp8: 5033.2, int8: 5033.2, fp4: 10_066.3 }),
    memoryGigabytes: memoryOfGibibytes(mi355x, 288),
    memoryGigabytesPerSecond: mi355x.number(8000, "GB/s"),
    scaleUp: fastDomain(mi355x, 537.6, 8),
    scaleOut: network(nic, 400),
    tdpWatts: mi355x.number(1400, "W"),
    idleWatts: idle355.number(238, "W"),
    ...asInferenceX(2.65, "2.10"),
  },
];
