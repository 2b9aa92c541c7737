/** Where the command line starts: `bin/tokenworks.mjs` imports this under the right Node. */
import { main } from "./program.ts";

process.exitCode = await main(process.argv.slice(2));
