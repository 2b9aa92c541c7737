/**
 * Keeps one engine process for each llama.cpp deployment: compares what is declared with what runs,
 * and starts, replaces or stops engines until they agree.
 */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { CapacitySource, Deployment, Resource } from "../stack/resource.ts";
import { Keeper, type ProcessStatus } from "./supervise.ts";

const entry = fileURLToPath(new URL("../engines/llama/main.ts", import.meta.url));
const builtinModels = fileURLToPath(new URL("../../models/", import.meta.url));

/** What an engine is started with; two that are equal are the same engine. */
export type EngineSpec = {
  readonly deployment: string;
  readonly model: string;
  readonly file: string;
  readonly parallel: number;
  readonly contextTokens: number | null;
  readonly gpu: "auto" | "off";
  readonly idleWatts: number;
  readonly maxWatts: number;
  readonly meter: "auto" | "model";
};

export type EngineStatus = ProcessStatus & { readonly deployment: string; readonly model: string };

export type EngineStep =
  | { readonly act: "start"; readonly spec: EngineSpec }
  | { readonly act: "stop"; readonly deployment: string };

/** The engines that the factory's resources ask for, in their order. */
export function desiredEngines(resources: readonly Resource[], modelsDir: string): EngineSpec[] {
  const sources = new Map(
    resources.flatMap((one) => (one.kind === "Source" && one.type !== "upstream" ? [[one.name, one]] : [])),
  );
  return resources.flatMap((one) => {
    const source = one.kind === "Deployment" ? sources.get(one.source) : undefined;
    return one.kind === "Deployment" && source ? engineOf(one, source, modelsDir) : [];
  });
}

function engineOf(deployment: Deployment, source: CapacitySource, modelsDir: string): EngineSpec[] {
  const { engine } = deployment;
  if (engine.type !== "llama.cpp") return [];
  return [
    {
      deployment: deployment.name,
      model: deployment.model,
      file: modelPath(engine.file, modelsDir),
      parallel: engine.parallel,
      contextTokens: engine.contextTokens ?? null,
      gpu: engine.gpu,
      ...source.power,
    },
  ];
}

function modelPath(file: string, modelsDir: string): string {
  if (file.startsWith("builtin:")) return join(builtinModels, `${file.slice("builtin:".length)}.gguf`);
  return file.startsWith("/") ? file : join(modelsDir, file);
}

/** What to do so that `running` becomes `desired`: a changed engine is stopped, then started. */
export function engineSteps(desired: readonly EngineSpec[], running: readonly EngineSpec[]): EngineStep[] {
  const same = (one: EngineSpec, other: EngineSpec) => JSON.stringify(one) === JSON.stringify(other);
  const stops = running
    .filter((one) => !desired.some((other) => same(one, other)))
    .map(({ deployment }): EngineStep => ({ act: "stop", deployment }));
  const starts = desired
    .filter((one) => !running.some((other) => same(one, other)))
    .map((spec): EngineStep => ({ act: "start", spec }));
  return [...stops, ...starts];
}

/** Where the engine of a deployment listens. */
export function engineSocket(dataDir: string, deployment: string): string {
  return join(dataDir, "run", `engine-${deployment.replaceAll(/[/:]/g, "_")}.sock`);
}

/** The engines of this machine; `converge` may be called at any time and as often as one likes. */
export class EngineFleet {
  readonly #dataDir: string;
  readonly #onChange: () => void;
  readonly #keepers = new Map<string, { spec: EngineSpec; keeper: Keeper }>();
  #turn: Promise<void> = Promise.resolve();

  constructor(dataDir: string, onChange: () => void) {
    this.#dataDir = dataDir;
    this.#onChange = onChange;
    mkdirSync(join(dataDir, "run"), { recursive: true });
  }

  get statuses(): EngineStatus[] {
    return [...this.#keepers.values()].map(({ spec, keeper }) => ({
      deployment: spec.deployment,
      model: spec.model,
      ...keeper.status,
    }));
  }

  /**
   * Starts and stops engines until they are the desired ones. Resolves when each has answered or died once:
   * one that died stays under its keeper, which goes on trying, and its status says why.
   */
  converge(desired: readonly EngineSpec[]): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      const running = [...this.#keepers.values()].map(({ spec }) => spec);
      const steps = engineSteps(desired, running);
      await Promise.all(steps.map((step) => (step.act === "stop" ? this.#stop(step.deployment) : undefined)));
      await Promise.allSettled(steps.map((step) => (step.act === "start" ? this.#start(step.spec) : undefined)));
    });
    return this.#turn;
  }

  async stop(): Promise<void> {
    await this.converge([]);
  }

  async #start(spec: EngineSpec): Promise<void> {
    const keeper = engineKeeper(spec, this.#dataDir);
    this.#keepers.set(spec.deployment, { spec, keeper });
    keeper.on("change", this.#onChange);
    await keeper.start();
  }

  async #stop(deployment: string): Promise<void> {
    const running = this.#keepers.get(deployment);
    this.#keepers.delete(deployment);
    await running?.keeper.stop();
  }
}

function engineKeeper(spec: EngineSpec, dataDir: string): Keeper {
  const options = {
    socket: engineSocket(dataDir, spec.deployment),
    model: spec.file,
    name: spec.model,
    parallel: spec.parallel,
    context: spec.contextTokens,
    gpu: spec.gpu,
    "idle-watts": spec.idleWatts,
    "max-watts": spec.maxWatts,
    meter: spec.meter,
    data: dataDir,
  };
  const args = Object.entries(options).flatMap(([name, value]) => (value === null ? [] : [`--${name}`, String(value)]));
  return new Keeper({
    name: `engine ${spec.deployment}`,
    spawn: () => spawn(process.execPath, [entry, ...args], { stdio: ["ignore", "pipe", "inherit", "ipc"] }),
    ready: async (child) => {
      if (child.stdout === null) throw new Error("An engine's standard output is not a pipe.");
      for await (const line of createInterface({ input: child.stdout })) {
        if (line.startsWith('{"ready":true')) {
          child.stdout.resume();
          return;
        }
      }
    },
    stopMs: 10_000,
  });
}
