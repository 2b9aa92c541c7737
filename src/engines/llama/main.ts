/**
 * An engine, as a process: one model, served on a unix socket.
 *
 *   node src/engines/llama/main.ts --socket PATH --model FILE --name NAME [--parallel 8] [--context N] [--gpu auto|off]
 *
 * Prints one line of JSON, beginning `{"ready":true`, when it serves. SIGTERM lets it finish what it is at; it ends at
 * once when its parent does. A model that cannot be served is one line on standard error and exit code 2.
 */
import { rmSync } from "node:fs";
import type { Server } from "node:http";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Fault } from "../../stack/fault.ts";
import { openEnergyMeter } from "../energy.ts";
import { readModelCard } from "../gguf.ts";
import { threadsFor } from "./binding.ts";
import { LoadedModel } from "./model.ts";
import { createEngineServer } from "./server.ts";
import { Service } from "./service.ts";

/** Requests that may wait for each slot before more are refused. */
const linePerSlot = 32;

const { values } = parseArgs({
  options: {
    socket: { type: "string" },
    model: { type: "string" },
    name: { type: "string" },
    parallel: { type: "string", default: "8" },
    context: { type: "string" },
    gpu: { type: "string", default: "auto" },
    threads: { type: "string" },
    "idle-watts": { type: "string", default: "0" },
    "max-watts": { type: "string", default: "0" },
    meter: { type: "string", default: "auto" },
    data: { type: "string" },
  },
});

async function main(): Promise<void> {
  const { socket, model: file, name } = values;
  if (socket === undefined || file === undefined || name === undefined) {
    throw new Fault("invalid_value", { message: "An engine needs --socket, --model and --name." });
  }
  // A parent that dies while the model is being read leaves nobody to read it for.
  process.once("disconnect", () => process.exit(0));
  const parallel = count("--parallel", values.parallel);
  const model = await LoadedModel.load({
    file,
    parallel,
    contextTokens: values.context === undefined ? undefined : count("--context", values.context),
    gpu: values.gpu === "off" ? "off" : "auto",
    threads:
      values.threads === undefined
        ? threadsFor(availableParallelism(), readModelCard(file).parameters)
        : count("--threads", values.threads),
    dataDir: values.data,
  });
  const power = { idleWatts: Number(values["idle-watts"]), maxWatts: Number(values["max-watts"]) };
  const wish = values.meter === "model" ? "model" : "auto";
  const meter = await openEnergyMeter(power, wish, model.isOnGpu, performance.now());
  const service = new Service(model, parallel, parallel * linePerSlot, meter);
  const server = createEngineServer(service, { model: name, file, startedS: Math.floor(Date.now() / 1000) });
  await listen(server, socket);
  const { contextTokens, isOnGpu } = model;
  console.log(JSON.stringify({ ready: true, model: name, contextTokens, parallel, isOnGpu, energy: meter.source }));

  process.once("SIGTERM", () => {
    server.close(() => process.exit(0));
    // A connection that falls idle from now on is of no more use to anybody, and would keep the server open.
    setInterval(() => server.closeIdleConnections(), 20);
  });
  // Ctrl-C in a terminal reaches every process; the gateway's workers still need us then.
  process.on("SIGINT", () => {});
}

/** Only the factory's own user may talk to the engine. */
function listen(server: Server, socket: string): Promise<void> {
  rmSync(socket, { force: true });
  return new Promise((resolve, reject) => {
    server.once("error", (error) =>
      reject(new Fault("invalid_value", { message: `The engine cannot listen on ${socket}: ${error.message}.` })),
    );
    const umask = process.umask(0o177);
    server.listen(socket, resolve);
    process.umask(umask);
  });
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Fault("invalid_value", { message: `${option} is a whole number above 0, not "${text}".` });
}

main().catch((error: unknown) => {
  console.error(error instanceof Fault ? error.message : error);
  process.exit(error instanceof Fault ? 2 : 1);
});
