import assert from "node:assert/strict";
import { test } from "node:test";
import { drawnArrivals, scheduledArrivals } from "./mlperf-loadgen.ts";

/** `generated_query_count`, `effective_target_qps` and `generated_query_duration` of three v5.1 logs: HPE's Llama 3.1 8B, ASUSTeK's Llama 2. */
const logged = [
  { requests: 307_464, rate: 505, nanoseconds: 608_922_013_973 },
  { requests: 294_912, rate: 118, nanoseconds: 2_499_387_625_404 },
  { requests: 245_760, rate: 100, nanoseconds: 2_454_828_936_272 },
];

test("requests come when MLPerf's load generator sends them, to the nanosecond that it cuts each gap to", () => {
  for (const { requests, rate, nanoseconds } of logged) {
    const drawn = (drawnArrivals("v5.1", requests + 1)[requests]! / rate) * 1e9;
    assert.ok(drawn >= nanoseconds && drawn <= nanoseconds + requests, `${drawn} for ${nanoseconds}`);
  }
});

test("arrivals at a scheduled rate have that mean rate from the first to the last", () => {
  const { seconds } = scheduledArrivals("v5.1", 8313, 0.43) as { seconds: Float64Array };
  assert.equal(seconds[0], 0);
  assert.ok(Math.abs(8312 / seconds[8312]! / 0.43 - 1) < 1e-12);
});
