import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Fault } from "../stack/fault.ts";
import { asFault, errorEvent, errorHeaders, errorJson } from "./errors.ts";

const limited = new Fault("rate_limit_exceeded", { message: "Slow down.", retryAfterSeconds: 1.2 });

describe("an error", () => {
  test("has OpenAI's four fields, param null where none is at fault", () => {
    assert.deepEqual(
      JSON.parse(errorJson(new Fault("invalid_value", { message: "No.", remedy: "Yes.", param: "n" }))),
      {
        error: { message: "No. Yes.", type: "invalid_request_error", param: "n", code: "invalid_value" },
      },
    );
    assert.equal((JSON.parse(errorJson(limited)) as { error: { param: null } }).error.param, null);
  });

  test("in a stream is nested, in an event of one line", () => {
    const event = errorEvent(new Fault("upstream_error", { message: "a\nb" }));
    assert.match(event, /^data: \{"error":\{[^\n]*\}\}\n\n$/);
  });

  test("says when to come back, rounded up to whole seconds for those who read only these", () => {
    assert.deepEqual(errorHeaders(limited, false), ["retry-after", "2", "retry-after-ms", "1200"]);
  });

  test("tells clients not to retry when the gateway has, or when it is no use", () => {
    const broken = new Fault("upstream_error", { message: "x" });
    assert.deepEqual(errorHeaders(broken, true), ["x-should-retry", "false"]);
    assert.deepEqual(errorHeaders(broken, false), []);
    assert.deepEqual(errorHeaders(new Fault("budget_exhausted", { message: "x" }), false), ["x-should-retry", "false"]);
  });

  test("that is a defect keeps its words to itself", () => {
    const fault = asFault(new TypeError("secret stack"));
    assert.equal(fault.status, 500);
    assert.doesNotMatch(errorJson(fault), /secret/);
  });
});
