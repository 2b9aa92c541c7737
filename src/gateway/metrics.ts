/**
 * A worker's metrics: plain counts on the way, put into Prometheus' form only when somebody asks, and summed over the
 * workers of this machine. No tenant and no key is a label: who may scrape need not learn who the customers are.
 */
import { AggregatorRegistry } from "prom-client";
import type { Fault } from "../stack/fault.ts";
import type { Outcome, TokenCounts } from "../stack/usage.ts";
import type { Endpoint } from "./dialect.ts";

type Labels = Readonly<Record<string, string | number>>;
type Value = { readonly labels: Labels; readonly value: number; readonly metricName?: string };

/** A metric as prom-client's workers exchange it. */
export type MetricJson = {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly aggregator: "sum" | "max";
  readonly values: readonly Value[];
};

/** Seconds: from a cache's answer to the longest that clients wait. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600] as const;

class Histogram {
  readonly #counts = new Float64Array(bounds.length);
  #sum = 0;
  #count = 0;

  observe(seconds: number): void {
    this.#sum += seconds;
    this.#count += 1;
    let at = 0;
    while (at < bounds.length && seconds > bounds[at]!) at += 1;
    if (at < bounds.length) this.#counts[at]! += 1;
  }

  values(name: string, labels: Labels): Value[] {
    let below = 0;
    const buckets = bounds.map((le, index) => {
      below += this.#counts[index]!;
      return { labels: { ...labels, le }, value: below, metricName: `${name}_bucket` };
    });
    return [
      ...buckets,
      { labels: { ...labels, le: "+Inf" }, value: this.#count, metricName: `${name}_bucket` },
      { labels, value: this.#sum, metricName: `${name}_sum` },
      { labels, value: this.#count, metricName: `${name}_count` },
    ];
  }
}

/** What is counted of one model at one endpoint. */
class Series {
  readonly labels: Labels;
  readonly byOutcome = new Map<string, number>();
  readonly tokens = { input: 0, cachedInput: 0, output: 0, reasoning: 0 };
  readonly ttft = new Histogram();
  readonly duration = new Histogram();

  constructor(labels: Labels) {
    this.labels = labels;
  }
}

/** What a worker tells of its present state when it is asked. */
export type Gauges = {
  readonly inFlight: number;
  readonly undurableBytes: number;
  readonly isAccepting: boolean;
  readonly epoch: number;
  /** Since everything metered was last in the ledger; undefined when nothing tells. */
  readonly meterLagSeconds: number | undefined;
  readonly breakers: readonly { readonly deployment: string; readonly state: number }[];
};

export class Metrics {
  readonly #series = new Map<string, Series>();
  readonly #refusals = new Map<string, number>();
  readonly #retries = new Map<string, number>();

