/** Writes docs/openapi/control.json from the routes of the control API: `node tools/docs-openapi.ts`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { openapi } from "../src/api/openapi.ts";
import { routes } from "../src/api/routes.ts";
import { version } from "../src/cli/version.ts";

export const controlOpenapiFile = fileURLToPath(new URL("../docs/openapi/control.json", import.meta.url));

export function controlOpenapi(): string {
  return `${JSON.stringify(openapi(routes, version), null, 2)}\n`;
}

if (import.meta.main) {
  mkdirSync(dirname(controlOpenapiFile), { recursive: true });
  writeFileSync(controlOpenapiFile, controlOpenapi());
}
