#!/usr/bin/env node
// Starts the command line under the Node that npm installed with us, whichever Node started this file:
// the code is TypeScript that only a recent Node runs as it is.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ownNode = fileURLToPath(new URL("../node_modules/node/bin/node", import.meta.url));
const major = Number(process.versions.node.split(".")[0]);

if (major >= 26) {
  await import("../src/cli/main.ts");
} else if (existsSync(ownNode)) {
  const child = spawn(ownNode, process.argv.slice(1), { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
} else {
  console.error(
    `Tokenworks needs Node 26 or later and found ${process.version}. Run \`npm install\` in its folder: it brings its own.`,
  );
  process.exit(1);
}
