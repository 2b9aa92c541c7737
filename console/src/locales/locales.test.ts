import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const here = import.meta.dirname;

type Texts = ReadonlyMap<string, string>;

/** Leaves by path; plural forms of one text under one name. */
function textsOf(file: string): Texts {
  const texts = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === "string") texts.set(path.replace(/_(zero|one|two|few|many|other)$/, "#"), value);
    else
      for (const [name, inner] of Object.entries(value as object)) walk(inner, path === "" ? name : `${path}.${name}`);
  };
  walk(JSON.parse(readFileSync(join(here, file), "utf8")), "");
  return texts;
}

const english = textsOf("en.json");
const chinese = textsOf("zh-Hant.json");

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).toSorted();

test("both languages say the same things: every key of one is a key of the other", () => {
  assert.deepEqual([...chinese.keys()].toSorted(), [...english.keys()].toSorted());
});

test("no text is empty, and every placeholder of a text is in its translation", () => {
  for (const [key, text] of english) {
    const translation = chinese.get(key) ?? "";
    assert.notEqual(text.trim(), "", key);
    assert.notEqual(translation.trim(), "", key);
    // A plural form may leave out the number that its other forms show.
    if (!key.endsWith("#")) assert.deepEqual(placeholders(translation), placeholders(text), key);
  }
});

test("plural forms are those that the language has", () => {
  const forms = (file: string) =>
    new Set(
      [...readFileSync(join(here, file), "utf8").matchAll(/_(zero|one|two|few|many|other)"/g)].map(([, form]) => form),
    );
  assert.deepEqual(forms("en.json"), new Set(["one", "other"]));
  assert.deepEqual(forms("zh-Hant.json"), new Set(["other"]));
});

test("every text that a page asks for by its whole name is there", () => {
  const sources = readdirSync(join(here, ".."), { recursive: true, encoding: "utf8" }).filter(
    (name) => /\.tsx?$/.test(name) && !name.endsWith(".test.ts"),
  );
  const asked = sources.flatMap((name) =>
    [...readFileSync(join(here, "..", name), "utf8").matchAll(/\bt\("([\w.-]+)"/g)].map(([, key]) => key ?? ""),
  );
  assert.ok(asked.length > 200);
  const known = (key: string) =>
    english.has(key) || english.has(`${key}#`) || [...english.keys()].some((one) => one.startsWith(`${key}.`));
  assert.deepEqual(
    asked.filter((key) => !known(key)),
    [],
  );
});

test("Traditional Chinese is written in traditional characters", () => {
  const simplified = /[这为个们对发无时间会请设关闭实开应层类页显标签输业务认证录户启销总]/;
  for (const [key, text] of chinese) assert.doesNotMatch(text, simplified, key);
});
