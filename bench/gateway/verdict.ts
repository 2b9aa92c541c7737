/** The figures of a run as a table, and against what was promised. Pure. */

/** Each figure's value in every round. */
export type Figures = Record<string, readonly number[]>;

export type Result = Readonly<Record<string, Readonly<Record<string, number>>>>;

const rows: readonly (readonly [key: string, label: string, digits: number])[] = [
  ["json32.rps", "JSON, 32 connections, requests/s", 0],
  ["json256.rps", "JSON, 256 connections, requests/s", 0],
  ["json32.cpuMicroseconds", "JSON, CPU µs a request", 0],
  ["stream32.rps", "64-chunk streams, 32 connections, streams/s", 0],
  ["stream256.rps", "64-chunk streams, 256 connections, streams/s", 0],
  ["steady.cpuMicrosecondsPerChunk", "steady stream, CPU µs a chunk", 1],
  ["added.p50Ms", "added latency at half load, p50 ms", 2],
  ["added.p99Ms", "added latency at half load, p99 ms", 2],
  ["memory.afterMiB", "memory after the soak, MiB", 0],
  ["memory.growthMiB", "its growth over the second half, MiB", 0],
  ["json32.backgroundCpuMicroseconds", "CPU µs a request in the ledger's shipper", 0],
];

export function table(result: Result): string {
  const names = Object.keys(result);
  const width = Math.max(...rows.map(([, label]) => label.length));
  const head = `${"".padEnd(width)}  ${names.map((name) => name.padStart(11)).join("")}`;
  const lines = rows
    .filter(([key]) => names.some((name) => result[name]?.[key] !== undefined))
    .map(([key, label, digits]) => {
      const cells = names.map((name) => (result[name]?.[key]?.toFixed(digits) ?? "–").padStart(11));
      return `${label.padEnd(width)}  ${cells.join("")}`;
    });
  return [head, ...lines].join("\n");
}

export type Verdict = { readonly name: string; readonly holds: boolean | null; readonly text: string };

/** Each promise with what was measured; `holds` is null where the run did not measure it. */
export function targets(result: Result): Verdict[] {
  const of = (name: string, key: string) => result[name]?.[key];
  const ratio = (name: string) => {
    const [own, theirs] = [of("tokenworks", "json32.rps"), of(name, "json32.rps")];
    return own === undefined || theirs === undefined ? undefined : own / theirs;
  };
  const own = (key: string) => of("tokenworks", key);
  const promises: readonly (readonly [string, number | undefined, "≥" | "≤", number, string])[] = [
    ["requests/s against nginx", ratio("nginx"), "≥", 1 / 8, "×"],
    ["requests/s against Portkey", ratio("portkey"), "≥", 5, "×"],
    ["requests/s against LiteLLM", ratio("litellm"), "≥", 20, "×"],
    ["requests/s against Bifrost", ratio("bifrost"), "≥", 0, "×"],
    ["CPU of a request", own("json32.cpuMicroseconds"), "≤", 100, "µs"],
    ["CPU of a streamed chunk", own("steady.cpuMicrosecondsPerChunk"), "≤", 45, "µs"],
    ["added latency, p50", own("added.p50Ms"), "≤", 0.5, "ms"],
    ["added latency, p99", own("added.p99Ms"), "≤", 3, "ms"],
    ["memory of the worker", own("memory.afterMiB"), "≤", 200, "MiB"],
    ["growth of its memory", own("memory.growthMiB"), "≤", 10, "MiB"],
  ];
  return promises.map(([name, value, sense, bound, unit]) => {
    if (value === undefined) return { name, holds: null, text: `  –   ${name}: not measured in this run` };
    const holds = sense === "≥" ? value >= bound : value <= bound;
    const shown = `${value.toFixed(value < 10 ? 3 : 1)} ${unit}`;
    return {
      name,
      holds,
      text: `${holds ? "PASS" : "MISS"}  ${name}: ${shown} (${sense} ${Number(bound.toFixed(3))} ${unit})`,
    };
  });
}
