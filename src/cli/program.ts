/**
 * The command line. Each command lies in a file of its own, which is read only when it is asked for, so that
 * `--help` is quick and a broken part breaks only itself.
 */
import { Command, type Option } from "commander";
import { exitMeanings, reportFailure } from "./exit.ts";
import { bold, red } from "./terminal.ts";
import { version } from "./version.ts";

type Entry = { readonly name: string; readonly summary: string; readonly load: () => Promise<Command> };

/** In the order of `--help`. A summary is the command's own; a test compares them. */
export const commands: readonly Entry[] = [
  {
    name: "up",
    summary: "run the token factory on this computer",
    load: async () => (await import("./up.ts")).upCommand,
  },
  {
    name: "status",
    summary: "show whether the factory and its processes are well",
    load: async () => (await import("./status.ts")).statusCommand,
  },
  {
    name: "stack",
    summary: "show revenue, cost, idle capacity and margin of each layer",
    load: async () => (await import("./stack.ts")).stackCommand,
  },
  {
    name: "requests",
    summary: "show requests, and one request's way through the layers",
    load: async () => (await import("./requests.ts")).requestsCommand,
  },
  {
    name: "models",
    summary: "list, fetch and show models",
    load: async () => (await import("./models.ts")).modelsCommand,
  },
  {
    name: "engines",
    summary: "list the engine's builds, and install one for a GPU",
    load: async () => (await import("./engines.ts")).enginesCommand,
  },
  {
    name: "chips",
    summary: "show accelerators with their sources, and whether your own is worth making",
    load: async () => (await import("./chips.ts")).chipsCommand,
  },
  {
    name: "perf",
    summary: "predict how fast a chip makes tokens of a model, and what they cost",
    load: async () => (await import("./perf.ts")).perfCommand,
  },
  {
    name: "scenario",
    summary: "run the case study and the stack's chain, and list the source of each figure",
    load: async () => (await import("./scenario.ts")).scenarioCommand,
  },
  {
    name: "plan",
    summary: "plan what to build, lease, rent or buy",
    load: async () => (await import("./plan.ts")).planCommand,
  },
  {
    name: "deal",
    summary: "work out compute contracts: margin, NPV, IRR, what decides them, what may go wrong",
    load: async () => (await import("./deal.ts")).dealCommand,
  },
  {
    name: "keys",
    summary: "make, list and revoke API keys",
    load: async () => (await import("./keys.ts")).keysCommand,
  },
  {
    name: "tenants",
    summary: "make, list, limit and delete tenants",
    load: async () => (await import("./tenants.ts")).tenantsCommand,
  },
  {
    name: "prices",
    summary: "list prices and set new ones",
    load: async () => (await import("./prices.ts")).pricesCommand,
  },
  {
    name: "contracts",
    summary: "show contracts, what is open of each and what is owed",
    load: async () => (await import("./contracts.ts")).contractsCommand,
  },
  {
    name: "ledger",
    summary: "prove, read and export the books",
    load: async () => (await import("./ledger.ts")).ledgerCommand,
  },
  {
    name: "get",
    summary: "print the factory, or part of it, as factory.yaml",
    load: async () => (await import("./resources.ts")).getCommand,
  },
  {
    name: "diff",
    summary: "show what applying a factory.yaml would change, with its price",
    load: async () => (await import("./resources.ts")).diffCommand,
  },
  {
    name: "apply",
    summary: "make the factory what a factory.yaml says",
    load: async () => (await import("./resources.ts")).applyCommand,
  },
];

const description = "The open-source token factory: serve, run and plan tokens on one ledger.";

/** The program with the command that the words ask for, or with all summaries when they ask for none. */
export async function programFor(words: readonly string[]): Promise<Command> {
  const program = new Command("tokenworks")
    .description(description)
    .version(`tokenworks ${version}`, "-V, --version")
    .helpCommand(false)
    .addHelpText(
      "after",
      `
Exit codes:
${exitMeanings.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`).join("\n")}

Examples:
  $ tokenworks up
  $ tokenworks stack --watch
  $ tokenworks keys create --name laptop
  $ tokenworks COMMAND --help`,
    );
  const asked = commands.find(({ name }) => name === words.find((word) => !word.startsWith("-")));
  for (const entry of commands) {
    program.addCommand(entry === asked ? await entry.load() : new Command(entry.name).summary(entry.summary));
  }
  program.addCommand(
    new Command("version")
      .summary("print the version")
      .option("--json", "print JSON, for programs")
      .action(({ json }: { json?: boolean }) => {
        console.log(json ? JSON.stringify({ version, node: process.versions.node }) : `tokenworks ${version}`);
      }),
  );
  settle(program);
  return program;
}

/** Settings that sub-commands do not take over by themselves. */
function settle(command: Command): void {
  command
    .exitOverride()
    .configureHelp({
      styleTitle: (text) => bold(text),
      subcommandDescription: (sub) => sub.summary() || sub.description(),
    })
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error:/, red("error:", process.stderr))),
    });
  for (const option of command.options) {
    const { defaultValue, defaultValueDescription } = option as Option & { readonly defaultValue: unknown };
    // As one would type it, not as JSON.
    if (Array.isArray(defaultValue) && defaultValueDescription === undefined) {
      option.defaultValueDescription = defaultValue.join(",") || "none";
    }
  }
  for (const sub of command.commands) settle(sub);
}

export async function main(argv: readonly string[]): Promise<number> {
  // A reader that leaves, such as `head`, is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    process.stderr.write(`error: Standard output cannot be written (${error.code ?? error.message}).\n`);
    process.exit(1);
  });
  try {
    const program = await programFor(argv);
    if (argv.length === 0) {
      program.outputHelp();
      return 0;
    }
    await program.parseAsync(argv, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return reportFailure(error);
  }
}
