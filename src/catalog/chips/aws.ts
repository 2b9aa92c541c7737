/** Amazon's Trainium and Inferentia. NeuronLink is published as one figure, taken as both directions together. */
import type { Chip } from "../chip.ts";
import { fastDomain, memoryOfGibibytes, network, page, peaks } from "./figures.ts";

const docs = (chip: string) =>
  page(
    `AWS Neuron documentation, https://awsdocs-neuron.readthedocs-hosted.com/en/latest/about-neuron/arch/neuron-hardware/${chip}.html`,
    "2025-12",
  );
const [trainium2, trainium3, inferentia2] = [docs("trainium2"), docs("trainium3"), docs("inferentia2")];
const links = page(
  "AWS Neuron documentation, a published figure halved, https://awsdocs-neuron.readthedocs-hosted.com",
  "2025-12",
  "estimate",
);
const toms = page(
  "Tom's Hardware on Trn3 UltraServers, https://www.tomshardware.com/tech-industry/artificial-intelligence/amazon-launches-trainium3-ai-accelerator-competing-directly-against-blackwell-ultra-in-fp8-performance-new-trn3-gen2-ultraserver-takes-vertical-scaling-notes-from-nvidias-playbook",
  "2025-12",
  "estimate",
);

export const awsChips: readonly Chip[] = [
  {
    name: "trainium2",
    title: "Trainium2",
    vendor: "AWS",
    aliases: ["trn2"],
    available: trainium2.text("2024-12", "month"),
    peakTeraflops: peaks(trainium2, { fp32: 181, tf32: 667, bf16: 667, fp8: 1299 }),
    memoryGigabytes: memoryOfGibibytes(trainium2, 96),
    memoryGigabytesPerSecond: trainium2.number(2900, "GB/s"),
    scaleUp: fastDomain(links, 640, 64),
    scaleOut: network(
      page("Amazon EC2 Trn2: 3.2 Tb/s for 16 chips, https://aws.amazon.com/ec2/instance-types/trn2/", "2024-12"),
      200,
    ),
  },
  {
    name: "trainium3",
    title: "Trainium3",
    vendor: "AWS",
    aliases: ["trn3"],
    available: trainium3.text("2025-12", "month"),
    peakTeraflops: peaks(trainium3, { fp32: 183, tf32: 671, bf16: 671, fp8: 2517, fp4: 2517 }),
    memoryGigabytes: memoryOfGibibytes(trainium3, 144),
    memoryGigabytesPerSecond: trainium3.number(4900, "GB/s"),
    scaleUp: fastDomain(links, 1280, 144),
    tdpWatts: toms.number(1000, "W"),
  },
  {
    name: "inferentia2",
    title: "Inferentia2",
    vendor: "AWS",
    aliases: ["inf2"],
    available: inferentia2.text("2023-04", "month"),
    peakTeraflops: peaks(inferentia2, { fp32: 47.5, tf32: 190, bf16: 190, fp8: 190, int8: 380 }),
    memoryGigabytes: memoryOfGibibytes(inferentia2, 32),
    memoryGigabytesPerSecond: inferentia2.number(820, "GB/s"),
    scaleUp: fastDomain(
      page("Amazon EC2 Inf2: 192 GB/s, https://aws.amazon.com/ec2/instance-types/inf2/", "2023-04", "estimate"),
      96,
      12,
    ),
    rentUsdPerHour: page(
      "Amazon EC2 inf2.48xlarge on demand, $12.98 for 12 chips, https://aws.amazon.com/ec2/pricing/on-demand/",
      "2025",
    ).text("1.08", "USD/h"),
  },
];
