/**
 * The console's files. A name that leaves its folder finds nothing; a path that is a page of the app gets
 * index.html; hashed assets may be kept for ever, everything else is asked for again.
 */
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { Fault } from "../stack/fault.ts";

export const consoleFolder = fileURLToPath(new URL("../../console/dist", import.meta.url));

const mediaTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
};

const notBuilt = `<!doctype html><html lang="en"><title>Tokenworks</title>
<h1>The console is not built</h1><p>Run <code>npm run build:console</code> and load this page again.</p></html>`;

/** @param folder The built console. */
export async function serveStatic(
  folder: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const found = (await findFile(folder, path)) ?? (isPage(path) ? await findFile(folder, "/index.html") : undefined);
  if (found === undefined) {
    if (!isPage(path)) throw new Fault("not_found", { message: `There is no ${path} here.` });
    response.writeHead(503, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
    response.end(request.method === "HEAD" ? undefined : notBuilt);
    return;
  }
  const etag = `"${found.bytes.toString(36)}-${Math.trunc(found.modifiedMs).toString(36)}"`;
  response.setHeader("etag", etag);
  response.setHeader("cache-control", path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, {
    "content-type": mediaTypes[extname(found.file).toLowerCase()] ?? "application/octet-stream",
    "content-length": found.bytes,
  });
  if (request.method === "HEAD") response.end();
  else await pipeline(createReadStream(found.file), response).catch(ignoreLeaver);
}

/** A page of the app has no file extension: /requests, but not /assets/app.js. */
function isPage(path: string): boolean {
  return extname(path) === "";
}

async function findFile(folder: string, path: string) {
  let name: string;
  try {
    name = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  if (name.includes("\0") || name.includes("\\") || name.split("/").includes("..")) return undefined;
  try {
    const root = await realpath(folder);
    // Links are followed first, so that none leads out.
    const file = await realpath(join(root, name));
    if (!file.startsWith(root + sep)) return undefined;
    const found = await stat(file);
    return found.isFile() ? { file, bytes: found.size, modifiedMs: found.mtimeMs } : undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP"].includes(code)) return undefined;
    throw error;
  }
}

function ignoreLeaver(error: NodeJS.ErrnoException): void {
  if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
}
