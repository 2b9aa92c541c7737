/** Where the command line starts: `bin/tokenworks.mjs` imports this under the right Node. */
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// What was compiled once is not compiled again, in this process and those that it starts: commands answer sooner.
const cache = fileURLToPath(new URL("../../node_modules/.cache/tokenworks", import.meta.url));
enableCompileCache(cache);
process.env["NODE_COMPILE_CACHE"] ??= cache;

const { main } = await import("./program.ts");
process.exitCode = await main(process.argv.slice(2));
