import { defineConfig } from "oxlint";

/** The house, top to bottom: a room imports rooms below it, never one above (see docs/architecture.md). */
const rooms = [
  "cli",
  "api",
  "agents",
  "gateway",
  "fleet",
  "engines",
  "meter",
  "ledger",
  "store",
  "planner",
  "wan",
  "perf",
  "catalog",
  "stack",
];

const arrows = rooms.slice(1).map((room, index) => ({
  files: [`src/${room}/**`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: rooms.slice(0, index + 1).map((above) => ({
          group: [`**/${above}/*`, `**/${above}/**`],
          message: `Arrows point down: ${room}/ may not import ${above}/.`,
        })),
      },
    ],
  },
}));

export default defineConfig({
  plugins: ["typescript", "unicorn", "import", "promise", "node"],
  categories: { correctness: "error", suspicious: "error" },
  ignorePatterns: ["console/dist", "node_modules"],
  rules: {
    "typescript/no-explicit-any": "error",
    "import/no-cycle": "error",
    "no-shadow": "off",
    "unicorn/consistent-function-scoping": "off",
    "promise/always-return": "off",
    "import/no-named-as-default-member": "off",
    "no-await-in-loop": "off",
    "import/no-unassigned-import": "off",
    // The openai client's own name for the id of a request.
    "no-underscore-dangle": ["error", { allow: ["_request_id"] }],
  },
  overrides: [
    ...arrows,
    {
      files: ["console/src/**"],
      rules: {
        "no-restricted-imports": [
          "error",
          {
            patterns: rooms
              .filter((room) => room !== "stack")
              .map((room) => ({
                group: [`**/src/${room}/**`],
                message: "The console talks to api/ over HTTP; it shares only the vocabulary of stack/.",
              })),
          },
        ],
      },
    },
  ],
});
