/** `tokenworks engines`: which builds of llama.cpp are here, and which engines run. */
import { resolve } from "node:path";
import { Argument, Command } from "commander";
import { factoryStatus } from "../api/factory-status.ts";
import { engineVersion, gpuKinds, type GpuKind, installedGpuBuilds, installGpuBuild } from "../engines/install.ts";
import { dataOption, printJson } from "./options.ts";
import { dim, green, table, yellow } from "./terminal.ts";

type Options = { readonly data: string; readonly json?: boolean };

const purpose: Readonly<Record<GpuKind, string>> = {
  cuda: "NVIDIA's GPUs",
  vulkan: "GPUs with a Vulkan driver: AMD, Intel, NVIDIA",
};

export const enginesCommand = new Command("engines")
  .summary("list the engine's builds, and install one for a GPU")
  .description("Lists the builds of the engine (llama.cpp) and the engines that run, and installs a build for a GPU.")
  .addCommand(
    new Command("list")
      .summary("the installed builds, and the running engines")
      .description("Lists the engine's builds for this platform, and the running engines.")
      .addOption(dataOption())
      .option("--json", "print JSON, for programs")
      .addHelpText("after", "\nExample:\n  $ tokenworks engines list")
      .action(list),
    { isDefault: true },
  )
  .addCommand(
    new Command("install")
      .summary("fetch the build for a GPU")
      .description(
        "Fetches the build of the engine for a GPU by npm into the data folder: a few hundred megabytes. Engines that " +
          "start from then on use it.",
      )
      .addArgument(new Argument("<build>", "for which GPUs").choices(gpuKinds))
      .addOption(dataOption())
      .option("--json", "print JSON, for programs")
      .addHelpText("after", "\nExample:\n  $ tokenworks engines install cuda")
      .action(install),
  );

function list(options: Options): void {
  const dataDir = resolve(options.data);
  const usable = new Set(installedGpuBuilds(dataDir).map(({ kind }) => kind));
  const gpuBuilds = gpuKinds.map((name) => ({ name, installed: usable.has(name), for: purpose[name] }));
  const builds = [{ name: "usual", installed: true, for: "processors, and Apple's GPUs" }, ...gpuBuilds];
  const engines = factoryStatus({ dataDir })?.engines ?? [];
  if (options.json) {
    printJson({ version: engineVersion(), builds, engines });
    return;
  }
  const rows = builds.map((build) => [
    build.name,
    build.installed ? green("installed") : dim("not installed"),
    build.for,
    build.installed ? "" : dim(`tokenworks engines install ${build.name}`),
  ]);
  console.log(
    table(
      ["build", "", "for", ""].map((title) => ({ title })),
      rows,
    ),
  );
  console.log(dim(`llama.cpp by node-llama-cpp ${engineVersion()}`));
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

async function install(build: GpuKind, options: Options): Promise<void> {
  const { folder } = await installGpuBuild(build, resolve(options.data));
  if (options.json) printJson({ build, folder });
  else console.log(`The ${build} build is in ${folder}. Start the factory again to use it.`);
}
