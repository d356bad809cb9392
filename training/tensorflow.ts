/**
 * TensorFlow.js: the one module that loads it. It takes the fastest backend that loads, of
 * tfjs-node-gpu, tfjs-node, wasm and cpu, or the one that is asked for, and says why not a faster one.
 *
 * What it mends: tfjs-node calls `util.isNullOrUndefined`, which Node 23 no longer has; the wasm backend
 * leaves handlers behind that throw every rejection and uncaught error of the whole process again.
 *
 * Gradients are not TensorFlow.js's (its bundles register none): see network/operations.ts.
 *
 * @module
 */
import process from "node:process";
import util from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { backendUnavailable } from "../core/errors/index.ts";
import { type BackendName, TENSORFLOW_BACKENDS, type TensorflowBackend } from "../core/training/settings.ts";

/** A backend, and whether this installation has it. */
export interface BackendReport<Name = BackendName> {
  readonly backend: Name;
  readonly available: boolean;
  /** Its version, or why it is not available. */
  readonly detail: string;
}

/** The backend that this thread computes with. */
export interface OpenedBackend {
  readonly name: BackendName;
  /** For example "wasm 4.22.0": results of one version are of no other. */
  readonly version: string;
  /** Why it is not a faster one, a line for each of them; empty if it was asked for. */
  readonly passedOver: readonly string[];
}

const loading = new Map<TensorflowBackend, Promise<BackendReport<TensorflowBackend>>>();

/**
 * Loads a backend and makes it the one that this thread computes with.
 * @throws EvokeError BACKEND_UNAVAILABLE, if it does not load
 */
export async function openBackend(choice: "fastest" | TensorflowBackend = "fastest"): Promise<OpenedBackend> {
  const passedOver: string[] = [];
  for (const name of choice === "fastest" ? TENSORFLOW_BACKENDS : [choice]) {
    const { available, detail } = await load(name);
    if (!available) {
      passedOver.push(`${name}: ${detail}`);
      continue;
    }
    tf.enableProdMode();
    await tf.setBackend(registeredName(name));
    return { name, version: `${name} ${tf.version_core}`, passedOver };
  }
  throw backendUnavailable(choice, passedOver);
}

/** All of TensorFlow.js, the fastest first, each tried. */
export async function describeBackends(): Promise<readonly BackendReport<TensorflowBackend>[]> {
  const reports: BackendReport<TensorflowBackend>[] = [];
  for (const name of TENSORFLOW_BACKENDS) reports.push(await load(name));
  return reports;
}

function load(name: TensorflowBackend): Promise<BackendReport<TensorflowBackend>> {
  let report = loading.get(name);
  if (!report) {
    report = LOADERS[name]().then(
      (detail) => ({ backend: name, available: true, detail }),
      (error: unknown) => ({ backend: name, available: false, detail: reason(error as Error & { code?: string }) }),
    );
    loading.set(name, report);
  }
  return report;
}

const LOADERS: Readonly<Record<TensorflowBackend, () => Promise<string>>> = {
  "tfjs-node-gpu": async () => {
    const detail = await loadNative("@tensorflow/tfjs-node-gpu");
    return (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === false ? `${detail}, but it finds no GPU` : detail;
  },
  "tfjs-node": () => loadNative("@tensorflow/tfjs-node"),
  wasm: async () => {
    const { version_wasm } = await import("@tensorflow/tfjs-backend-wasm");
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false); // its threads do not work outside browsers
    if (!(await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT"))) throw new Error("this runtime has no WebAssembly SIMD");
    await withoutNewHandlers(() => initialised("wasm"));
    return version_wasm;
  },
  cpu: async () => {
    const { version_cpu } = await import("@tensorflow/tfjs-backend-cpu");
    await initialised("cpu");
    return version_cpu;
  },
};

async function loadNative(specifier: string): Promise<string> {
  (util as { isNullOrUndefined?: (value: unknown) => boolean }).isNullOrUndefined ??= (value) => value === null || value === undefined;
  const module = (await import(specifier)) as { readonly version?: Readonly<Record<string, string>> };
  await initialised("tensorflow");
  return module.version?.["tfjs-node"] ?? "loaded";
}

async function initialised(registered: string): Promise<void> {
  if (!(await tf.setBackend(registered))) throw new Error("its initialisation failed");
}

/** The name that TensorFlow.js has for it: both native packages register the same one, and only one of them loads. */
function registeredName(name: TensorflowBackend): string {
  return name.startsWith("tfjs-") ? "tensorflow" : name;
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
