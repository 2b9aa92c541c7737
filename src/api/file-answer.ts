/** An answer that a browser saves as a file. */
import type { ServerResponse } from "node:http";
import { streamed, type WrittenType } from "./route.ts";

export function fileAnswer(
  response: ServerResponse,
  type: WrittenType,
  name: string,
  bytes: Uint8Array,
): typeof streamed {
  response.writeHead(200, {
    "content-type": type,
    "content-length": bytes.length,
    "content-disposition": `attachment; filename="${name}"`,
  });
  response.end(bytes);
  return streamed;
}
