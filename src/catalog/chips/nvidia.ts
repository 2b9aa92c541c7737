/** NVIDIA's accelerators for data centres, Ampere to Rubin. Memory is what the driver reports, in 10⁹ bytes. */
import type { Chip } from "../chip.ts";
import { asInferenceX, fastDomain, memoryOfGibibytes, memoryOfMebibytes, network, page, peaks } from "./figures.ts";

const ampere = page("NVIDIA A100 datasheet, https://www.nvidia.com/en-us/data-center/a100/", "2021-06");
const hopper = page("NVIDIA H100 datasheet, https://www.nvidia.com/en-us/data-center/h100/", "2023-03");
const h200 = page("NVIDIA H200 datasheet, https://www.nvidia.com/en-us/data-center/h200/", "2024-11");
const blackwell = page(
  "NVIDIA Blackwell datasheet, https://nvdam.widen.net/s/wwnsxrhm2w/blackwell-datasheet-3384703",
  "2025",
);
const blackwellUltra = page(
  "NVIDIA Blackwell Ultra datasheet, https://resources.nvidia.com/en-us-blackwell-architecture/blackwell-ultra-datasheet",
  "2025-08",
);
const rubin = page(
  "NVIDIA Vera Rubin NVL72, preliminary, https://www.nvidia.com/en-us/data-center/vera-rubin-nvl72/",
  "2026-01",
);
const rubinFp4 = page(
  "NVIDIA Vera Rubin NVL72, preliminary: the rate for training; 50,000 for inference counts on adaptive compression, https://www.nvidia.com/en-us/data-center/vera-rubin-nvl72/",
  "2026-01",
);
const dgxH100 = page("NVIDIA DGX H100 user guide, https://docs.nvidia.com/dgx/dgxh100-user-guide/", "2023");
const dgxB200 = page("NVIDIA DGX B200 user guide, https://docs.nvidia.com/dgx/dgxb200-user-guide/", "2025");
const dgxB300 = page("NVIDIA DGX B300 user guide, https://docs.nvidia.com/dgx/dgxb300-user-guide/", "2025");
const driver = page("nvidia-smi on a server of eight", "2025");
const systems = page("aiconfigurator, system files, https://github.com/ai-dynamo/aiconfigurator", "2026");
const news = page("NVIDIA newsroom, https://nvidianews.nvidia.com", "2026-01");
const prices = page(
  "AI Infra Map, TCO of H100, H200, B200, https://www.aiinframap.com/tools/chips/h100-vs-h200-vs-b200-tco",
  "2026",
  "estimate",
);
const stack = page('SemiAnalysis, "AI Token Factory Economics Stack", all-in', "2025-08", "estimate");
const idle = page(
  "ConserveMode, H200 without a process, nvidia-smi each second, https://conservemode.com/case-studies.html",
  "2026",
);
const idleListings = page("nvidia-smi listings without a process in public repositories, the middle of ten", "2025");
const idleB200 = page(
  "functionstackx in ROCm/legacy-rocm-build issue 5219: an air-cooled B200, https://github.com/ROCm/legacy-rocm-build/issues/5219",
  "2025-08",
);
const idleAsB200 = page(
  "as B200, whose dies it has: https://github.com/ROCm/legacy-rocm-build/issues/5219",
  "2025-08",
  "estimate",
);
const rackPrice = page(
  "Bernstein, hardware of a GB200 NVL72 rack at $3.4M, by 72, https://ng.investing.com/news/stock-market-news/how-much-does-a-gw-of-data-center-capacity-actually-cost-2169144",
  "2025-10",
  "estimate",
);
const ultraRackPrice = page(
  "GB300 NVL72 racks at $3M to $4M, the middle, by 72, https://bizety.com/2025/09/23/gpu-depreciation-coreweave-vs-nebius",
  "2025-09",
  "estimate",
);
const rents = page(
  "Mercatus, specialist clouds, the middle of $1.10 to $1.50, https://www.mercatus-ai.com/blog/cloud-gpu-pricing",
  "2026-05",
);

