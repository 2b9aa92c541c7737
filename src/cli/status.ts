/** `tokenworks status`: whether the factory runs, and how its parts are. */
import { resolve } from "node:path";
import { factoryStatus } from "../api/factory-status.ts";
import { meterStatus } from "../api/meter-status.ts";
import { Fault } from "../stack/fault.ts";
import { printJson, storeCommand, type StoreOptions } from "./options.ts";
import { bold, dim, green, instantText, red, table, yellow } from "./terminal.ts";

export const statusCommand = storeCommand("status")
  .summary("show whether the factory and its processes are well")
  .description("Shows whether the factory of a data folder runs and is well. Exits with 3 when none runs.")
  .addHelpText("after", "\nExamples:\n  $ tokenworks status\n  $ tokenworks status --json | jq .meter")
  .action(status);

async function status(options: StoreOptions): Promise<void> {
  const dataDir = resolve(options.data);
  const running = factoryStatus({ dataDir });
  if (running === undefined) {
    throw new Fault("store_unavailable", {
      message: `No factory runs on ${dataDir}.`,
      remedy: "Start it with `tokenworks up`, or name its folder with --data.",
    });
  }
  const meter = await meterStatus({ dataDir, apiUrl: running.apiUrl, nowMs: Date.now() });
  if (options.json) {
    printJson({ ...running, meter });
    return;
  }
  const { version, startedAt, pid, apiUrl, consoleUrl, processes, engines } = running;
  console.log(`${bold(`Tokenworks ${version}`)} runs since ${instantText(startedAt)} ${dim(`(process ${pid})`)}`);
  console.log(`  API      ${apiUrl}\n  Console  ${consoleUrl}`);
  const late = meter.lagMs === 0 ? "" : ` (${Math.round(meter.lagMs / 1000)} s)`;
  const shipping =
    meter.trouble === null ? green("in the ledger as it happens") : yellow(`waiting${late}: ${meter.trouble}`);
  console.log(`  Usage    ${shipping}\n  Work     ${meter.accepting ? green("taken on") : red("not taken on")}\n`);
  const rows = [...processes, ...engines].map(({ name, state, pid: own, restarts, lastDeath }) => [
    name,
    state === "ready" ? green(state) : state === "stopped" ? red(state) : yellow(state),
    own === null ? "–" : String(own),
    String(restarts),
    lastDeath ?? "",
  ]);
  console.log(
    table(
      ["process", "state", "pid", "restarts", "last death"].map((title) => ({ title })),
      rows,
    ),
  );
}
