/**
 * What an engine's HTTP server takes of a processor. vLLM, SGLang and TensorRT-LLM answer OpenAI's API from one process in
 * Python unless they are told otherwise, and every streamed token passes through it. It is a queue: when it is nearly busy all
 * the time, tokens wait there, first tokens most of all, and no accelerator helps. TensorRT-LLM's developers saw a median wait of
 * 54 ms become 1.5 s as clients quadrupled, while steps took as long as before (NVIDIA/TensorRT-LLM#16523).
 *
 * That wait is no part of predictions: a deployment that comes near it is told so.
 */
import type { EngineName } from "./deployment.ts";

/**
 * Measured with a stand-in (tools/perf/front-end.py) on an Intel Xeon at 2.6 GHz, 28 November 2026: 100 to 300 streams of 32 to
 * 128 tokens, prompts of 16 to 2,000 tokens, Llama 3's tokenizer. A real server does more.
 */
const measured = {
  /** Taking a token from the engine, and writing it to its stream: 20 to 27 µs, 32 on a busy machine. */
  streamSeconds: 23e-6,
  /** Making text of it, and JSON of the text: 19 to 30 µs. */
  formatSeconds: 24e-6,
  /** Reading a request, checking it and handing it over: 0.45 to 0.6 ms. */
  requestSeconds: 0.55e-3,
} as const;

/** From here on waits grow quickly. */
const busyShare = 0.7;

/** What spreads the work over several processes. */
const remedies: Readonly<Partial<Record<EngineName, string>>> = {
  vllm: "--api-server-count",
  sglang: "--tokenizer-worker-num",
  "tensorrt-llm": "num_serve_frontends, num_postprocess_workers or stream_interval",
};

/** How busy one process is that streams answers of so many tokens; above 1 it cannot keep up. */
export function frontEndShare(requestsPerSecond: number, outputTokens: number): number {
  const { streamSeconds, formatSeconds, requestSeconds } = measured;
  return requestsPerSecond * (requestSeconds + outputTokens * (streamSeconds + formatSeconds));
}

/** What is to be said of a replica's HTTP server; undefined where it has time to spare. */
export function frontEndNote(engine: EngineName, requestsPerSecond: number, outputTokens: number): string | undefined {
  const share = frontEndShare(requestsPerSecond, outputTokens);
  if (share < busyShare) return undefined;
  const tokens = Math.round(requestsPerSecond * outputTokens).toLocaleString("en");
  const remedy = remedies[engine];
  return `streaming ${tokens} tokens/s keeps an HTTP server in one Python process ${(share * 100).toFixed(0)} % busy; waits for it are not predicted${remedy === undefined ? "" : `, ${remedy} avoids them`}`;
}
