/**
 * Holds llama.cpp to PyTorch: the same tokens for each prompt, near enough the same logits, and the same
 * greedy answer as check.py wrote down. F32 and F16 files agree token for token; Q8_0 may part on a near tie.
 *
 *     node tools/model/check.ts models/tokenworks-tiny.gguf out/reference.json
 */
import { readFileSync } from "node:fs";
import { getLlama, type LlamaContextSequence, type Token } from "node-llama-cpp";

interface Case {
  readonly prompt: string;
  readonly tokens: readonly Token[];
  readonly answer: readonly Token[];
  readonly logits: readonly number[];
}

const [modelPath, referencePath] = process.argv.slice(2);
if (!modelPath || !referencePath) throw new Error("usage: node tools/model/check.ts <model.gguf> <reference.json>");

const cases = JSON.parse(readFileSync(referencePath, "utf8")) as readonly Case[];
const llama = await getLlama({ gpu: false, build: "never" });
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ contextSize: 2048, threads: 1 });
const sequence = context.getSequence();

let parted = 0;
for (const { prompt, tokens, answer, logits } of cases) {
  const ours = model.tokenize(prompt, true);
  const sameTokens = ours.length === tokens.length && ours.every((token, at) => token === tokens[at]);
  const difference = largestDifference(await logitsAfter(tokens, sequence), logits);
  const agreed = agreement(await greedy(tokens, answer.length, sequence), answer);
  if (!sameTokens || agreed < answer.length) parted++;
  console.log(
    `${tokens.length} prompt tokens ${sameTokens ? "alike" : "DIFFER"}, ` +
      `${agreed} of ${answer.length} answer tokens alike, logits within ${difference.toFixed(3)}: ` +
      JSON.stringify(model.detokenize([...answer]).slice(0, 60)),
  );
}
console.log(parted === 0 ? "All alike." : `${parted} of ${cases.length} parted.`);
await llama.dispose();

async function logitsAfter(tokens: readonly Token[], sequence: LlamaContextSequence): Promise<Map<Token, number>> {
  await sequence.clearHistory();
  const last = tokens.at(-1)!;
  const evaluated = await sequence.controlledEvaluate([
    ...tokens.slice(0, -1),
    [last, { generateNext: { logits: true } }],
  ]);
  return evaluated.at(-1)!.next.logits!;
}

async function greedy(tokens: readonly Token[], count: number, sequence: LlamaContextSequence): Promise<Token[]> {
  await sequence.clearHistory();
  const answer: Token[] = [];
  for await (const token of sequence.evaluate([...tokens], { temperature: 0, yieldEogToken: true })) {
    answer.push(token);
    if (answer.length >= count || model.isEogToken(token)) break;
  }
  return answer;
}

function largestDifference(found: Map<Token, number>, expected: readonly number[]): number {
  return Math.max(...expected.map((logit, token) => Math.abs(logit - (found.get(token as Token) ?? Infinity))));
}

function agreement(found: readonly Token[], expected: readonly Token[]): number {
  const parting = expected.findIndex((token, at) => token !== found[at]);
  return parting === -1 ? expected.length : parting;
}
