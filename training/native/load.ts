/**
 * Loads TensorFlow into this thread, through the binding of tfjs-node: the one that was built here, or one that is
 * installed beside Evoke.
 *
 * @module
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import util from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { BINDING, type BuiltNative, builtNative, nativeFolder } from "./built.ts";

/** What TensorFlow reads from the environment while it loads: oneDNN's convolutions, which take a third less time; errors only on stderr. */
const SETTINGS = { TF_ENABLE_ONEDNN_OPTS: "1", TF_CPP_MIN_LOG_LEVEL: "2" };

/** What is used of the module of the binding. */
interface Binding {
  readonly TF_Version: string;
}

/**
 * Loads it and makes it the backend "tensorflow".
 * @returns its version, for example "4.22.0, TensorFlow 2.15.1"
 * @throws Error, with the code ERR_MODULE_NOT_FOUND if there is none
 */
export async function loadNative(backend: BuiltNative["backend"]): Promise<string> {
  for (const [name, value] of Object.entries(SETTINGS)) process.env[name] ??= value;
  (util as { isNullOrUndefined?: (value: unknown) => boolean }).isNullOrUndefined ??= (value) => value === null || value === undefined;
  const built = builtNative();
  let version: string;
  if (built?.backend === backend) {
    registerBuilt(built, nativeFolder());
    version = built.tfjs;
  } else {
    const module = (await import(`@tensorflow/${backend}`)) as { readonly version: Readonly<Record<string, string>> };
    version = module.version["tfjs-node"]!;
  }
  if (!(await tf.setBackend("tensorflow"))) throw new Error("its initialisation failed");
  const { binding, isUsingGpuDevice } = tf.backend() as unknown as { binding: Binding; isUsingGpuDevice: boolean };
  const gpuless = backend === "tfjs-node-gpu" && !isUsingGpuDevice ? ", but it finds no GPU" : "";
  return `${version}, TensorFlow ${binding.TF_Version}${gpuless}`;
}

/** Only what makes the backend is loaded, and not the packages of layers, of files and of other backends that come with it. */
export function registerBuilt({ backend }: Pick<BuiltNative, "backend">, folder: string): void {
  const require = createRequire(join(folder, "package.json"));
  const binding = require(`./${BINDING}`) as Binding;
  const { NodeJSKernelBackend } = require("@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js") as {
    readonly NodeJSKernelBackend: new (binding: Binding, name: string) => tf.KernelBackend;
  };
  require("@tensorflow/tfjs-node/dist/register_all_kernels.js");
  tf.registerBackend("tensorflow", () => new NodeJSKernelBackend(binding, `@tensorflow/${backend}`));
}
