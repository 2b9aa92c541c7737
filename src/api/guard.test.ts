import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Attempts } from "./attempts.ts";
import { checkCsrf, checkHost, checkOrigin, cookieOf, hostName } from "./guard.ts";
import { spanBetween, spanMs } from "./span.ts";
import { Fault } from "../stack/fault.ts";

const isFault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;

test("addresses, localhost and configured names are ours; every other name is not", () => {
  for (const host of ["127.0.0.1:8601", "[::1]:8601", "localhost:1", "LOCALHOST", "10.1.2.3", "factory.lan:8601"]) {
    assert.equal(checkHost(host, ["factory.lan"]), undefined, host);
  }
  for (const host of [
    undefined,
    "",
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil",
    "a b",
    "x:y",
    "[::1",
    "@127.0.0.1",
  ]) {
    assert.equal(checkHost(host, ["factory.lan"])?.code, "forbidden", host ?? "none");
  }
});

test("no domain name passes for an address", () => {
  fc.assert(
    fc.property(fc.domain(), fc.option(fc.integer({ min: 1, max: 65_535 })), (name, port) => {
      const host = port === null ? name : `${name}:${port}`;
      assert.equal(hostName(host), name.toLowerCase());
      assert.equal(checkHost(host, [])?.code, "forbidden");
    }),
  );
});

test("a write from another origin is refused; reads, and those that are no browser, are not", () => {
  const host = "localhost:8601";
  const from = (method: string, origin?: string, fetchSite?: string) =>
    checkOrigin({ method, host, origin, fetchSite })?.code;
  assert.equal(from("POST", "http://localhost:8601", "same-origin"), undefined);
  assert.equal(from("POST"), undefined);
  assert.equal(from("GET", "https://evil.example", "cross-site"), undefined);
  for (const origin of [
    "https://evil.example",
    "http://localhost:9999",
    "null",
    "http://localhost:8601.evil.example",
  ]) {
    assert.equal(from("DELETE", origin), "csrf_failed", origin);
  }
  assert.equal(from("PATCH", undefined, "same-site"), "csrf_failed");
});

test("only the very token passes", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (token, shown) => {
      assert.equal(checkCsrf("POST", token, token), undefined);
      if (shown !== token) assert.equal(checkCsrf("POST", shown, token)?.code, "csrf_failed");
      assert.equal(checkCsrf("POST", undefined, token)?.code, "csrf_failed");
      assert.equal(checkCsrf("GET", undefined, token), undefined);
    }),
  );
});

test("a cookie is found among others, and one whose name merely ends alike is not it", () => {
  assert.equal(cookieOf("a=1; tw_session=abc; b=2", "tw_session"), "abc");
  assert.equal(cookieOf("not_tw_session=abc", "tw_session"), undefined);
  assert.equal(cookieOf(undefined, "tw_session"), undefined);
});

test("however tries are spread, an address fails at most ten times and once in thirty seconds more", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 200 }), (gaps) => {
      const attempts = new Attempts();
      let nowMs = 0;
      let failures = 0;
      for (const gap of gaps) {
        nowMs += gap;
        try {
          attempts.check("10.0.0.1", nowMs);
        } catch (error) {
          assert.ok(isFault("rate_limit_exceeded")(error));
          continue;
        }
        attempts.failed("10.0.0.1", nowMs);
        failures += 1;
      }
      assert.ok(failures <= 10 + nowMs / 30_000);
    }),
  );
});

test("a locked address is let in again once it has waited as long as it was told", () => {
  const attempts = new Attempts();
  for (let tries = 0; tries < 10; tries += 1) attempts.failed("a", 0);
  attempts.check("b", 0);
  let waitMs = 0;
  try {
    attempts.check("a", 0);
    assert.fail("It was let in.");
  } catch (error) {
    assert.ok(error instanceof Fault);
    waitMs = (error.retryAfterSeconds ?? 0) * 1000;
  }
  attempts.check("a", waitMs);
  attempts.succeeded("a");
  for (let tries = 0; tries < 9; tries += 1) attempts.failed("a", waitMs);
  attempts.check("a", waitMs);
});

test("spans are read as they are written, and nothing else is", () => {
  assert.equal(spanMs("15m"), 900_000);
  assert.equal(spanMs("30d"), 2_592_000_000);
  for (const text of ["", "0h", "1", "h", "-1h", "1.5h", "1y", "999999w", "1h "]) {
    assert.throws(() => spanMs(text), isFault("invalid_value"), text);
  }
});

test("a span has its length and ends now, unless its ends are given; it never ends before it begins", () => {
  const { from, to } = spanBetween({ window: "2h" }, 10_000_000);
  assert.deepEqual([from.getTime(), to.getTime()], [2_800_000, 10_000_000]);
  const given = spanBetween({ from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" }, 0);
  assert.equal(given.to.getTime() - given.from.getTime(), spanMs("1d"));
  assert.throws(
    () => spanBetween({ from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" }, 0),
    isFault("invalid_value"),
  );
  assert.throws(() => spanBetween({ from: "yesterday" }, 0), isFault("invalid_value"));
});