export const nvidiaChips: readonly Chip[] = [
  {
    name: "a100",
    title: "A100 SXM 80 GB",
    vendor: "NVIDIA",
    aliases: ["a100-sxm", "a100-sxm4", "a100-80gb", "a100-sxm4-80gb"],
    available: ampere.text("2020-11", "month"),
    peakTeraflops: peaks(ampere, { fp32: 19.5, tf32: 156, bf16: 312, int8: 624 }),
    memoryGigabytes: memoryOfMebibytes(driver, 81_920),
    memoryGigabytesPerSecond: ampere.number(2039, "GB/s"),
    scaleUp: fastDomain(ampere, 300, 8),
    scaleOut: network(page("NVIDIA DGX A100 user guide, https://docs.nvidia.com/dgx/dgxa100-user-guide/", "2021"), 200),
    tdpWatts: ampere.number(400, "W"),
    idleWatts: idleListings.number(60, "W"),
    rentUsdPerHour: rents.text("1.30", "USD/h"),
  },
  {
    name: "h100",
    title: "H100 SXM",
    vendor: "NVIDIA",
    aliases: ["h100-sxm", "h100-sxm5", "h100-80gb", "h100-80gb-hbm3"],
    available: hopper.text("2022-10", "month"),
    peakTeraflops: peaks(hopper, { fp32: 67, tf32: 494.7, bf16: 989.4, fp8: 1978.9, int8: 1978.9 }),
    memoryGigabytes: memoryOfMebibytes(driver, 81_559),
    memoryGigabytesPerSecond: hopper.number(3350, "GB/s"),
    scaleUp: fastDomain(hopper, 450, 8),
    scaleOut: network(dgxH100, 400),
    tdpWatts: hopper.number(700, "W"),
    idleWatts: idleListings.number(70, "W"),
    ...asInferenceX(1.73, "1.30"),
    capitalUsd: prices.text("30000", "USD"),
  },
  {
    name: "h200",
    title: "H200 SXM",
    vendor: "NVIDIA",
    aliases: ["h200-sxm", "h200-sxm5", "h200-141gb"],
    available: h200.text("2024-07", "month"),
    peakTeraflops: peaks(h200, { fp32: 67, tf32: 494.7, bf16: 989.4, fp8: 1978.9, int8: 1978.9 }),
    memoryGigabytes: memoryOfMebibytes(driver, 143_771),
    memoryGigabytesPerSecond: h200.number(4800, "GB/s"),
    scaleUp: fastDomain(h200, 450, 8),
    scaleOut: network(dgxH100, 400),
    tdpWatts: h200.number(700, "W"),
    idleWatts: idle.number(74, "W"),
    ...asInferenceX(1.73, "1.60"),
    capitalUsd: stack.text("34698", "USD"),
  },
  {
    name: "h200-nvl",
    title: "H200 NVL",
    vendor: "NVIDIA",
    aliases: ["h200-nvl-141gb"],
    available: h200.text("2024-11", "month"),
    peakTeraflops: peaks(h200, { fp32: 60, tf32: 417.5, bf16: 835.5, fp8: 1670.5, int8: 1670.5 }),
    memoryGigabytes: memoryOfMebibytes(driver, 143_771),
    memoryGigabytesPerSecond: h200.number(4800, "GB/s"),
    scaleUp: fastDomain(h200, 450, 4),
    tdpWatts: h200.number(600, "W"),
  },
  {
    name: "b200",
    title: "B200 SXM (HGX)",
    vendor: "NVIDIA",
    aliases: ["b200-sxm", "b200-sxm-180gb", "b200-180gb"],
    available: news.text("2025-02", "month"),
    peakTeraflops: peaks(blackwell, { fp32: 75, tf32: 1100, bf16: 2250, fp8: 4500, int8: 4500, fp4: 9000 }),
    memoryGigabytes: memoryOfMebibytes(driver, 183_359),
    memoryGigabytesPerSecond: blackwell.number(7700, "GB/s"),
    scaleUp: fastDomain(blackwell, 900, 8),
    scaleOut: network(dgxB200, 400),
    tdpWatts: blackwell.number(1000, "W"),
    idleWatts: idleB200.number(137, "W"),
    ...asInferenceX(2.17, "2.90"),
    capitalUsd: prices.text("40000", "USD"),
  },
  {
    name: "gb200",
    title: "GB200 NVL72",
    vendor: "NVIDIA",
    aliases: ["gb200-nvl72", "gb200-sxm"],
    available: news.text("2025-02", "month"),
    peakTeraflops: peaks(blackwell, { fp32: 80, tf32: 1250, bf16: 2500, fp8: 5000, int8: 5000, fp4: 10_000 }),
    memoryGigabytes: memoryOfMebibytes(systems, 189_471),
    memoryGigabytesPerSecond: blackwell.number(8000, "GB/s"),
    scaleUp: fastDomain(blackwell, 900, 72),
    scaleOut: network(
      page("NVIDIA DGX GB200 user guide, https://docs.nvidia.com/dgx/dgxgb200-user-guide/", "2025"),
      400,
    ),
    tdpWatts: blackwell.number(1200, "W"),
    idleWatts: idleAsB200.number(137, "W"),
    ...asInferenceX(2.1, "3.30"),
    capitalUsd: rackPrice.text("47222", "USD"),
  },
  {
    name: "b300",
    title: "B300 SXM (HGX)",
    vendor: "NVIDIA",
    aliases: ["b300-sxm", "b300-288gb"],
    available: blackwellUltra.text("2025-09", "month"),
    peakTeraflops: peaks(blackwellUltra, { bf16: 2250, fp8: 4500, int8: 153.5, fp4: 14_000 }),
    memoryGigabytes: memoryOfMebibytes(systems, 275_040),
    memoryGigabytesPerSecond: blackwellUltra.number(7750, "GB/s"),
    scaleUp: fastDomain(blackwellUltra, 900, 8),
    scaleOut: network(dgxB300, 800),
    tdpWatts: blackwellUltra.number(1100, "W"),
    idleWatts: idleAsB200.number(137, "W"),
    ...asInferenceX(2.17, "3.48"),
  },
  {
    name: "gb300",
    title: "GB300 NVL72",
    vendor: "NVIDIA",
    aliases: ["gb300-nvl72", "gb300-sxm"],
    available: blackwellUltra.text("2025-08", "month"),
    peakTeraflops: peaks(blackwellUltra, { fp32: 80, tf32: 1250, bf16: 2500, fp8: 5000, int8: 165, fp4: 15_000 }),
    memoryGigabytes: memoryOfMebibytes(systems, 284_208),
    memoryGigabytesPerSecond: blackwellUltra.number(8000, "GB/s"),
    scaleUp: fastDomain(blackwellUltra, 900, 72),
    scaleOut: network(blackwellUltra, 800),
    tdpWatts: blackwellUltra.number(1400, "W"),
    idleWatts: idleAsB200.number(137, "W"),
    ...asInferenceX(2.1, "3.96"),
    capitalUsd: ultraRackPrice.text("48611", "USD"),
  },
  {
    name: "rubin",
    title: "Vera Rubin NVL72, as announced",
    vendor: "NVIDIA",
    aliases: ["vr200", "vera-rubin", "rubin-nvl72", "vr-nvl72", "vera-rubin-nvl72", "vera-rubin-nvl144"],
    available: page(
      "NVIDIA at CES 2026: from partners in the second half of 2026, https://nvidianews.nvidia.com",
      "2026-01",
    ).text("2026-07", "month"),
    peakTeraflops: {
      ...peaks(rubin, { fp32: 130, tf32: 2000, bf16: 4000, fp8: 17_500, int8: 250 }),
      ...peaks(rubinFp4, { fp4: 35_000 }),
    },
    memoryGigabytes: memoryOfGibibytes(rubin, 288),
    memoryGigabytesPerSecond: rubin.number(22_000, "GB/s"),
    scaleUp: fastDomain(rubin, 1800, 72),
    scaleOut: network(rubin, 1600),
    tdpWatts: page(
      "Silicon Tales, Vera Rubin NVL72, https://silicontales.com/nvidia-vera-rubin-nvl72/",
      "2026",
      "estimate",
    ).number(1800, "W"),
  },
];
