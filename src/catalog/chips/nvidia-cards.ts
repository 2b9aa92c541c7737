/** NVIDIA's PCIe cards: their fast domain is the bus of a server. */
import type { Chip } from "../chip.ts";
import { fastDomain, memoryOfMebibytes, network, page, peaks } from "./figures.ts";

const ada = page("NVIDIA L40S datasheet, https://www.nvidia.com/en-us/data-center/l40s/", "2023-08");
const geforce = page(
  "NVIDIA Ada GPU architecture whitepaper, https://images.nvidia.com/aem-dam/Solutions/geforce/ada/nvidia-ada-gpu-architecture.pdf",
  "2022-10",
);
const systems = page("aiconfigurator, system files, https://github.com/ai-dynamo/aiconfigurator", "2026");
const rtxPro = page(
  "NVIDIA RTX PRO 6000 Blackwell Server Edition, https://www.nvidia.com/en-us/data-center/rtx-pro-6000-blackwell-server-edition/",
  "2025-05",
);
const rtxProClocked = page(
  "aiconfigurator: datasheet, scaled to 2,430 MHz, https://github.com/ai-dynamo/aiconfigurator",
  "2026-07",
  "estimate",
);
const bus = page("PCIe 4.0 x16; servers hold up to eight cards", "2023");

export const nvidiaCards: readonly Chip[] = [
  {
    name: "l40s",
    title: "L40S",
    vendor: "NVIDIA",
    aliases: [],
    available: ada.text("2023-10", "month"),
    peakTeraflops: peaks(ada, { fp32: 91.6, tf32: 183, bf16: 362.05, fp8: 733, int8: 733 }),
    memoryGigabytes: memoryOfMebibytes(systems, 46_068),
    memoryGigabytesPerSecond: ada.number(864, "GB/s"),
    scaleUp: fastDomain(bus, 32, 8),
    scaleOut: network(systems, 400),
    tdpWatts: ada.number(350, "W"),
  },
  {
    name: "rtx-pro-6000",
    title: "RTX PRO 6000 Blackwell Server Edition",
    vendor: "NVIDIA",
    aliases: ["rtx-pro-6000-server", "rtx-pro-6000-blackwell", "rtx-pro-6000-blackwell-server-edition", "rtx-6000-pro"],
    available: rtxPro.text("2025-05", "month"),
    peakTeraflops: peaks(rtxProClocked, { bf16: 467.8, fp8: 935.6, int8: 935.6, fp4: 1871.2 }),
    memoryGigabytes: memoryOfMebibytes(systems, 97_887),
    memoryGigabytesPerSecond: rtxPro.number(1597, "GB/s"),
    scaleUp: fastDomain(page("PCIe 5.0 x16; servers hold up to eight cards", "2025"), 64, 8),
    scaleOut: network(systems, 400),
    tdpWatts: rtxPro.number(600, "W"),
  },
  {
    name: "rtx-4090",
    title: "GeForce RTX 4090",
    vendor: "NVIDIA",
    aliases: ["4090", "geforce-rtx-4090"],
    available: geforce.text("2022-10", "month"),
    peakTeraflops: peaks(geforce, { fp32: 82.6, tf32: 82.6, bf16: 165.2, fp8: 330.3, int8: 660.6 }),
    memoryGigabytes: memoryOfMebibytes(
      page("CUDA's total, of the card's 24,564 MiB: casys-kaist/LLMServingSim, its bench of vLLM 0.19", "2026-08"),
      24_081,
    ),
    memoryGigabytesPerSecond: geforce.number(1008, "GB/s"),
    scaleUp: fastDomain(bus, 32, 8),
    tdpWatts: geforce.number(450, "W"),
    capitalUsd: page("NVIDIA, list price of the card alone, https://nvidianews.nvidia.com", "2022-10").text(
      "1599",
      "USD",
    ),
  },
];
