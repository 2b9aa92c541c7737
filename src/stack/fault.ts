/**
 * Expected failures: one class for all rooms, with a code that the API, the CLI and the docs share.
 * Anything else that is thrown is a defect and may crash its process.
 */

export type FaultCode = keyof typeof faultStatus;

/** Every code with the HTTP status under which the API gives it. */
export const faultStatus = {
  invalid_request: 400,
  invalid_json: 400,
  invalid_value: 400,
  context_length_exceeded: 400,
  unsupported_parameter: 400,
  invalid_api_key: 401,
  signed_out: 401,
  key_revoked: 401,
  key_expired: 401,
  forbidden: 403,
  csrf_failed: 403,
  not_found: 404,
  model_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  conflict: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  rate_limit_exceeded: 429,
  concurrency_limit_exceeded: 429,
  budget_exhausted: 429,
  header_too_large: 431,
  internal_error: 500,
  upstream_error: 502,
  model_unpriced: 503,
  meter_unavailable: 503,
  overloaded: 503,
  no_replica: 503,
  store_unavailable: 503,
  upstream_timeout: 504,
  disk_full: 507,
} as const;

export type FaultDetail = {
  /** A sentence for a person: what was wrong. */
  readonly message: string;
  /** What to do next. */
  readonly remedy?: string;
  /** The field at fault, as a path: `messages[3].role`. */
  readonly param?: string;
  /** Overrides the code's usual status, to pass on an upstream's. */
  readonly status?: number;
  /** When to try again, in seconds. */
  readonly retryAfterSeconds?: number;
};

export class Fault extends Error {
  readonly code: FaultCode;
  readonly status: number;
  readonly remedy: string | undefined;
  readonly param: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: FaultCode, detail: FaultDetail) {
    super(detail.remedy === undefined ? detail.message : `${detail.message} ${detail.remedy}`);
    this.name = "Fault";
    this.code = code;
    this.status = detail.status ?? faultStatus[code];
    this.remedy = detail.remedy;
    this.param = detail.param;
    this.retryAfterSeconds = detail.retryAfterSeconds;
  }
}
