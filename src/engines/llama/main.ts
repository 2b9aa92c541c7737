/**
 * An engine, as a process: one model, served on a unix socket.
 *
 *   node src/engines/llama/main.ts --socket PATH --model FILE --name NAME [--parallel 8] [--context N] [--gpu auto|off]
 *
 * Prints one line of JSON, beginning `{"ready":true`, when it serves. Ends when its parent does.
 */
import { rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Fault } from "../../stack/fault.ts";
import { openEnergyMeter } from "../energy.ts";
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
    threads: { type: "string", default: String(Math.max(1, availableParallelism() - 1)) },
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
  const parallel = Number(values.parallel);
  const model = await LoadedModel.load({
    file,
    parallel,
    contextTokens: values.context === undefined ? undefined : Number(values.context),
    gpu: values.gpu === "off" ? "off" : "auto",
    threads: Number(values.threads),
    dataDir: values.data,
  });
  const power = { idleWatts: Number(values["idle-watts"]), maxWatts: Number(values["max-watts"]) };
  const wish = values.meter === "model" ? "model" : "auto";
  const meter = await openEnergyMeter(power, wish, model.isOnGpu, performance.now());
  const service = new Service(model, parallel, parallel * linePerSlot, meter);
  const server = createEngineServer(service, { model: name, file });
  rmSync(socket, { force: true });
  server.listen(socket, () => {
    console.log(
      JSON.stringify({ ready: true, model: name, contextTokens: model.contextTokens, parallel, energy: meter.source }),
    );
  });

  const stop = () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  };
  process.once("SIGTERM", stop);
  // Ctrl-C in a terminal reaches every process; the gateway's workers still need us then.
  process.on("SIGINT", () => {});
  process.once("disconnect", () => process.exit(0));
}

main().catch((error: unknown) => {
  console.error(error instanceof Fault ? error.message : error);
  process.exit(error instanceof Fault ? 2 : 1);
});
