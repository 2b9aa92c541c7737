/** `tokenworks engines`: which builds of llama.cpp are here, and which engines run. */
import { resolve } from "node:path";
import { Argument, Command } from "commander";
import { factoryStatus } from "../api/factory-status.ts";
import { type EngineBuild, engineBuilds, type GpuBuild, installEngineBuild } from "./engine-builds.ts";
import { dataOption, printJson } from "./options.ts";
import { dim, green, table, yellow } from "./terminal.ts";

type Options = { readonly data: string; readonly json?: boolean };

const purpose: Readonly<Record<EngineBuild["name"], string>> = {
  cpu: "processors",
  metal: "Apple's GPUs",
  cuda: "NVIDIA's GPUs",
  vulkan: "GPUs with a Vulkan driver: AMD, Intel, NVIDIA",
};

export const enginesCommand = new Command("engines")
  .summary("list the engine's builds, and install one for a GPU")
  .description("Lists the builds of the engine (llama.cpp) and the engines that run, and installs a build for a GPU.")
  .addCommand(
    new Command("list")
      .summary("the builds that are here, and the engines that run")
      .description("Lists the builds of the engine for this platform, and the engines that run.")
      .addOption(dataOption())
      .option("--json", "print JSON, for programs")
      .addHelpText("after", "\nExample:\n  $ tokenworks engines list")
      .action(list),
  )
  .addCommand(
    new Command("install")
      .summary("fetch the build for a GPU")
      .description("Fetches the build of the engine for a GPU by npm; engines that start from then on use it.")
      .addArgument(new Argument("<build>", "for which GPUs").choices(["cuda", "vulkan"]))
      .option("--json", "print JSON, for programs")
      .addHelpText("after", "\nExample:\n  $ tokenworks engines install cuda")
      .action(install),
  );

function list(options: Options): void {
  const builds = engineBuilds();
  const engines = factoryStatus({ dataDir: resolve(options.data) })?.engines ?? [];
  if (options.json) {
    printJson({ builds, engines });
    return;
  }
  const rows = builds.map(({ name, installed }) => [
    name,
    installed ? green("installed") : dim("not installed"),
    purpose[name],
    installed ? "" : dim(`tokenworks engines install ${name}`),
  ]);
  console.log(
    table(
      ["build", "", "for", ""].map((title) => ({ title })),
      rows,
    ),
  );
  if (engines.length === 0) return;
  const running = engines.map(({ deployment, model, state, pid }) => [
    deployment,
    model,
    state === "ready" ? green(state) : yellow(state),
    pid === null ? "–" : String(pid),
  ]);
  console.log(
    `\n${table(
      ["deployment", "model", "state", "pid"].map((title) => ({ title })),
      running,
    )}`,
  );
}

async function install(build: GpuBuild, options: { readonly json?: boolean }): Promise<void> {
  if (!options.json) console.error(dim("Fetching; a few hundred megabytes.", process.stderr));
  const folders = await installEngineBuild(build);
  if (options.json) printJson({ build, folders });
  else console.log(`The ${build} build is installed. Start the factory again to use it.`);
}
