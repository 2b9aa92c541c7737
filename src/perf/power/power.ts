/**
 * Power and energy, from how busy accelerators are (activity.ts). An accelerator at work draws
 *
 *     idle + (TDP − idle) · min(1, awake + tensor · u_tensor + memory · u_memory + link · u_link)
 *
 * watts, and idle watts between steps. `u` are shares of the datasheet's peaks. The factors are shares of the range from idle to
 * TDP, so that they carry over between chips. At the TDP clocks come down; measured kernels already include that.
 */
import type { Chip } from "../../catalog/chip.ts";
import type { Activities, Activity } from "./activity.ts";

/**
 * Fitted by tools/perf/fit-power.ts to the power of Llama 2 70B on A100 in Splitwise (Patel et al. 2024; performance data of
 * Mutinifni/splitwise-sim, MIT), which they meet within 3.7 % on average. BLOOM was held out, and is met within 4.1 %. The share
 * of links is that of serial links which take 5 pJ a bit in each direction.
 */
export const drawShares = { awake: 0.15, tensor: 1.79, memory: 0.84, link: 0.07 };

/**
 * Watts of a server's host, fans and losses for each accelerator, where it holds several of over 300 W. An estimate: eight H100 at
 * 7.75 kW in training (arXiv:2506.14551) leave 270 W for each above the TDP, and eight B200 in MLPerf v5.1 some 350 to 430 W.
 */
export const hostWatts = 300;

export type PhaseEnergy = {
  readonly seconds: number;
  /** Of an accelerator with its share of the server, during the phase. */
  readonly watts: number;
  /** Of all accelerators. */
  readonly joules: number;
};

export type Power =
  | {
      readonly type: "predicted";
      /** Average of an accelerator with its share of the server, at the plug (at the meter of the site with a PUE). */
      readonly watts: number;
      /** The part of the accelerator alone. */
      readonly acceleratorWatts: number;
      readonly joules: number;
      readonly joulesPerOutputToken: number;
      /** For each token, those of prompts included. */
      readonly joulesPerToken: number;
      readonly byPhase: { readonly prefill: PhaseEnergy; readonly decode: PhaseEnergy; readonly idle: PhaseEnergy };
    }
  | { readonly type: "unavailable"; readonly reason: string };

/** What ran, and for how long. */
export type Run = {
  readonly accelerators: number;
  readonly replicas: number;
  /** From the first request to the last token. */
  readonly seconds: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
};

/** Watts of one accelerator without its server. Undefined where the catalog lacks its idle power or TDP. */
export function acceleratorWatts(chip: Chip, activity: Activity | "idle", shares = drawShares): number | undefined {
  const { idleWatts: idle, tdpWatts: tdp } = chip;
  if (idle === undefined || tdp === undefined) return undefined;
  if (activity === "idle") return idle.value;
  const { awake, tensor, memory, link } = shares;
  const share = awake + tensor * activity.tensor + memory * activity.memory + link * activity.link;
  return idle.value + (tdp.value - idle.value) * Math.min(1, share);
}

/**
 * Power of one pool over a run.
 *
 * @param pue power usage effectiveness of the site, for watts and joules at its meter; 1 for those at the server's plug
 */
export function powerOf(chip: Chip, activities: Activities, run: Run, pue = 1): Power {
  const { prefill, decode } = activities;
  const watts = {
    prefill: acceleratorWatts(chip, prefill),
    decode: acceleratorWatts(chip, decode),
    idle: acceleratorWatts(chip, "idle"),
  };
  if (watts.prefill === undefined || watts.decode === undefined || watts.idle === undefined) {
    const lacks = chip.idleWatts === undefined ? "idle power" : "TDP";
    return {
      type: "unavailable",
      reason: `The catalog has no published ${lacks} of ${chip.title}.`,
    };
  }
  const host = serverWatts(chip);
  const perReplica = run.accelerators / run.replicas;
  const phase = (seconds: number, ofAccelerator: number): PhaseEnergy => {
    const all = (ofAccelerator + host) * pue;
    return { seconds, watts: all, joules: all * seconds * perReplica };
  };
  const idleSeconds = Math.max(0, run.seconds * run.replicas - prefill.seconds - decode.seconds);
  const byPhase = {
    prefill: phase(prefill.seconds, watts.prefill),
    decode: phase(decode.seconds, watts.decode),
    idle: phase(idleSeconds, watts.idle),
  };
  const joules = byPhase.prefill.joules + byPhase.decode.joules + byPhase.idle.joules;
  const average = joules / (run.seconds * run.accelerators);
  return {
    type: "predicted",
    watts: average,
    acceleratorWatts: average / pue - host,
    joules,
    joulesPerOutputToken: joules / run.outputTokens,
    joulesPerToken: joules / (run.promptTokens + run.outputTokens),
    byPhase,
  };
}

/** The power of two pools that serve the same requests, as one. */
export function together(one: Power, other: Power): Power {
  if (one.type === "unavailable") return one;
  if (other.type === "unavailable") return other;
  const phase = (name: keyof typeof one.byPhase): PhaseEnergy => {
    const [first, second] = [one.byPhase[name], other.byPhase[name]];
    const seconds = first.seconds + second.seconds;
    const watts = (first.watts * first.seconds + second.watts * second.seconds) / (seconds || 1);
    return { seconds, watts, joules: first.joules + second.joules };
  };
  const joules = one.joules + other.joules;
  // Both drew power for the same time, so that watts are weighed by accelerators: joules over watts.
  const share = one.joules / one.watts / (one.joules / one.watts + other.joules / other.watts);
  const average = (name: "watts" | "acceleratorWatts") => one[name] * share + other[name] * (1 - share);
  return {
    type: "predicted",
    watts: average("watts"),
    acceleratorWatts: average("acceleratorWatts"),
    joules,
    joulesPerOutputToken: one.joulesPerOutputToken + other.joulesPerOutputToken,
    joulesPerToken: one.joulesPerToken + other.joulesPerToken,
    byPhase: { prefill: phase("prefill"), decode: phase("decode"), idle: phase("idle") },
  };
}

function serverWatts(chip: Chip): number {
  return (chip.tdpWatts?.value ?? 0) > 300 ? hostWatts : 0;
}
