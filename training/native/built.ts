/**
 * The native backend that `evoke backend build native` has made, in a folder of Evoke's own:
 *
 *   built.json        what it is; it is written last, so a folder without it is none
 *   tfjs_binding.node the binding of TensorFlow.js, compiled here
 *   tensorflow/       TensorFlow's libraries, out of the wheel
 *   nvidia/           NVIDIA's, for a GPU
 *   node_modules/     the JavaScript of the binding
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { homeFolder } from "../home-folder.ts";

export const BINDING = "tfjs_binding.node";
export const DESCRIPTION = "built.json";

export type NativeBackend = "tfjs-node" | "tfjs-node-gpu";

export function isNative(backend: string): backend is NativeBackend {
  return backend.startsWith("tfjs-");
}

/** What was built. */
export interface BuiltNative {
  readonly backend: NativeBackend;
  /** The versions of TensorFlow.js's binding, and of TensorFlow. */
  readonly tfjs: string;
  readonly tensorflow: string;
  /** For example "linux x64"; a home may be that of several machines. */
  readonly platform: string;
}

/** Where it is, or would be. */
export function nativeFolder(): string {
  return join(homeFolder(), "backends", "native");
}

/** For example "linux x64". */
export function platformName(): string {
  return `${process.platform} ${process.arch}`;
}

/** What is there for this platform; nothing, if there is none. */
export function builtNative(folder = nativeFolder()): BuiltNative | undefined {
  let built: BuiltNative | null;
  try {
    built = JSON.parse(readFileSync(join(folder, DESCRIPTION), "utf8")) as BuiltNative | null;
  } catch {
    return undefined; // not there, or damaged: then it is built again
  }
  return built?.platform === platformName() ? built : undefined;
}
