/** Whether an OpenAI-compatible upstream answers, and what it serves: asked for a status, never on a request's way. */
import { request } from "undici";
import { z } from "zod";

export type Upstream = {
  /** Up to and with `/v1`. */
  readonly url: string;
  readonly secret?: string | undefined;
};

export type UpstreamHealth =
  | { readonly isUp: true; readonly models: readonly string[]; readonly latencyMs: number }
  /** `reason` is a sentence for a person, and tells no secret. */
  | { readonly isUp: false; readonly reason: string };

const modelList = z.object({ data: z.array(z.object({ id: z.string() })) });
const listBytesMax = 4 * 1024 * 1024;

/** Asks for its list of models. A redirect is not followed: it could lead anywhere, with the secret. */
export async function checkUpstream({ url, secret }: Upstream, timeoutMs = 5_000): Promise<UpstreamHealth> {
  const startedMs = performance.now();
  const address = `${url.replace(/\/+$/, "")}/models`;
  try {
    const { statusCode, body } = await request(address, {
      headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (statusCode !== 200) {
      await body.dump();
      const isKey = statusCode === 401 || statusCode === 403;
      return { isUp: false, reason: isKey ? "It refuses the secret." : `It answers with status ${statusCode}.` };
    }
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of body as AsyncIterable<Buffer>) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > listBytesMax) return { isUp: false, reason: "Its list of models does not end." };
    }
    const parsed = modelList.safeParse(JSON.parse(Buffer.concat(pieces).toString("utf8")));
    if (!parsed.success) return { isUp: false, reason: "It answers with something else than a list of models." };
    return { isUp: true, models: parsed.data.data.map(({ id }) => id), latencyMs: performance.now() - startedMs };
  } catch (error) {
    const { name, code, message } = error as NodeJS.ErrnoException;
    if (name === "TimeoutError") return { isUp: false, reason: `It does not answer within ${timeoutMs / 1000} s.` };
    if (error instanceof SyntaxError) return { isUp: false, reason: "It answers with something else than JSON." };
    return { isUp: false, reason: `It cannot be reached (${code ?? message}).` };
  }
}
