/** Predictions as rows of CSV files, units in the names of the columns. Pure. */
import { atBest, losersInOrder, type Predicted } from "./predict.ts";

type Rows = readonly (readonly (string | number)[])[];

/** A row for each chip. */
export function comparisonRows(predicted: readonly Predicted[]): Rows {
  const titles = [
    "chip",
    "deployment",
    "accelerators",
    "clients",
    "ttft_p90_ms",
    "tpot_p90_ms",
    "tokens_per_second_per_user",
    "output_tokens_per_second_per_accelerator",
    "usd_per_million_output_tokens_rented",
    "low",
    "high",
    "usd_per_million_output_tokens_owned",
    "joules_per_output_token",
    "watts_per_accelerator",
    "kv_tokens",
    "kv_requests_at_once",
    "kv_full_at_clients",
    "bound_by",
    "provenance",
    "beyond",
  ];
  const rows = predicted.map((one) => {
    const { chip, best, estimated, why } = one;
    const at = atBest(one);
    if (best === undefined || at === undefined) return [chip, why ?? "", ...titles.slice(2).map(() => "")];
    return [
      chip,
      best.deployment,
      best.accelerators,
      best.concurrency,
      best.ttftP90Ms,
      best.tpotP90Ms,
      best.tokensPerSecondPerUser,
      best.outputTokensPerSecondPerAccelerator,
      best.usdPerMillionOutputTokens ?? "",
      at.usdPerMillionOutputTokens?.low ?? "",
      at.usdPerMillionOutputTokens?.high ?? "",
      at.buildUp?.totalUsd ?? "",
      best.joulesPerOutputToken ?? "",
      at.wattsPerAccelerator ?? "",
      estimated?.kv?.tokens ?? "",
      estimated?.kv?.sequences ?? "",
      estimated?.kv?.fullAt ?? "",
      at.boundBy,
      best.provenance,
      at.beyond.join("; "),
    ];
  });
  return [titles, ...rows];
}

/** A row for each point of each chip's front. */
export function frontRows(predicted: readonly Predicted[]): Rows {
  return [
    ["chip", "deployment", "clients", "tokens_per_second_per_user", "output_tokens_per_second_per_accelerator"],
    ...predicted.flatMap(({ chip, front }) =>
      front.map((point) => [
        chip,
        point.deployment,
        point.concurrency,
        point.tokensPerSecondPerUser,
        point.outputTokensPerSecondPerAccelerator,
      ]),
    ),
  ];
}

/** A row for each number of clients of each chip's best deployment. */
export function loadRows(predicted: readonly Predicted[]): Rows {
  return [
    ["chip", "clients", "ttft_ms", "ttft_low_ms", "ttft_high_ms", "tpot_ms", "tpot_low_ms", "tpot_high_ms", "kv_share"],
    ...predicted.flatMap(({ chip, estimated }) =>
      (estimated?.points ?? []).map(({ concurrency, ttftMs, tpotMs, kvShare }) => [
        chip,
        concurrency,
        ttftMs.mean,
        ttftMs.band.low,
        ttftMs.band.high,
        tpotMs.mean,
        tpotMs.band.low,
        tpotMs.band.high,
        kvShare,
      ]),
    ),
  ];
}

/** A row for each deployment that is not the best, with why. */
export function loserRows(predicted: readonly Predicted[]): Rows {
  return [
    ["chip", "deployment", "loss", "why"],
    ...predicted.flatMap(({ chip, found }) =>
      losersInOrder(found).map(({ deployment, loss, why }) => [chip, deployment, loss, why]),
    ),
  ];
}
