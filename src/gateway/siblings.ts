/**
 * Metrics over all workers of a machine: each worker serves its own on a socket in the data folder, and whichever is
 * scraped asks the others and answers with the sum. Nobody has to be in charge.
 */
import { createServer, request, type Server } from "node:http";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { MetricJson } from "./metrics.ts";

const prefix = "metrics-";
/** A worker that takes longer is left out. */
const answerMs = 500;

export class Siblings {
  readonly #folder: string;
  readonly #own: string;
  readonly #metrics: () => MetricJson[];
  readonly #server: Server;

  constructor(dataDir: string, metrics: () => MetricJson[]) {
    this.#folder = join(dataDir, "run");
    this.#own = `${prefix}${process.pid}.sock`;
    this.#metrics = metrics;
    this.#server = createServer((_request, response) => response.end(JSON.stringify(metrics())));
  }

  async listen(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    const path = join(this.#folder, this.#own);
    // A process of this number that is gone left it.
    rmSync(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(path, resolve);
    });
    this.#server.unref();
  }

  /** The metrics of every worker that answers, this one first. */
  async all(): Promise<MetricJson[][]> {
    const others = readdirSync(this.#folder).filter((name) => name.startsWith(prefix) && name !== this.#own);
    const answers = await Promise.all(others.map((name) => this.#ask(join(this.#folder, name))));
    return [this.#metrics(), ...answers.filter((one) => one !== undefined)];
  }

  close(): void {
    this.#server.close();
    rmSync(join(this.#folder, this.#own), { force: true });
  }

  #ask(socketPath: string): Promise<MetricJson[] | undefined> {
    return new Promise((resolve) => {
      const asked = request({ socketPath, path: "/", timeout: answerMs, agent: false }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => (text += piece));
        response.on("end", () => resolve(JSON.parse(text) as MetricJson[]));
        response.on("error", () => resolve(undefined));
      });
      asked.on("timeout", () => asked.destroy());
      asked.on("error", (error: NodeJS.ErrnoException) => {
        // Killed without time to tidy up: its socket is all that is left.
        if (error.code === "ECONNREFUSED") rmSync(socketPath, { force: true });
        resolve(undefined);
      });
      asked.end();
    });
  }
}
