/** The examples to begin with: the very files of the docs and the command line, by their names. */

const found: Readonly<Record<string, string>> = import.meta.glob("../../../docs/examples/deals/*.yaml", {
  query: "?raw",
  import: "default",
  eager: true,
});

export const examples: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(found).map(([path, yaml]) => [path.replace(/^.*\/|\.yaml$/g, ""), yaml]),
);
