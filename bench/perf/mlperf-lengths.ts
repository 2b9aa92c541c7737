/** How long the prompts and the outputs of MLPerf's benchmarks are: quantiles, and requests drawn from them. */
import { RandomStream } from "../../src/perf/loads/random.ts";
import type { Lengths } from "../../src/perf/loads/workload.ts";

/** Tokens at 0 %, 5 %, … 100 %. */
type Quantiles = readonly number[];

type Shape = {
  /** `performance_sample_count_override` of `mlperf.conf`. */
  readonly samples: number;
  readonly prompts: Quantiles;
  readonly outputs: Quantiles;
  readonly source: string;
};

/**
 * Outputs: of each benchmark, the counts of tokens that the compliance runs of all submitters log for some hundred samples
 * (TEST06, mlcommons/inference_results_v5.1, `mlperf_log_accuracy.json`; 403, 209, 105 and 316 samples). Only the shape is
 * taken: the mean is each run's own, from its log.
 */
export const shapes: Readonly<Record<string, Shape>> = {
  "llama2-70b": {
    samples: 24_576,
    prompts: withMean(
      [51, 73, 85, 94, 104, 110, 116, 125, 131, 139, 153, 165, 182, 199, 224, 259, 310, 378, 505, 604, 1020],
      219.7,
    ),
    outputs: [4, 33, 55, 93, 120, 149, 177, 192, 207, 232, 249, 267, 294, 324, 344, 370, 391, 447, 531, 645, 1025],
    source:
      "prompts: OpenOrca as MLCommons cut it, 1,000 of its 24,576 samples drawn at random (open_orca_gpt4_tokenized_llama.calibration_1000, HabanaAI/vllm-fork): 220 tokens on average, half of them below 153",
  },
  "llama3.1-405b": {
    samples: 8313,
    prompts: logNormal(9400, 0.25, 20_000),
    outputs: [4, 204, 211, 219, 413, 427, 553, 609, 646, 675, 699, 730, 763, 785, 806, 820, 826, 854, 894, 937, 1170],
    source:
      "prompts of 9,400 tokens (MLCommons, https://mlcommons.org/2025/04/llm-inference-v5), at most 20,000. Their spread is read off the first tokens of three Interactive runs, which are not blind in this: the 99th percentile is 2.5 to 2.6 times the median on two B200 systems and 3.0 on H200; a spread of 0.2 makes it 2.7 to 3.0, 0.3 makes it 2.9 to 3.2 and 0.5 makes it 3.4 to 3.6",
  },
  "llama3.1-8b": {
    samples: 13_368,
    prompts: logNormal(778, 0.45, 2540),
    outputs: Array.from({ length: 21 }, () => 128),
    source:
      "CNN/DailyMail, prompts of 778 tokens (MLCommons, https://mlcommons.org/2025/09/small-llm-inference-5-1), at most 2,540; their spread is an assumption",
  },
  "deepseek-r1": {
    samples: 4388,
    prompts: logNormal(800, 0.7, 3140),
    outputs: [
      381, 580, 653, 723, 784, 828, 893, 1162, 1303, 1549, 1776, 2091, 2459, 3490, 3948, 4940, 6698, 7797, 10769, 14225,
      20001,
    ],
    source:
      "prompts of 800 tokens (MLCommons, https://mlcommons.org/2025/09/deepseek-inference-5-1), at most 3,140; their spread is an assumption",
  },
  "gpt-oss-120b": {
    samples: 6396,
    prompts: logNormal(4638, 0.5, 15_330),
    outputs: [
      528, 907, 996, 1055, 1103, 1144, 1181, 1215, 1247, 1278, 1309, 1340, 1371, 1403, 1437, 1474, 1515, 1562, 1622,
      1711, 2492,
    ],
    source:
      "articles of PubMed to be summed up, at most 15,330 tokens. Prompts of 4,638 tokens are read off NVIDIA's configurations, of which steps are 3, 10 and 14 times that many; their spread is an assumption. Outputs: mean 1,309, deviation 245, 528 to 2,492, as the audit of output lengths logs them (TEST09, `verify_output_len.txt`, v6.0), taken for a normal distribution",
  },
  "mixtral-8x7b": {
    samples: 15_000,
    prompts: withMean(
      [51, 94, 115, 132, 146, 159, 171, 186, 203, 223, 251, 294, 373, 628, 648, 655, 663, 671, 681, 700, 1020],
      371,
    ),
    outputs: [3, 31, 40, 48, 58, 64, 74, 79, 89, 97, 103, 116, 125, 134, 144, 152, 173, 204, 270, 344, 1025],
    source:
      "prompts: OpenOrca, GSM8K and MBXP in equal parts. MLCommons prints one of GSM8K (662 tokens, of which the question is 56) and one of MBXP (139, of which the task is 95; language/mixtral-8x7b/standalone_infer). With the rest of these two around each question of openai/grade-school-math (64 tokens on average) and each task of amazon-science/mxeval (176), by Mistral's tokenizer, they have 670 and 218 tokens; OpenOrca's are those of Llama 2",
  },
};

