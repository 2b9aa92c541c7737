/** Every relative link of the documentation leads to a file, and its anchor to a heading. */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = ["*.md", "docs/**/*.md", "models/**/*.md"].flatMap((pattern) => globSync(pattern, { cwd: root }));

for (const page of pages) {
  test(`${page} links to what is there`, () => {
    const broken = linksOf(read(page)).filter((link) => !leadsSomewhere(page, link));
    assert.deepEqual(broken, []);
  });
}

function read(page: string): string {
  return readFileSync(join(root, page), "utf8");
}

function linksOf(markdown: string): string[] {
  const links = withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g);
  return [...links].map(([, link]) => link!).filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path, anchor] = link.split("#", 2) as [string, string?];
  const target = path === "" ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || !target.endsWith(".md") || anchorsOf(read(target)).includes(anchor);
}

/** As GitHub makes them: lower case, without punctuation, hyphens for spaces; a heading's second namesake gets -1. */
function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutCode(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => {
    const anchor = heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-");
    const namesakes = seen.get(anchor) ?? 0;
    seen.set(anchor, namesakes + 1);
    return namesakes === 0 ? anchor : `${anchor}-${namesakes}`;
  });
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```.*?^```/gms, "");
}
