/** The engine's figures as Prometheus reads them. */
import type { Service } from "./service.ts";

type Sample = readonly [labels: string, value: number];

export function metricsText(figures: Service["figures"], energyProvenance: string): string {
  const one = (value: number): Sample[] => [["", value]];
  return [
    family("requests_total", "counter", "Requests begun.", one(figures.requests)),
    family(
      "tokens_total",
      "counter",
      "Tokens by class; cached input was not computed again.",
      Object.entries(figures.tokens).map(([name, count]): Sample => [`{class="${name}"}`, count]),
    ),
    family("active", "gauge", "Choices that are being generated.", one(figures.active)),
    family("waiting", "gauge", "Choices in line for a sequence.", one(figures.waiting)),
    family("kv_tokens", "gauge", "Tokens that the sequences hold.", one(figures.heldTokens)),
    family("kv_capacity_tokens", "gauge", "Tokens that they can hold.", one(figures.capacityTokens)),
    family("busy_seconds_total", "counter", "Time with something to do.", one(figures.busySeconds)),
    family("queue_seconds_total", "counter", "Time that choices spent in line.", one(figures.queueSeconds)),
    family("joules_total", "counter", "Energy, idle time included.", [
      [`{provenance="${energyProvenance}"}`, figures.joules],
    ]),
  ].join("");
}

function family(name: string, type: "counter" | "gauge", help: string, samples: readonly Sample[]): string {
  const full = `tokenworks_engine_${name}`;
  const lines = samples.map(([labels, value]) => `${full}${labels} ${value}\n`).join("");
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines}`;
}
