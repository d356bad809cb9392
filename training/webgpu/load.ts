/**
 * WebGPU for TensorFlow.js: today's graphics cards of any vendor. Deno and browsers have it; Node gets it from the
 * package `webgpu`, which is Chromium's.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { trainingFailed } from "../../core/errors/index.ts";

/** What is asked of an adapter, a graphics card with its driver, and of what gives adapters. */
interface Adapter {
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly device: string;
    readonly description?: string | undefined;
    readonly isFallbackAdapter?: boolean;
  };
}
interface Gpu {
  requestAdapter(options: { readonly powerPreference: "high-performance" }): Promise<Adapter | null>;
}
/** What a card computes with, as TensorFlow.js has opened it. */
interface Device {
  readonly lost: Promise<{ readonly message: string }>;
  addEventListener(type: "uncapturederror", listener: (event: { readonly error: { readonly message: string } }) => void): void;
}
/** What the package `webgpu` exports. */
interface Dawn {
  create(options: readonly string[]): Gpu;
  /** Constants and classes that are global where a runtime has WebGPU. */
  readonly globals: object;
}

/** What is installed beside Evoke by those who want it. */
const PACKAGES = "Deno" in globalThis ? "@tensorflow/tfjs-backend-webgpu" : "@tensorflow/tfjs-backend-webgpu webgpu";

/** What went wrong on the card since it was last asked. */
let fault: string | undefined;

/**
 * Loads the backend, and makes it that of this thread.
 * @returns its version and the card, for example "4.22.0 on llvmpipe (LLVM 15.0.6, 256 bits), in software"; and whether it is
 *   no card, but a driver that computes on the processor, and much slower than wasm does
 * @throws Error, with the reason in a line, where there is no card
 */
export async function loadWebGpu(): Promise<{ readonly detail: string; readonly software: boolean }> {
  const gpu = await gpuOfRuntime();
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new Error("no graphics card was found: its driver must have Vulkan, Metal or Direct3D 12");
  await imported("@tensorflow/tfjs-backend-webgpu"); // only now: where there is no WebGPU it registers nothing
  if (!(await tf.setBackend("webgpu"))) throw new Error("its initialisation failed");
  watch((tf.backend() as unknown as { device: Device }).device);
  const { vendor, architecture, device, description, isFallbackAdapter: software = false } = adapter.info;
  const name = [description, device, `${vendor} ${architecture}`].find((text) => text?.trim())?.trim();
  return { detail: `${tf.version_core} on ${name ?? "a card without a name"}${software ? ", in software" : ""}`, software };
}

/** TensorFlow.js listens to no errors, and computes on with what is then in its buffers. */
function watch(device: Device): void {
  device.addEventListener("uncapturederror", ({ error }) => {
    fault ??= error.message;
  });
  void device.lost.then(({ message }) => {
    fault ??= message;
  });
}

/**
 * To be called when something was read from the card; where another backend is open, nothing is wrong.
 * @throws EvokeError TRAINING_FAILED, if what was computed since the last call cannot be trusted
 */
export function checkCard(): void {
  if (fault === undefined) return;
  const problem = fault.split("\n")[0]!;
  fault = undefined;
  throw trainingFailed("webgpu", `the graphics card refused: ${problem}`, "If a tensor is too large for it, a smaller batchSize helps.");
}

async function gpuOfRuntime(): Promise<Gpu> {
  const there = (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu;
  if (there) return there;
  if (!("process" in globalThis) || "Deno" in globalThis)
    throw new Error("this runtime has no WebGPU: some versions of Deno need --unstable-webgpu");
  const { create, globals } = await imported<Dawn>("webgpu");
  Object.assign(globalThis, globals, { navigator: globalThis.navigator ?? {} }); // Node 20 has no navigator
  const gpu = create([]);
  Object.defineProperty(globalThis.navigator, "gpu", { value: gpu, configurable: true });
  return gpu;
}

/** A package that is there only if someone has installed it. */
async function imported<T>(specifier: string): Promise<T> {
  try {
    return (await import(specifier)) as T;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    throw new Error(code === "ERR_MODULE_NOT_FOUND" ? `not installed: npm install ${PACKAGES}` : message);
  }
}
