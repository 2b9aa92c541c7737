/**
 * Writes the JSON Schemas by which editors complete factory.yaml and deal.yaml into docs/reference:
 * `node tools/docs-schema.ts`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { dealFile } from "../src/planner/deal/schema.ts";
import { factoryFile } from "../src/stack/resource.ts";

export const factorySchemaFile = fileURLToPath(new URL("../docs/reference/factory.schema.json", import.meta.url));
export const dealSchemaFile = fileURLToPath(new URL("../docs/reference/deal.schema.json", import.meta.url));

export function factorySchema(): string {
  return written(factoryFile, {
    title: "Tokenworks factory.yaml",
    description: "The resources of a token factory. Amounts are decimal numbers in quotes, so that no digit is lost.",
  });
}

export function dealSchema(): string {
  return written(dealFile, {
    title: "Tokenworks deal.yaml",
    description:
      "A compute contract. What it says is plain; what is assumed about the world is a figure with its source.",
  });
}

function written(file: z.ZodType, about: { readonly title: string; readonly description: string }): string {
  const { $schema, ...schema } = z.toJSONSchema(file, { io: "input", target: "draft-7" });
  return `${JSON.stringify({ $schema, ...about, ...schema }, null, 2)}\n`;
}

if (import.meta.main) {
  mkdirSync(dirname(factorySchemaFile), { recursive: true });
  writeFileSync(factorySchemaFile, factorySchema());
  writeFileSync(dealSchemaFile, dealSchema());
}
