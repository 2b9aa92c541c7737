/**
 * Writes the JSON Schemas by which editors complete and check factory.yaml, deals and scenarios into docs/reference:
 * `node tools/docs-schema.ts`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { capacityScenario, listsThatExtend } from "../src/planner/capacity/scenario.ts";
import { dealFile } from "../src/planner/deal/schema.ts";
import { makeOrBuyScenario } from "../src/planner/make-or-buy-scenario.ts";
import { scenarioSchema } from "../src/planner/scenario/scenario.ts";
import { factoryFile } from "../src/stack/resource.ts";

/** What of JSON Schema is rewritten here; all else passes. */
type Schema = {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
};

type Described = {
  readonly of: z.ZodType;
  readonly title: string;
  readonly description: string;
  /** What a file may leave out when it takes the rest from elsewhere. */
  readonly loosened?: (whole: Schema) => Schema;
  /** A part that stands in many places: `ref` writes it once. */
  readonly reused?: "inline" | "ref";
};

const described: Readonly<Record<string, Described>> = {
  factory: {
    of: factoryFile,
    title: "Tokenworks factory.yaml",
    description: "The resources of a token factory. Amounts are decimal numbers in quotes, so that no digit is lost.",
  },
  deal: {
    of: dealFile,
    title: "Tokenworks deal.yaml",
    description:
      "A compute contract. Its terms are plain values; assumptions about the world are figures with a source.",
  },
  capacity: {
    of: capacityScenario,
    title: "Tokenworks plan capacity",
    description: "What could be built, leased, rented and bought, and the demand to serve. docs/plan.md.",
    loosened: withEntriesThatExtend,
  },
  "make-or-buy": {
    of: makeOrBuyScenario,
    title: "Tokenworks chips make-or-buy",
    description: "An own chip against those that can be bought. docs/chips.md.",
  },
  scenario: {
    of: scenarioSchema,
    title: "Tokenworks scenario",
    description: "What a company could order and sign, and the strategies it might have followed. docs/scenarios.md.",
    loosened: wholeOrExtending,
    reused: "ref",
  },
};

/** The text of each schema, by the name of its file in docs/reference. */
export function schemas(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(described).map(([name, { of, loosened, reused = "inline", ...about }]) => {
      const { $schema, ...schema } = z.toJSONSchema(of, { io: "input", target: "draft-7", reused }) as Schema;
      const whole = loosened === undefined ? schema : loosened(schema);
      return [`${name}.schema.json`, `${JSON.stringify({ $schema, ...about, ...whole }, null, 2)}\n`];
    }),
  );
}

export function schemaFile(name: string): string {
  return fileURLToPath(new URL(`../docs/reference/${name}`, import.meta.url));
}

/** An entry of a list that extends another leaves out what that one has. */
function withEntriesThatExtend({ properties = {}, ...whole }: Schema): Schema {
  const lists = Object.entries(properties).map(([name, { items, ...list }]) => [
    name,
    { ...list, ...(items !== undefined && { items: listsThatExtend.includes(name) ? extending(items) : items }) },
  ]);
  return { ...whole, properties: Object.fromEntries(lists) as Readonly<Record<string, Schema>> };
}

function extending(entry: Schema): Schema {
  if (entry.oneOf !== undefined) return { anyOf: entry.oneOf.flatMap((one) => [one, extended(one)]) };
  return { anyOf: [entry, extended(entry)] };
}

function extended({ properties, required = [], ...entry }: Schema): Schema {
  const description = "Another entry of this list, by name, whose fields are taken over.";
  return {
    ...entry,
    properties: { ...properties, extends: { type: "string", description } },
    required: [...required.filter((field) => field === "name"), "extends"],
  };
}

/** What extends a case or a file says only what differs; null takes away. */
function wholeOrExtending({ definitions = {}, ...whole }: Schema): Schema {
  const partial = partly(whole);
  const parts = Object.entries(definitions).map(([name, one]) => [`${name}${partOf}`, partly(one)]);
  return {
    anyOf: [whole, { ...partial, required: ["extends"] }],
    definitions: { ...definitions, ...Object.fromEntries(parts) },
  };
}

const partOf = "Part";

/** Lists stay whole: what extends replaces them. */
function partly(whole: Schema): Schema {
  const { required: _, ...schema } = whole;
  const inside = (one: Schema): Schema => ({ anyOf: [partly(one), { type: "null" }] });
  const { $ref, allOf, properties, additionalProperties } = schema;
  return {
    ...schema,
    ...($ref !== undefined && { $ref: `${$ref}${partOf}` }),
    ...(allOf !== undefined && { allOf: allOf.map(partly) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, inside(one)])),
    }),
    ...(typeof additionalProperties === "object" && { additionalProperties: inside(additionalProperties) }),
  };
}

if (import.meta.main) {
  mkdirSync(schemaFile("."), { recursive: true });
  for (const [name, text] of Object.entries(schemas())) writeFileSync(schemaFile(name), text);
}
