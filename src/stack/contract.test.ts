import assert from "node:assert/strict";
import { test } from "node:test";
import { contract } from "./contract.ts";

const sold = {
  kind: "Contract",
  name: "acme-2027",
  counterparty: "Acme GmbH",
  role: "seller",
  tenant: "acme",
  from: "2027-01-01",
  to: "2027-12-31",
  totalUsd: "1200000",
  tokens: [{ model: "m", inputUsdPerMillion: "0.2", outputUsdPerMillion: "0.8", committedMillions: { output: 1000 } }],
};

/** The first problem's path and message. */
function problem(fields: object): string {
  const parsed = contract.safeParse({ ...sold, ...fields });
  const [issue] = parsed.error?.issues ?? [];
  return issue === undefined ? "" : `${issue.path.join(".")}: ${issue.message}`;
}

test("a contract of the old, short form is valid as it was", () => {
  const old = {
    kind: "Contract",
    name: "old",
    counterparty: "Somebody",
    role: "buyer",
    from: "2026-01-01",
    to: "2026-12-31",
    totalUsd: "5",
    takeOrPay: true,
  };
  assert.deepEqual(contract.parse(old), old);
});

test("what does not fit within a contract is told at its field", () => {
  assert.equal(problem({}), "");
  assert.match(problem({ to: "2026-12-31" }), /^to: It ends on 2026-12-31, before it starts on 2027-01-01/);
  assert.match(problem({ tenant: undefined }), /^tenant: Name the tenant/);
  assert.match(problem({ source: "rack" }), /^source: /);
  assert.match(
    problem({ takeOrPay: { period: "month", floorUsd: "1200000.01" } }),
    /^takeOrPay\.floorUsd: .* above the total/,
  );
  assert.match(problem({ totalUsd: 5 }), /^totalUsd: /);
  assert.match(problem({ totalUsd: "5 EUR", takeOrPay: { period: "month", floorUsd: "1" } }), /^totalUsd: Write/);
  assert.match(problem({ tokens: [...sold.tokens, ...sold.tokens] }), /^tokens\.1\.model: "m" has a price/);
  assert.match(problem({ ramp: [{ from: "2027-02-01", share: "0.5" }] }), /^ramp\.0\.from: The first step begins/);
  const steps = (from: string, share: string) => ({
    ramp: [
      { from: "2027-01-01", share: "0.5" },
      { from, share },
    ],
  });
  assert.match(problem(steps("2027-01-01", "1")), /^ramp\.1\.from: Steps follow/);
  assert.match(problem(steps("2028-01-01", "1")), /^ramp\.1\.from: The contract has ended/);
  assert.match(problem(steps("2027-02-01", "1.5")), /^ramp\.1\.share: /);
  assert.match(problem({ prepayment: { usd: "1200001" } }), /^prepayment\.usd: More is prepaid/);
  assert.match(problem({ prepayment: { usd: "1", creditTo: "2028-01-01" } }), /^prepayment\.creditTo: /);
  assert.match(problem({ prepayment: { usd: "1", creditFrom: "2027-03-01", creditTo: "2027-02-01" } }), /end before/);
  assert.match(problem({ role: "buyer" }), /^tenant: This is a seller's/);
});
