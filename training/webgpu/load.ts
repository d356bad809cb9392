/**
 * WebGPU for TensorFlow.js: today's graphics cards of any vendor. Deno and browsers have it; Node gets it from the
 * package `webgpu`, which is Chromium's.
 *
 * @module
 */

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
/** What the package `webgpu` exports. */
interface Dawn {
  create(options: readonly string[]): Gpu;
  /** Constants and classes that are global where a runtime has WebGPU. */
  readonly globals: object;
}

/** What is installed beside Evoke by those who want it. */
const PACKAGES = "Deno" in globalThis ? "@tensorflow/tfjs-backend-webgpu" : "@tensorflow/tfjs-backend-webgpu webgpu";

export interface Card {
  /** For example "NVIDIA H100 PCIe", or "llvmpipe (LLVM 15.0.6, 256 bits)". */
  readonly name: string;
  /** Whether it is no card: a driver that computes on the processor, and much slower than wasm does. */
  readonly software: boolean;
}

/**
 * Loads the backend, which registers itself.
 * @returns the card that it will use
 * @throws Error, with the reason in a line, where there is none
 */
export async function loadWebGpu(): Promise<Card> {
  const gpu = await gpuOfRuntime();
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new Error("no graphics card was found: its driver must have Vulkan, Metal or Direct3D 12");
  await imported("@tensorflow/tfjs-backend-webgpu"); // only now: where there is no WebGPU it registers nothing
  const { vendor, architecture, device, description, isFallbackAdapter = false } = adapter.info;
  const name = [description, device, `${vendor} ${architecture}`].find((text) => text?.trim())?.trim();
  return { name: name ?? "a card without a name", software: isFallbackAdapter };
}

async function gpuOfRuntime(): Promise<Gpu> {
  const there = (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu;
  if (there) return there;
  if (!("process" in globalThis) || "Deno" in globalThis) throw new Error("this runtime has no WebGPU");
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