/** Requests with a given mean of outputs, spread evenly over the quantiles, in random order. */
export function lengthsOf(benchmark: string, requests: number, outputMean: number, seed: number): Lengths {
  const { prompts, outputs } = shapes[benchmark]!;
  return {
    promptTokens: spread(prompts, requests, new RandomStream(seed, "prompt")),
    outputTokens: spread(withMean(outputs, outputMean), requests, new RandomStream(seed, "output")),
  };
}

/**
 * Of a Server run: every sample once, in random order, and then again in the same order, as the load generator issues them
 * (`SampleDistributionEqualIssue` in mlcommons/inference, `loadgen/loadgen.cc`, shuffles as often as 100 queries need).
 */
export function issuedLengthsOf(benchmark: string, requests: number, outputMean: number, seed: number): Lengths {
  const { samples } = shapes[benchmark]!;
  const once = lengthsOf(benchmark, Math.min(samples, requests), outputMean, seed);
  const again = (tokens: Int32Array) =>
    Int32Array.from({ length: requests }, (_, request) => tokens[request % samples]!);
  return { promptTokens: again(once.promptTokens), outputTokens: again(once.outputTokens) };
}

export function promptMeanOf(benchmark: string): number {
  return meanOf(shapes[benchmark]!.prompts);
}

function spread(quantiles: Quantiles, requests: number, random: RandomStream): Int32Array {
  const tokens = Int32Array.from({ length: requests }, (_, index) =>
    Math.max(1, Math.round(quantileAt(quantiles, (index + 0.5) / requests))),
  );
  for (let last = requests - 1; last > 0; last -= 1) {
    const other = random.integer(0, last);
    [tokens[last], tokens[other]] = [tokens[other]!, tokens[last]!];
  }
  return tokens;
}

function quantileAt(quantiles: Quantiles, share: number): number {
  const place = share * (quantiles.length - 1);
  const index = Math.min(quantiles.length - 2, Math.floor(place));
  return quantiles[index]! + (place - index) * (quantiles[index + 1]! - quantiles[index]!);
}

/** The same shape, scaled until its mean is the one wanted, with nothing longer than the longest. */
function withMean(quantiles: Quantiles, mean: number, most = quantiles.at(-1)!): Quantiles {
  const scaled = (scale: number) => quantiles.map((tokens) => Math.min(most, tokens * scale));
  let [low, high] = [0.1, 10];
  for (let round = 0; round < 40; round += 1) {
    const middle = (low + high) / 2;
    if (meanOf(scaled(middle)) < mean) low = middle;
    else high = middle;
  }
  return scaled(high);
}

function meanOf(quantiles: Quantiles): number {
  const ends = (quantiles[0]! + quantiles.at(-1)!) / 2;
  return (quantiles.slice(1, -1).reduce((sum, tokens) => sum + tokens, 0) + ends) / (quantiles.length - 1);
}

/** Quantiles of a log-normal distribution, cut at a limit, with a mean. */
function logNormal(mean: number, sigma: number, most: number): Quantiles {
  const normal = [
    -2.33, -1.645, -1.282, -1.036, -0.842, -0.674, -0.524, -0.385, -0.253, -0.126, 0, 0.126, 0.253, 0.385, 0.524, 0.674,
    0.842, 1.036, 1.282, 1.645, 2.33,
  ];
  return withMean(
    normal.map((deviation) => Math.exp(sigma * deviation) * mean),
    mean,
    most,
  );
}
