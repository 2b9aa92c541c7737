/** Writes docs/reference/factory.schema.json, by which editors complete factory.yaml: `node tools/docs-schema.ts`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { factoryFile } from "../src/stack/resource.ts";

export const factorySchemaFile = fileURLToPath(new URL("../docs/reference/factory.schema.json", import.meta.url));

export function factorySchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(factoryFile, { io: "input", target: "draft-7" });
  const title = "Tokenworks factory.yaml";
  const description =
    "The resources of a token factory. Amounts are decimal numbers in quotes, so that no digit is lost.";
  return `${JSON.stringify({ $schema, title, description, ...schema }, null, 2)}\n`;
}

if (import.meta.main) {
  mkdirSync(dirname(factorySchemaFile), { recursive: true });
  writeFileSync(factorySchemaFile, factorySchema());
}
