/**
 * Whether there is memory for what a manifest asks for, by estimates, before any of it is allocated.
 *
 * @module
 */
import { totalmem } from "node:os";
import { memoryExceeded, trainingOutOfMemory } from "../../core/errors/index.ts";
import type { BackendOptions } from "../../core/training/settings.ts";
import { bytesOfStep, type Workload } from "../../core/training/workload.ts";

/** What the wasm backend can address: TensorFlow.js takes an address for a signed number of 32 bits. */
export const ADDRESSED_BY_WASM = 2 ** 31;
/** Of graphics cards nothing is known before they are used: none has a terabyte. */
const LARGEST_CARD = 2 ** 40;

/**
 * @param images  that there are to train on: no batch has more
 * @throws EvokeError MEMORY_EXCEEDED if a step of a training takes more than there can be
 */
export function checkTraining(
  { network, batchSize }: Pick<Workload, "network" | "batchSize">,
  images: number,
  { backend = "fastest", device }: BackendOptions,
): void {
  const bytes = bytesOfStep({ network, batchSize: Math.min(batchSize, images) });
  const most = backend === "wasm" ? ADDRESSED_BY_WASM : onProcessor(backend, device) ? memoryOfMachine() : LARGEST_CARD;
  if (bytes <= most) return;
  const remedy = "Lower the batch size, or what the networks of the space are large by: channels, cells, imageSize.";
  throw memoryExceeded(`the networks of this space on the backend "${backend}"`, bytes, most, remedy);
}

/**
 * @param what  the images, in an error
 * @param numbers  all their values
 * @param bytes  of each
 * @throws EvokeError MEMORY_EXCEEDED if they take more than half of what this machine has
 */
export function checkImages(what: string, numbers: number, bytes: number): void {
  const most = memoryOfMachine() / 2;
  if (numbers * bytes <= most) return;
  throw memoryExceeded(what, numbers * bytes, most, "Lower /dataset/copies, /dataset/size or /dataset/split, or give /dataset/pool.");
}

/** A failure of a backend that is for want of memory, in words: those of WebAssembly and of JavaScript say nothing to a user. */
export function inWords(error: unknown, backend: string): unknown {
  const byEngine = error instanceof RangeError && /alloc|memory|length|offset/i.test(error.message);
  if (!byEngine && !(error instanceof WebAssembly.RuntimeError)) return error;
  return trainingOutOfMemory(backend, error);
}

function onProcessor(backend: string, device: string | undefined): boolean {
  return backend === "cpu" || backend === "tfjs-node" || device === "cpu";
}

function memoryOfMachine(): number {
  try {
    return totalmem();
  } catch {
    return LARGEST_CARD; // Deno, where it may not look
  }
}
