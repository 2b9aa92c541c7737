/** The stack report, its course, the published example, and live events. */
import { z } from "zod";
import { h200Chain, h200Report } from "../../ledger/example.ts";
import { stackReport, stackSeries } from "../../ledger/report.ts";
import { layers } from "../../stack/layer.ts";
import { findSession } from "../../store/sessions.ts";
import { everybody, type Route, route, streamed } from "../route.ts";
import { stackReport as stackReportSchema, usdText } from "../schema.ts";
import { spanBetween } from "../span.ts";

const instant = z.iso.datetime({ offset: true });
const span = z.strictObject({
  window: z.string().optional().describe("Such as 15m, 1h, 24h, 7d, 30d; ends now. One hour when nothing is given."),
  from: instant.optional(),
  to: instant.optional(),
});

const pointsAbout = 60;
const minuteMs = 60_000;
const sessionCheckMs = 15_000;

export const stackRoutes: readonly Route[] = [
  route(
    ["admin", "viewer"],
    {
      method: "GET",
      path: "/api/stack",
      summary: "Revenue, cost, idle capacity and margin of each layer over a span",
      query: span,
      answer: stackReportSchema,
    },
    async ({ context, query }) => ({
      body: copy(await stackReport(context.store.db, spanBetween(query, context.now()))),
    }),
  ),
  route(
    ["admin", "viewer"],
    {
      method: "GET",
      path: "/api/stack/series",
      summary: "The same in steps, for a chart: about sixty points",
      query: span,
      answer: z.strictObject({
        points: z.array(
          z.strictObject({
            at: instant,
            revenue: usdText,
            cost: usdText,
            idle: usdText,
            margin: usdText,
            tokens: z.int().nonnegative(),
          }),
        ),
      }),
    },
    async ({ context, query }) => {
      const { from, to } = spanBetween(query, context.now());
      const stepMs = Math.max(minuteMs, (to.getTime() - from.getTime()) / pointsAbout);
      return { body: { points: await stackSeries(context.store.db, { from, to, stepMs }) } };
    },
  ),
  route(
    everybody,
    {
      method: "GET",
      path: "/api/examples/h200-chain",
      summary: "The published H200 chain, reproduced by the code that accounts for live requests",
      answer: z.strictObject({
        lines: z.array(
          z.strictObject({
            layer: z.enum(layers),
            label: z.string(),
            value: z.number(),
            unit: z.string(),
            published: z.number().nullable(),
            source: z.string(),
          }),
        ),
        report: stackReportSchema,
      }),
    },
    async () => {
      const report = h200Report();
      return { body: { lines: [...h200Chain(report)], report: copy(report) } };
    },
  ),
  route(
    everybody,
    {
      method: "GET",
      path: "/api/live",
      summary: "Events as they happen: `stack` (the last 15 minutes, at most one a second) and `request`",
      answer: "text/event-stream",
    },
    async ({ context, principal, response }) => {
      response.writeHead(200, { "content-type": "text/event-stream", "x-accel-buffering": "no" });
      response.write("retry: 2000\n\n");
      const { role, tenant, project } = principal.key;
      const stop = context.live.listen((event) => {
        if (role === "developer") {
          if (event.event !== "request") return;
          if (event.data.tenant !== tenant || event.data.project !== project) return;
        }
        response.write(`event: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`);
      });
      // A session that ended, or a key that was revoked, hears no more; the comment keeps proxies from closing.
      const check = setInterval(() => {
        response.write(": still here\n\n");
        const token = principal.session?.token;
        if (token === undefined) return;
        findSession(context.store.db, token, context.now()).then(
          (session) => session ?? response.end(),
          // The database is away: whether the session holds is not known, so nothing more is told.
          () => response.end(),
        );
      }, sessionCheckMs);
      response.once("close", () => {
        clearInterval(check);
        stop();
      });
      return streamed;
    },
  ),
];

/** The report is read-only; the schema's type is not. */
function copy(report: Awaited<ReturnType<typeof stackReport>>): z.input<typeof stackReportSchema> {
  return structuredClone(report) as z.input<typeof stackReportSchema>;
}
