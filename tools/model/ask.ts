/**
 * Asks a GGUF the questions of a file, one a line, each in a chat of its own; a line that begins with "+" goes
 * on with the chat before it. For reading, not for grading.
 *
 *     node tools/model/ask.ts models/tokenworks-tiny.gguf tools/model/questions.txt 0.7
 */
import { readFileSync } from "node:fs";
import { getLlama, LlamaChatSession } from "node-llama-cpp";

const [modelPath, questionsPath, temperature = "0"] = process.argv.slice(2);
if (!modelPath || !questionsPath) {
  throw new Error("usage: node tools/model/ask.ts <model.gguf> <questions.txt> [temperature]");
}

const llama = await getLlama({ gpu: false, build: "never" });
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ contextSize: 2048, threads: 1 });
const session = new LlamaChatSession({ contextSequence: context.getSequence(), systemPrompt: "" });

for (const line of readFileSync(questionsPath, "utf8").split("\n").filter(Boolean)) {
  const question = line.replace(/^\+ */, "");
  if (question === line) session.resetChatHistory();
  const answer = await session.prompt(question, { temperature: Number(temperature), maxTokens: 500, seed: 7 });
  console.log(`\n> ${question}\n${answer}`);
}
await llama.dispose();
