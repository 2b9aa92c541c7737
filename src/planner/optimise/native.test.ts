import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Linear, Model } from "./model.ts";
import { nativeBinary, readBasis, solveNatively } from "./native.ts";
import { search } from "./search.ts";
import { openSession } from "./session.ts";

const folder = mkdtempSync(join(tmpdir(), "tokenworks-native-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const never = () => false;

function program(name: string, script: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

function model(): Model {
  const made = new Model();
  const cost = new Linear();
  const wanted = new Linear();
  for (const price of [3, 2, 5]) {
    const box = made.variable("box", [`${price}`], { upper: 4 });
    cost.add(price, box);
    wanted.add(1, box);
  }
  made.row("wanted", [], wanted, { lower: 6 });
  made.minimise(cost);
  return made;
}

test("the binary is the one that is named, or the first of the path that can be run", () => {
  const file = program("highs", "exit 0");
  assert.equal(nativeBinary({ HIGHS_BINARY: file, PATH: "" }), file);
  assert.equal(nativeBinary({ PATH: `/nowhere:${folder}` }), file);
  assert.equal(nativeBinary({ HIGHS_BINARY: join(folder, "none"), PATH: folder }), undefined);
});

test("a basis that HiGHS's own build wrote is gone on from", async () => {
  const session = await openSession(model().program(), never);
  assert.equal(session.solve("simplex"), "optimal");
  const { colStatus, rowStatus } = session.basis();
  const lines = (name: string, of: Int32Array) =>
    [...of].map((status, index) => `${name}${index} ${status}`).join("\n");
  const text = `HiGHS_basis_file v2\nValid\n# Columns 3\n${lines("c", colStatus)}\n# Rows 1\n${lines("r", rowStatus)}\n`;
  assert.deepEqual(readBasis(text), { colStatus, rowStatus });
  const written = join(folder, "written.txt");
  writeFileSync(written, text);
  // Its arguments: --model_file m --solver ipm --write_basis_file b.
  const fake = program("optimal", `cp ${written} "$6" && echo "Model status        : Optimal"`);
  const basis = await solveNatively(fake, session.mps(), never);
  session.dispose();
  assert.deepEqual(basis, { colStatus, rowStatus });
  const next = await openSession(model().program(), never);
  const root = { basis, seconds: 7 };
  const found = search(model().program(), next, { gap: 0, isStopping: never, report: () => undefined, root });
  next.dispose();
  assert.equal(found.value, 2 * 4 + 3 * 2);
  assert.ok(found.rootSeconds >= 7);
});

test("a binary that fails, finds nothing, writes nonsense, or is stopped is as if it were not there", async () => {
  const mps = new Uint8Array();
  assert.equal(await solveNatively(program("fails", "exit 1"), mps, never), undefined);
  assert.equal(await solveNatively(program("finds", `echo "Model status : Infeasible"`), mps, never), undefined);
  const nonsense = program("nonsense", `echo "None" > "$6"; echo "Model status : Optimal"`);
  assert.equal(await solveNatively(nonsense, mps, never), undefined);
  assert.equal(await solveNatively(program("hangs", "exec sleep 600"), mps, () => true), undefined);
  assert.equal(await solveNatively(join(folder, "absent"), mps, never), undefined);
});
