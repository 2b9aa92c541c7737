/** What a replay shows, whatever it ran on: percentiles, and queue and KV cache over time as picture, table and file. */
import type { Moment } from "../perf/simulate/over-time.ts";
import type { Distribution, Estimate } from "../perf/predict.ts";
import { Fault } from "../stack/fault.ts";
import { keep } from "./keep.ts";
import { plot } from "./plot.ts";
import { number, table } from "./terminal.ts";

/** A pool of replicas, and what it held over time. */
export type PoolOverTime = { readonly name: string; readonly moments: readonly Moment[] };

export type Figures = Readonly<Record<"ttftMs" | "tpotMs", Estimate> & Record<"itlMs" | "e2eMs", Distribution>>;

export function percentiles(figures: Figures): string {
  const rows = (["ttftMs", "tpotMs", "itlMs", "e2eMs"] as const).map((name) => {
    const { mean, p50, p90, p99 } = figures[name];
    const within =
      name === "ttftMs" || name === "tpotMs"
        ? `${number(figures[name].band.low)} … ${number(figures[name].band.high)}`
        : "";
    return [name.replace("Ms", "").toUpperCase(), number(mean), within, number(p50), number(p90), number(p99)];
  });
  const titles = ["ms", "mean", "8 of 10 within", "p50", "p90", "p99"];
  return table(
    titles.map((title, index) => ({ title, ...(index > 0 ? { align: "right" as const } : {}) })),
    rows,
  );
}

export function picture(moments: readonly Moment[], pool: string): string {
  const of = (value: (moment: Moment) => number) => moments.map((one) => [one.seconds, value(one)] as const);
  const frame = { width: 72, x: { title: "s", from: 0 } };
  const named = (what: string) => (pool === "" ? what : `${what}, ${pool}`);
  const queue = plot({
    ...frame,
    series: [
      { name: "running", points: of(({ running }) => running), isLine: true },
      { name: "waiting", points: of(({ waiting }) => waiting), isLine: true },
    ],
    y: { title: named("requests"), from: 0 },
    height: 7,
  });
  const kv = plot({
    ...frame,
    series: [{ name: "KV", points: of(({ kvShare }) => kvShare * 100), isLine: true }],
    y: { title: named("% of the KV cache"), from: 0 },
    height: 5,
  });
  return `${queue}\n\n${kv}`;
}

export function csvOf(pools: readonly PoolOverTime[]): string {
  const lines = pools.flatMap(({ name, moments }) =>
    moments.map(({ seconds, waiting, running, kvShare }) =>
      [name, seconds.toFixed(3), waiting, running, kvShare.toFixed(4)].join(","),
    ),
  );
  return `pool,seconds,waiting,running,kv_share\n${lines.join("\n")}\n`;
}

export async function drawSvg(path: string, pools: readonly PoolOverTime[]): Promise<void> {
  const { svgOf } = await import("./perf-svg.ts");
  const curves = pools.flatMap(({ name, moments }) => {
    const of = (value: (moment: Moment) => number) => moments.map((one) => [one.seconds, value(one)] as const);
    const named = (what: string) => (pools.length > 1 ? `${name}: ${what}` : what);
    return [
      { name: named("running"), points: of(({ running }) => running) },
      { name: named("waiting"), points: of(({ waiting }) => waiting) },
      { name: named("KV cache, %"), points: of(({ kvShare }) => kvShare * 100) },
    ];
  });
  const svg = svgOf({
    title: "Requests and KV cache over time",
    x: { title: "seconds" },
    y: { title: "requests; % of the KV cache" },
    curves,
  });
  keep(path, "svg", svg);
}

/** A prompt that the model was not made for is a mistake of the trace, or of the choice of model. */
export function checkLengths(prompts: Int32Array, outputs: Int32Array, most: number, model: string): void {
  const at = prompts.findIndex((tokens, index) => tokens + outputs[index]! > most);
  if (at === -1) return;
  throw new Fault("invalid_value", {
    message: `Request ${at + 1} has ${prompts[at]!.toLocaleString("en")} tokens of prompt and ${outputs[at]!.toLocaleString("en")} of output; ${model} has a context of ${most.toLocaleString("en")}.`,
    remedy: "Leave it out, or choose a model with a longer context.",
    param: "trace",
  });
}
