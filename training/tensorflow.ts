/**
 * TensorFlow.js: the one module that loads it. It takes the fastest backend that loads, of
 * tfjs-node-gpu, tfjs-node, webgpu, wasm and cpu, or the one that is asked for, and says why not a faster one.
 *
 * What it mends: the wasm backend leaves handlers behind that throw every rejection and uncaught error of the
 * whole process again.
 *
 * Gradients are not TensorFlow.js's (its bundles register none): see network/operations.ts.
 *
 * @module
 */
import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { backendUnavailable, memoryExceeded } from "../core/errors/index.ts";
import { type BackendName, TENSORFLOW_BACKENDS, type TensorflowBackend } from "../core/training/settings.ts";
import { ADDRESSED_BY_WASM } from "./memory/room.ts";
import { isNative } from "./native/built.ts";
import { loadNative, settleThreads } from "./native/load.ts";
import { loadWebGpu } from "./webgpu/load.ts";

/** A backend, and whether this installation has it. */
export interface BackendReport<Name = BackendName> {
  readonly backend: Name;
  readonly available: boolean;
  /** Its version, or why it is not available. */
  readonly detail: string;
  /** If it would be a graphics card's, and here is the processor's: it works, and is slow. */
  readonly software?: boolean;
}

/** The backend that this thread computes with. */
export interface OpenedBackend {
  readonly name: BackendName;
  /** For example "wasm 4.22.0", or "tfjs-node 4.22.0, TensorFlow 2.15.1": results of one version are of no other. */
  readonly version: string;
  /** Why it is not a faster one, a line for each of them; empty if it was asked for. */
  readonly passedOver: readonly string[];
}

/** A backend that could be chosen. */
export type There = Pick<OpenedBackend, "name" | "version">;

const loading = new Map<TensorflowBackend, Promise<BackendReport<TensorflowBackend>>>();

/**
 * Loads a backend and makes it the one that this thread computes with.
 * @param threads  of a native one, shared by all trainings of the process; left out, as many as there are cores
 * @throws EvokeError BACKEND_UNAVAILABLE, if it does not load; BACKEND_UNFIT
 */
export async function openBackend(choice: "fastest" | TensorflowBackend = "fastest", threads?: number): Promise<OpenedBackend> {
  const passedOver: string[] = [];
  for (const name of choice === "fastest" ? TENSORFLOW_BACKENDS : [choice]) {
    const { available, detail, software } = await load(name, threads);
    if (!available || (software && choice === "fastest")) {
      passedOver.push(`${name}: ${detail}`);
      continue;
    }
    await tf.setBackend(registeredName(name));
    const counted = isNative(name) && threads !== undefined ? `, ${threads} ${threads === 1 ? "thread" : "threads"}` : "";
    return { name, version: `${name} ${detail}${counted}`, passedOver };
  }
  throw backendUnavailable(choice, passedOver);
}

/** All of TensorFlow.js, the fastest first, each tried. */
export async function describeBackends(): Promise<readonly BackendReport<TensorflowBackend>[]> {
  const reports: BackendReport<TensorflowBackend>[] = [];
  for (const name of TENSORFLOW_BACKENDS) reports.push(await load(name));
  return reports;
}

function load(name: TensorflowBackend, threads?: number): Promise<BackendReport<TensorflowBackend>> {
  if (isNative(name)) settleThreads(name, threads);
  tf.enableProdMode(); // or TensorFlow.js warns of each of its packages that is loaded twice
  let report = loading.get(name);
  if (!report) {
    report = LOADERS[name]().then(
      (loaded) => ({ backend: name, available: true, ...(typeof loaded === "string" ? { detail: loaded } : loaded) }),
      (error: unknown) => ({ backend: name, available: false, detail: reason(error as Error & { code?: string }) }),
    );
    loading.set(name, report);
  }
  return report;
}

const LOADERS: Readonly<Record<TensorflowBackend, () => Promise<string | Pick<BackendReport, "detail" | "software">>>> = {
  "tfjs-node-gpu": () => loadNative("tfjs-node-gpu"),
  "tfjs-node": () => loadNative("tfjs-node"),
  webgpu: loadWebGpu,
  wasm: async () => {
    const { version_wasm } = await import("@tensorflow/tfjs-backend-wasm");
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false); // its threads do not work outside browsers
    if (!(await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT"))) throw new Error("this runtime has no WebAssembly SIMD");
    await withoutNewHandlers(() => initialised("wasm"));
    refuseWhatIsTooLarge();
    return version_wasm;
  },
  cpu: async () => {
    const { version_cpu } = await import("@tensorflow/tfjs-backend-cpu");
    await initialised("cpu");
    return version_cpu;
  },
};

/** TensorFlow.js does not look at whether the wasm backend has given it memory, and takes half of all addresses for negative. */
function refuseWhatIsTooLarge(): void {
  const { wasm } = tf.backend() as unknown as { readonly wasm: { _malloc(bytes: number): number } };
  const allocate = wasm._malloc;
  let taken = 0;
  wasm._malloc = (bytes) => {
    const at = allocate(bytes);
    if (at > 0) taken = Math.max(taken, at + bytes);
    if (at > 0 || bytes === 0) return at;
    throw memoryExceeded(
      "a network on the backend wasm",
      taken + bytes,
      ADDRESSED_BY_WASM,
      "Lower the batch size or the networks, or choose another backend: evoke doctor.",
    );
  };
}

async function initialised(registered: string): Promise<void> {
  if (!(await tf.setBackend(registered))) throw new Error("its initialisation failed");
}

/** The name that TensorFlow.js has for it: both native packages register the same one, and only one of them loads. */
function registeredName(name: TensorflowBackend): string {
  return isNative(name) ? "tensorflow" : name;
}

/** Runs something, and removes the handlers of uncaught errors that it has left behind. */
async function withoutNewHandlers(run: () => Promise<void>): Promise<void> {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => process.listeners(event as "exit"));
  await run();
  for (const [i, event] of events.entries())
    for (const listener of process.listeners(event as "exit")) if (!before[i]!.includes(listener)) process.off(event, listener);
}

function reason({ message, code }: Error & { code?: string }): string {
  return code === "ERR_MODULE_NOT_FOUND" ? "not installed" : message.split("\n")[0]!;
}