  settled(
    endpoint: Endpoint,
    model: string,
    outcome: Outcome,
    status: number,
    tokens: TokenCounts,
    ttftMs: number | undefined,
    durationMs: number,
  ): void {
    const key = `${endpoint} ${model}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      series = new Series({ endpoint, model });
      this.#series.set(key, series);
    }
    const how = `${outcome} ${status}`;
    series.byOutcome.set(how, (series.byOutcome.get(how) ?? 0) + 1);
    series.tokens.input += tokens.input;
    series.tokens.cachedInput += tokens.cachedInput;
    series.tokens.output += tokens.output;
    series.tokens.reasoning += tokens.reasoning;
    if (ttftMs !== undefined) series.ttft.observe(ttftMs / 1000);
    series.duration.observe(durationMs / 1000);
  }

  refused(endpoint: Endpoint | "front", fault: Fault): void {
    add(this.#refusals, `${endpoint} ${fault.status} ${fault.code}`);
  }

  retried(deployment: string): void {
    add(this.#retries, deployment);
  }

  json(gauges: Gauges): MetricJson[] {
    const series = [...this.#series.values()];
    const breakers = gauges.breakers.map(({ deployment, state }) => ({ labels: { deployment }, value: state }));
    const usage = process.cpuUsage();
    return [
      counter(
        "tokenworks_requests_total",
        "Requests that were admitted, by how they ended.",
        series.flatMap(({ labels, byOutcome }) =>
          [...byOutcome].map(([how, value]) => {
            const [outcome = "", status = ""] = how.split(" ");
            return { labels: { ...labels, outcome, status }, value };
          }),
        ),
      ),
      counter(
        "tokenworks_refusals_total",
        "Requests that were refused before anything was sent upstream.",
        [...this.#refusals].map(([key, value]) => {
          const [endpoint = "", status = "", code = ""] = key.split(" ");
          return { labels: { endpoint, status, code }, value };
        }),
      ),
      counter(
        "tokenworks_tokens_total",
        "Tokens by class; the classes are disjoint.",
        series.flatMap(({ labels, tokens }) =>
          Object.entries(tokens).map(([kind, value]) => ({ labels: { ...labels, class: kind }, value })),
        ),
      ),
      counter(
        "tokenworks_retries_total",
        "Tries that failed and were made again, by the deployment that failed.",
        [...this.#retries].map(([deployment, value]) => ({ labels: { deployment }, value })),
      ),
      histogram(
        "tokenworks_time_to_first_token_seconds",
        "From the request's head to the first byte of its answer.",
        series,
        "ttft",
      ),
      histogram(
        "tokenworks_request_duration_seconds",
        "From the request's head to its settled account.",
        series,
        "duration",
      ),
      gauge("tokenworks_requests_in_flight", "Requests in flight.", gauges.inFlight),
      gauge(
        "tokenworks_meter_undurable_bytes",
        "Bytes of usage records that are not on disk yet.",
        gauges.undurableBytes,
      ),
      gauge(
        "tokenworks_meter_not_accepting_workers",
        "Workers whose meter takes no new work.",
        gauges.isAccepting ? 0 : 1,
      ),
      {
        ...gauge("tokenworks_snapshot_epoch", "The last change of the factory that is known.", gauges.epoch),
        aggregator: "max",
      },
      {
        name: "tokenworks_meter_lag_seconds",
        help: "Since everything metered was last in the ledger.",
        type: "gauge",
        aggregator: "max",
        values: gauges.meterLagSeconds === undefined ? [] : [{ labels: {}, value: gauges.meterLagSeconds }],
      },
      {
        name: "tokenworks_breaker_state",
        help: "Circuit breaker of a deployment, the worst of all workers: 0 closed, 1 probing, 2 open.",
        type: "gauge",
        aggregator: "max",
        values: breakers,
      },
      gauge("tokenworks_workers", "Gateway workers that answered.", 1),
      gauge("process_resident_memory_bytes", "Memory of all gateway workers.", process.memoryUsage.rss()),
      counter("process_cpu_seconds_total", "CPU time of all gateway workers.", [
        { labels: {}, value: (usage.user + usage.system) / 1e6 },
      ]),
    ];
  }
}

/** The workers' metrics as one page in Prometheus' text form. */
export function pageOf(workers: readonly (readonly MetricJson[])[]): Promise<string> {
  const all: object[][] = workers.map((worker) => [...worker]);
  return AggregatorRegistry.aggregate(all).metrics();
}

function counter(name: string, help: string, values: readonly Value[]): MetricJson {
  return { name, help, type: "counter", aggregator: "sum", values };
}

function gauge(name: string, help: string, value: number): MetricJson {
  return { name, help, type: "gauge", aggregator: "sum", values: [{ labels: {}, value }] };
}

function histogram(name: string, help: string, series: readonly Series[], of: "ttft" | "duration"): MetricJson {
  const values = series.flatMap((one) => one[of].values(name, one.labels));
  return { name, help, type: "histogram", aggregator: "sum", values };
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
