import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../stack/fault.ts";
import { type Gauges, Metrics, pageOf } from "./metrics.ts";

const gauges: Gauges = {
  inFlight: 2,
  undurableBytes: 0,
  isAccepting: true,
  epoch: 7,
  meterLagSeconds: 1.5,
  breakers: [{ deployment: "d", state: 0 }],
};
const tokens = { input: 10, cachedInput: 1, output: 3, reasoning: 0 };

function worker(requests: number): Metrics {
  const metrics = new Metrics();
  for (let at = 0; at < requests; at += 1) {
    metrics.settled("chat.completions", "m", "complete", 200, tokens, 30, 400);
  }
  metrics.refused("front", new Fault("invalid_api_key", { message: "x" }));
  return metrics;
}

test("one worker's page shows the sum of all of them, and the worst of their breakers", async () => {
  const tripped = { ...gauges, epoch: 8, meterLagSeconds: 1.5, breakers: [{ deployment: "d", state: 2 }] };
  const page = await pageOf([worker(2).json(gauges), worker(3).json(tripped)]);
  const labels = 'endpoint="chat.completions",model="m"';
  for (const line of [
    `tokenworks_requests_total{${labels},outcome="complete",status="200"} 5`,
    `tokenworks_tokens_total{${labels},class="input"} 50`,
    `tokenworks_tokens_total{${labels},class="output"} 15`,
    'tokenworks_refusals_total{endpoint="front",status="401",code="invalid_api_key"} 2',
    `tokenworks_time_to_first_token_seconds_bucket{${labels},le="0.025"} 0`,
    `tokenworks_time_to_first_token_seconds_bucket{${labels},le="0.05"} 5`,
    `tokenworks_request_duration_seconds_count{${labels}} 5`,
    'tokenworks_breaker_state{deployment="d"} 2',
    "tokenworks_requests_in_flight 4",
    "tokenworks_snapshot_epoch 8",
    "tokenworks_meter_lag_seconds 1.5",
    "tokenworks_workers 2",
  ]) {
    assert.ok(
      page.split("\n").some((one) => one.startsWith(line)),
      `${line}\n${page}`,
    );
  }
});

test("a histogram's buckets are cumulative and end in all of them", async () => {
  const metrics = new Metrics();
  for (const ms of [1, 7, 70, 700, 7_000, 7_000_000]) {
    metrics.settled("completions", "m", "complete", 200, tokens, undefined, ms);
  }
  const page = await pageOf([metrics.json(gauges)]);
  const counts = [...page.matchAll(/duration_seconds_bucket\{.*le="([^"]+)"\} (\d+)/g)].map(([, , count]) =>
    Number(count),
  );
  assert.deepEqual(
    counts,
    counts.toSorted((one, other) => one - other),
  );
  assert.equal(counts.at(-1), 6);
  assert.equal(counts.at(-2), 5);
});
