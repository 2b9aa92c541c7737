/** What a row of a table says of the load and of what was measured, and what a benchmark tool's file adds. */
import { isOwnRun } from "../inferencex/as-run.ts";
import type { Served } from "../deployment.ts";
import type { Deployed, Measurement, Point } from "./point.ts";
import { absent, amount, milliseconds, type Text, whole } from "./point-cells.ts";
import { figures, measuredColumn, statistics, throughputColumn } from "../results/row.ts";
import type { Sent } from "../loads/told-load.ts";

/** Tokens of a block: the default of `Settings`, in which the room of a KV cache is counted. */
const blockTokens = 16;

/** All that was measured, in the order of the columns. */
export function measurementsOf(text: Text): Measurement[] {
  const found: Measurement[] = [];
  for (const figure of figures) {
    for (const statistic of statistics) {
      const column = measuredColumn(figure, statistic);
      const ms = milliseconds(column, text(column));
      if (ms !== undefined) found.push({ figure, statistic, ms });
    }
  }
  const tokensPerSecond = amount(throughputColumn, text(throughputColumn));
  if (tokensPerSecond !== undefined) found.push({ figure: "throughput", tokensPerSecond });
  return found;
}

/** The load of somebody's own run, and what the engine was told. Undefined for rows that tell no load of their own. */
export function toldOf(text: Text, concurrency: number | undefined, sent: Sent | undefined): Point["told"] {
  if (!isOwnRun(text)) return undefined;
  const tokens = (name: string) => whole(name, text(name)) ?? absent(name);
  const numbers = {
    requestsPerSecond: amount("request_rate", text("request_rate")),
    requests: whole("requests", text("requests")),
    promptDeviation: amount("isl_stddev", text("isl_stddev")),
    outputDeviation: amount("osl_stddev", text("osl_stddev")),
    concurrency,
  };
  const kvTokens = whole("kv_tokens", text("kv_tokens"));
  const settings = {
    maxSequences: whole("max_sequences", text("max_sequences")),
    maxStepTokens: whole("max_batched_tokens", text("max_batched_tokens")),
    memoryShare: amount("memory_share", text("memory_share")),
    kvBlocks: kvTokens === undefined ? undefined : Math.max(1, Math.floor(kvTokens / blockTokens)),
  };
  return {
    load: {
      promptTokens: tokens("isl"),
      outputTokens: tokens("osl"),
      ...present(numbers),
      ...(sent && { sent }),
    },
    settings: present(settings),
  };
}

/** The deployment with what a benchmark tool's file says besides: the engine's version, and drafted tokens of answers. */
export function ownRunOf(text: Text, deployed: Deployed): Deployed {
  const version = text("backend_version");
  const [drafts, accepted] = [whole("drafts", text("drafts")), amount("accepted_drafts", text("accepted_drafts"))];
  const versioned = (served: Served): Served => ({ ...served, ...(version !== "" && { version }) });
  const drafting = (served: Served): Served => ({
    ...versioned(served),
    ...(drafts !== undefined && accepted !== undefined && { speculation: { drafts, accepted } }),
  });
  if (deployed.type === "whole") return { ...deployed, served: drafting(deployed.served) };
  const { prefill, decode } = deployed;
  return {
    ...deployed,
    prefill: { ...prefill, served: versioned(prefill.served) },
    decode: { ...decode, served: drafting(decode.served) },
  };
}

/** The values that are known. */
function present<Name extends string>(
  values: Readonly<Record<Name, number | undefined>>,
): Readonly<Partial<Record<Name, number>>> {
  const found = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(found) as Partial<Record<Name, number>>;
}
