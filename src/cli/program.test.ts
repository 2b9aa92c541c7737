import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import type { Command } from "commander";
import { parse } from "yaml";
import { z } from "zod";
import { cliDocs, cliDocsFile } from "../../tools/docs-cli.ts";
import { controlOpenapi, controlOpenapiFile } from "../../tools/docs-openapi.ts";
import { caseFile } from "../planner/scenario/cases.ts";
import { schemaFile, schemas } from "../../tools/docs-schema.ts";
import { type Fixture, makeFixture } from "../api/fixture.ts";
import { settleContracts } from "../ledger/contracts/book.ts";
import { listAudit } from "../store/audit.ts";
import { commands, programFor } from "./program.ts";

const bin = fileURLToPath(new URL("../../bin/tokenworks.mjs", import.meta.url));
let fixture: Fixture;
let folder: string;

before(async () => {
  fixture = await makeFixture();
  folder = mkdtempSync(join(tmpdir(), "tokenworks-cli-"));
});

after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await fixture.remove();
});

type Ran = { code: number | null; out: string; err: string };

/** Runs the command line as a user would, on the fixture's factory unless another folder is named. */
async function run(args: readonly string[], input = ""): Promise<Ran> {
  const { DATABASE_URL: _, FORCE_COLOR: __, ...env } = process.env;
  const child = spawn(process.execPath, [bin, ...args], {
    env: { TOKENWORKS_DATA: fixture.dataDir, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(input);
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, out, err };
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await run([...args, "--json"]);
  assert.equal(code, 0, err);
  return JSON.parse(out) as Record<string, unknown>;
}

/** One line on stderr that says what and what to do; nothing on stdout. */
async function fails(code: number, says: RegExp, args: readonly string[], input = ""): Promise<void> {
  const ran = await run(args, input);
  assert.equal(ran.code, code, `${args.join(" ")}: ${ran.err}`);
  assert.match(ran.err, says);
  assert.equal(ran.out, "");
  assert.doesNotMatch(ran.err, /\n\s+at |node:internal/);
}

test("every command and sub-command has help with an example, and summaries that agree", async () => {
  for (const { name, summary } of commands) {
    const command = (await programFor([name])).commands.find((one) => one.name() === name);
    assert.ok(command);
    assert.equal(command.summary(), summary);
    for (const one of command.commands.length === 0 ? [command] : command.commands) {
      const help = await helpOf(one);
      assert.match(help, /Examples?:\n\s+\$ /, `${name} ${one.name()}`);
      // A default is told as one would type it.
      assert.doesNotMatch(help, /default:\s+[[{]/, `${name} ${one.name()}`);
    }
  }
});

test("the pages that are generated are up to date: run node tools/docs-cli.ts, docs-schema.ts and docs-openapi.ts", async () => {
  assert.equal(readFileSync(cliDocsFile, "utf8"), await cliDocs());
  // However a formatter lays them out.
  for (const [name, schema] of Object.entries(schemas())) {
    assert.deepEqual(JSON.parse(readFileSync(schemaFile(name), "utf8")), JSON.parse(schema), name);
  }
  assert.deepEqual(JSON.parse(readFileSync(controlOpenapiFile, "utf8")), JSON.parse(controlOpenapi()));
});

test("the schemas take every example, a case whole and what differs from one, and no field that is misspelt", () => {
  const checked = Object.fromEntries(
    Object.entries(schemas()).map(([name, schema]) => [name, z.fromJSONSchema(JSON.parse(schema))]),
  );
  const takes = (schema: string, value: unknown) => checked[`${schema}.schema.json`]?.safeParse(value).success;
  const example = (file: string) =>
    readFileSync(fileURLToPath(new URL(`../../docs/examples/${file}`, import.meta.url)), "utf8");
  const files = [
    ["capacity", example("plan-capacity.yaml")],
    ["make-or-buy", example("make-or-buy.yaml")],
    ["deal", example("deals/iren-microsoft.yaml")],
    ["deal", example("deals/long-tail-buyer.yaml")],
    ["scenario", JSON.stringify(caseFile("microsoft-2023-2025"))],
    ["scenario", "extends: oracle\nname: mine\nstrategies: { comeback: null }\ninputs: { itLife: { use: 2 } }\n"],
  ] as const;
  for (const [schema, text] of files) {
    const value = parse(text) as Record<string, unknown>;
    assert.ok(takes(schema, value), `${schema}: ${text.slice(0, 60)}`);
    assert.ok(!takes(schema, { ...value, finanse: 1 }), `${schema} misspelt`);
  }
  const plan = parse(example("plan-capacity.yaml")) as { sites: unknown[] };
  const more = (site: object) => takes("capacity", { ...plan, sites: [...plan.sites, site] });
  assert.ok(more({ name: "ohio", extends: "virginia" }) && !more({ name: "ohio" }));
});

test("the stack is shown for people, and for programs with the same numbers", async () => {
  const report = (await json("stack", "--window", "1h")) as {
    requests: { complete: number };
    total: { revenue: string };
  };
  assert.equal(report.requests.complete, 3);
  // Three requests of 100 × 0.02 + 20 × 0.005 + 60 × 0.08 dollars per million tokens.
  assert.equal(report.total.revenue, "0.0000207");
  const { code, out } = await run(["stack"]);
  assert.equal(code, 0);
  assert.match(out, /^Stack .*3 requests served/);
  assert.match(out, /the factory\s+\$0\.00002070/);
  assert.equal(out, stripVTControlCharacters(out), "no colour goes to a pipe");
});

test("the published chain needs no factory", async () => {
  const { lines } = (await json("stack", "--example", "h200-chain", "--data", join(folder, "none"))) as {
    lines: unknown[];
  };
  assert.ok(lines.length >= 10);
});

test("requests are listed and shown with their layers", async () => {
  const { requests } = (await json("requests", "list", "--tenant", "acme")) as { requests: { id: string }[] };
  assert.deepEqual(
    requests.map(({ id }) => id),
    [fixture.requestIds.acme],
  );
  const shown = await run(["requests", "show", fixture.requestIds.acme]);
  assert.match(shown.out, /asked by\s+acme \/ web/);
  assert.match(shown.out, /platform\s+\$0\.0000069/);
  await fails(2, /There is no request nothing/, ["requests", "show", "nothing"]);
});

test("a key is shown once, listed without its secret, and revoked by the beginning of its id", async () => {
  const made = await run(["keys", "create", "--name", "laptop", "--expires", "30d", "--budget", "5"]);
  assert.equal(made.code, 0);
  const secret = made.out.trim();
  assert.match(secret, /^tw-[\w-]{43}$/);
  assert.match(made.err, /shown this once/);
  const listed = await json("keys", "list");
  assert.ok(!JSON.stringify(listed).includes(secret));
  const key = (listed["keys"] as { id: string; name: string; limits: unknown }[]).find(({ name }) => name === "laptop");
  assert.deepEqual(key?.limits, { budget: { amountUsd: "5", period: "month" } });
  assert.equal((await json("keys", "revoke", key?.id.slice(0, 13) ?? ""))["id"], key?.id);
  const left = (await json("keys", "list"))["keys"] as { name: string }[];
  assert.ok(!left.some(({ name }) => name === "laptop"));
  await fails(2, /no tenant "nobody"/, ["keys", "create", "--name", "x", "--tenant", "nobody"]);
});

test("a tenant is made, limited and deleted", async () => {
  await json("tenants", "create", "globex", "--project", "web", "batch");
  const limited = await json("tenants", "set-limits", "globex", "--project", "web", "--concurrency", "3");
  assert.deepEqual((limited["projects"] as unknown[])[0], { name: "web", limits: { concurrency: 3 } });
  await Promise.all([
    fails(4, /There is a tenant "globex" already/, ["tenants", "create", "globex"]),
    fails(2, /limits.*US dollars/, ["tenants", "set-limits", "globex", "--budget", "five"]),
  ]);
  await json("tenants", "delete", "globex");
  await fails(2, /There is no tenant "globex"/, ["tenants", "delete", "globex"]);
});

test("a price follows the one that holds, and the one that holds is not edited", async () => {
  const book = await json(
    "prices",
    "set",
    "tokenworks-tiny",
    "--input",
    "0.03",
    "--output",
    "0.09",
    "--from",
    "2999-01-01T00:00:00Z",
  );
  assert.equal((book["prices"] as unknown[]).length, 2);
  const past = ["prices", "set", "tokenworks-tiny", "--input", "1", "--output", "1", "--from", "2021-01-01T00:00:00Z"];
  await Promise.all([
    fails(4, /may not begin in the past/, past),
    fails(2, /There is no model "gpt-9"/, ["prices", "set", "gpt-9", "--input", "1", "--output", "1"]),
    fails(2, /six decimals/, ["prices", "set", "tokenworks-tiny", "--input", "0.1234567", "--output", "1"]),
  ]);
});

test("a contract is declared, told with its price, and shown with its months and what is open of it", async () => {
  const yaml = `
resources:
  - kind: Contract
    name: acme-2090
    role: seller
    counterparty: Acme GmbH
    tenant: acme
    from: 2090-01-01
    to: 2090-12-31
    totalUsd: "1200"
    takeOrPay: { period: quarter, floorUsd: "100" }
`;
  const { out } = await run(["apply", "-f", "-"], yaml);
  assert.match(out, /Contract\/acme-2090[\s\S]*floor: none → \$100 USD\/quarter/);
  await settleContracts(fixture.store, Date.now());
  const { contracts } = (await json("contracts")) as { contracts: { name: string; openUsd: string }[] };
  assert.deepEqual(
    contracts.map(({ name, openUsd }) => [name, openUsd]),
    [["acme-2090", "1200"]],
  );
  assert.match((await run(["contracts"])).out, /RPO \$1,200\.00/);
  const shown = (await run(["contracts", "show", "acme-2090"])).out;
  assert.match(shown, /\+ signed[\s\S]*= closing[\s\S]*2090-01-01 – 2090-03-31[\s\S]*expected run-off/);
  await fails(2, /There is no contract "gone"/, ["contracts", "show", "gone"]);
  const short = yaml.replace("2090-12-31", "2089-12-31");
  const refused = await run(["diff", "-f", "-"], short);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /standard input:9:5: resources\[0\]\.to: It ends on 2089-12-31, before it starts/);
});

test("the books are proved, listed and exported, and every exported transaction balances", async () => {
  assert.equal((await json("ledger", "check"))["ok"], true);
  const { transactions } = (await json("ledger", "journal", "--limit", "1")) as { transactions: { kind: string }[] };
  assert.equal(transactions.length, 1);
  const { out } = await run(["ledger", "export"]);
  const [head, ...rows] = out.trim().split("\n");
  assert.equal(head, "transaction,at,kind,subject,account,currency,amount");
  const sums = new Map<string, bigint>();
  for (const row of rows) {
    const [transaction = "", , , , , currency = "", amount = ""] = row.split(",");
    const key = `${transaction} ${currency}`;
    sums.set(key, (sums.get(key) ?? 0n) + BigInt(amount));
  }
  assert.ok(sums.size > 3);
  assert.ok([...sums.values()].every((sum) => sum === 0n));
});

test("what get prints, apply takes back unchanged", async () => {
  const { out } = await run(["get"]);
  const again = await run(["diff", "--prune", "-f", "-"], out);
  assert.equal(again.code, 0, again.err);
  assert.match(again.out, /Nothing changes/);
  const one = await run(["get", "source", "this-computer"]);
  assert.match(one.out, /kind: Source\n\s+type: own/);
  await fails(2, /There is no Source "none"/, ["get", "Source", "none"]);
});

test("diff shows the price and exits with 5; apply does what it showed; then there is no difference", async () => {
  const file = join(folder, "factory.yaml");
  writeFileSync(
    file,
    `factory: north
resources:
  - kind: Source
    type: rent
    name: neocloud
    site: here
    accelerator: h200
    accelerators: 8
    rentUsdPerAcceleratorHour: "2.00"
    power: { idleWatts: 120, maxWatts: 700 }
`,
  );
  const diff = await run(["diff", "-f", file]);
  assert.equal(diff.code, 5);
  assert.match(diff.out, /~ Factory\/factory\n\s+factory: factory → north/);
  assert.match(diff.out, /\+ Source\/neocloud\n\s+\$ capacity: none → \$16 USD\/hour/);
  const applied = await run(["apply", "-f", file]);
  assert.equal(applied.code, 0, applied.err);
  assert.ok(applied.out.startsWith(diff.out.trimEnd()));
  assert.equal((await run(["diff", "-f", file])).code, 0);
  assert.equal((await json("get", "Site"))["factory"], "north");
  const subjects = (await listAudit(fixture.store.db, 5)).map(({ subject }) => subject);
  assert.deepEqual(subjects.slice(0, 2), ["Factory", "Source/neocloud"]);
});

test("a file with mistakes gets a line for each, with its place, and changes nothing", async () => {
  const bad = "resources:\n  - kind: Site\n    name: x\n    electricityUsdPerKwh: 0.15\n    puee: '1'\n";
  const before = await run(["get"]);
  const lost =
    "resources:\n  - { kind: Deployment, name: d, model: none, source: none, engine: { type: llama.cpp, file: x } }\n";
  await Promise.all([
    fails(2, /standard input:4:5: .*\n.*standard input:5:5: .*puee/, ["apply", "-f", "-"], bad),
    fails(2, /There is no Model "none"/, ["diff", "-f", "-"], lost),
    fails(2, /cannot be read \(ENOENT\)/, ["diff", "-f", join(folder, "missing.yaml")]),
  ]);
  assert.equal((await run(["get"])).out, before.out);
});

test("wrong use exits with 2, a factory that is not there with 3, each with one clear line", async () => {
  await Promise.all([
    fails(2, /unknown command 'bogus'/, ["bogus"]),
    fails(2, /unknown option '--bogus'/, ["stack", "--bogus"]),
    fails(2, /is not a span of time/, ["stack", "--window", "soon"]),
    fails(2, /required option '--name <text>'/, ["keys", "create"]),
    fails(3, /There is no factory in .*tokenworks up/, ["stack", "--data", join(folder, "none")]),
    fails(3, /No factory runs on/, ["status"]),
  ]);
});

test("a model that is here is taken into the data folder, and what is no model is refused", async () => {
  const file = join(folder, "Tiny Test.gguf");
  copyFileSync(new URL("../../models/tokenworks-tiny.gguf", import.meta.url), file);
  const pulled = await json("models", "pull", file);
  assert.equal(pulled["bytes"], statSync(file).size);
  const { files } = (await json("models", "list")) as { files: { reference: string; contextTokens: number }[] };
  const taken = files.find(({ reference }) => reference === "Tiny Test.gguf");
  // What the default factory says of the model is what its file says.
  const tiny = (await json("models", "show", "tokenworks-tiny")) as { contextTokens: number };
  assert.equal(taken?.contextTokens, tiny.contextTokens);
  writeFileSync(file, "no model");
  await Promise.all([
    fails(2, /is not a GGUF file/, ["models", "pull", file]),
    fails(2, /There is no model "none".*tokenworks-tiny/, ["models", "show", "none"]),
  ]);
});

test("Ctrl-C stops a transfer and keeps what was fetched; asked again, it goes on from there", async () => {
  const model = readFileSync(new URL("../../models/tokenworks-tiny.gguf", import.meta.url));
  const half = 150_000;
  const ranges: (string | undefined)[] = [];
  const origin = createServer((request, response) => {
    ranges.push(request.headers.range);
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const range = from > 0 ? { "content-range": `bytes ${from}-${model.length - 1}/${model.length}` } : {};
    response.writeHead(from > 0 ? 206 : 200, { etag: '"1"', "content-length": model.length - from, ...range });
    // The first answer never ends by itself.
    if (from === 0) response.write(model.subarray(0, half));
    else response.end(model.subarray(from));
  });
  origin.listen(0, "127.0.0.1");
  await once(origin, "listening");
  const url = `http://127.0.0.1:${(origin.address() as AddressInfo).port}/slow.gguf`;
  const part = join(fixture.dataDir, "models", "slow.gguf.part");
  const { DATABASE_URL: _, ...env } = process.env;
  const child = spawn(process.execPath, [bin, "models", "pull", url], {
    env: { ...env, TOKENWORKS_DATA: fixture.dataDir },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said = text(child.stderr);
  while (!existsSync(part) || statSync(part).size < half) await sleep(20);
  const closed = once(child, "close");
  child.kill("SIGINT");
  assert.deepEqual(await closed, [130, null]);
  assert.match(await said, /kept: ask again/);
  assert.equal(statSync(part).size, half);
  const pulled = await json("models", "pull", url);
  assert.equal(pulled["bytes"], model.length);
  assert.deepEqual(ranges, [undefined, `bytes=${half}-`]);
  assert.deepEqual(readFileSync(pulled["file"] as string), model);
  origin.closeAllConnections();
  origin.close();
});

async function helpOf(command: Command): Promise<string> {
  let help = "";
  command.configureOutput({ writeOut: (part) => (help += part) });
  command.outputHelp();
  return help;
}
