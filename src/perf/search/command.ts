/** The command that shows what a search found, with the very same figures: `perf estimate`, or `perf replay` of a trace. */
import type { Chip } from "../../catalog/chip.ts";
import type { Served } from "../deployment.ts";
import { kvFor } from "../inferencex/inferencex.ts";
import type { Candidate, Load, Search } from "./space.ts";
import type { Point } from "./trial.ts";

/** How the asker named what a search does not know the name of: `--model llama-3.1-70b`, say, and `--trace azure-2023-conv`. */
export type Named = {
  readonly model: readonly string[];
  readonly trace?: readonly string[];
  /** Of a trace, the first so many. */
  readonly requests?: number;
};

/** @param replicas that the point is of: more than one for a whole trace */
export function commandOf(
  { load, usdPerHour }: Pick<Search, "load" | "usdPerHour">,
  candidate: Candidate,
  point: Point,
  named: Named,
  replicas = 1,
): string {
  const { served, maxStepTokens, apart } = candidate;
  const { chip, engine, weights, kv } = served;
  const workers = (apart?.decodes ?? 1) * replicas;
  const words = [
    "tokenworks",
    "perf",
    load.type === "lengths" ? "estimate" : "replay",
    ...named.model,
    "--chip",
    chip.name,
    "--engine",
    engine,
    "--precision",
    weights,
    ...(kv === kvFor(weights, chip) ? [] : ["--kv", kv]),
    ...splitWords("", served, { tensorParallel: 1, attentionParallel: 1, expertParallel: 1 }),
    ...(workers > 1 || apart ? ["--replicas", workers] : []),
    ...(apart
      ? ["--prefill-replicas", apart.prefills * replicas, ...splitWords("prefill-", apart.prefill, served)]
      : []),
    "--max-batched-tokens",
    maxStepTokens,
    ...priceWords(chip, usdPerHour[chip.name]),
    ...(load.type === "lengths"
      ? ["--isl", load.promptTokens, "--osl", load.outputTokens, "--concurrency", point.concurrency]
      : replayWords(load, point, named)),
  ];
  return words.map((word) => quoted(String(word))).join(" ");
}

type Split = Pick<Served, "tensorParallel" | "attentionParallel" | "expertParallel">;

/** @param usual what is so when it is not said */
function splitWords(of: "" | "prefill-", split: Split, usual: Split): (string | number)[] {
  const names = [
    ["tp", "tensorParallel"],
    ["dp", "attentionParallel"],
    ["ep", "expertParallel"],
  ] as const;
  return names.flatMap(([name, key]) => (split[key] === usual[key] ? [] : [`--${of}${name}`, split[key]]));
}

function priceWords({ rentUsdPerHour }: Chip, usd: number | undefined): (string | number)[] {
  return usd === undefined || usd === Number(rentUsdPerHour?.value) ? [] : ["--usd-per-hour", usd];
}

function replayWords(
  { workload }: Extract<Load, { readonly type: "trace" }>,
  { replayed }: Point,
  { trace = [], requests: asked }: Named,
): (string | number)[] {
  const { requests = Number.POSITIVE_INFINITY, speed = 1 } = replayed ?? {};
  const first = requests < workload.promptTokens.length ? requests : asked;
  return [...trace, ...(first === undefined ? [] : ["--requests", first]), ...(speed === 1 ? [] : ["--speed", speed])];
}

/** As a POSIX shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
