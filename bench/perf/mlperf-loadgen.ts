/**
 * When MLPerf's load generator sends its requests: the very times, since every submission of a round draws them from one
 * seed (mlcommons/inference, `loadgen/loadgen.cc`, `GenerateQueries`; the seed is in `mlperf.conf` and in every log's
 * `schedule_rng_seed`).
 */
import { MersenneTwister } from "../../src/perf/loads/mersenne-twister.ts";
import type { Arrivals } from "../../src/perf/loads/workload.ts";

/** Of each round: `std::mt19937` takes the low 32 bits of it. */
const scheduleSeeds = {
  "v4.1": 14_962_580_496_156_340_209n,
  "v5.1": 18_209_322_760_996_052_031n,
  "v6.0": 3_936_089_224_930_324_775n,
};

export type Round = keyof typeof scheduleSeeds;

/** `rate` is the one that the log says was scheduled. The drawn times miss the one that was asked for by up to a percent. */
export function scheduledArrivals(round: Round, requests: number, rate: number): Arrivals {
  const gaps = drawnArrivals(round, requests);
  const scale = (requests - 1) / gaps[requests - 1]! / rate;
  return { type: "open", seconds: gaps.map((at) => at * scale) };
}

/** The first at 0, the others as drawn for one a second. */
export function drawnArrivals(round: Round, requests: number): Float64Array {
  const random = new MersenneTwister(Number(scheduleSeeds[round] % 2n ** 32n));
  const at = new Float64Array(requests);
  for (let request = 1; request < requests; request += 1) {
    // GNU's `std::generate_canonical` takes two numbers of 32 bits, the lower one first.
    const uniform = (random.bits() + random.bits() * 2 ** 32) / 2 ** 64;
    at[request] = at[request - 1]! - Math.log(1 - uniform);
  }
  return at;
}
