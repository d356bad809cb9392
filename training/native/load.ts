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
import { backendUnfit } from "../../core/errors/index.ts";
import { BINDING, builtNative, type NativeBackend, nativeFolder } from "./built.ts";

/**
 * What TensorFlow reads from the environment while it loads: oneDNN's convolutions, which take a third less time, and
 * nothing on stderr, since errors come as exceptions as well: with a GPU it calls plugins of its own errors.
 */
const SETTINGS = { TF_ENABLE_ONEDNN_OPTS: "1", TF_CPP_MIN_LOG_LEVEL: "3" };

/** Another thing that it reads: 0 stands for as many as there are cores. */
const THREADS = "TF_NUM_INTRAOP_THREADS";

/** What is used of the module of the binding. */
interface Binding {
  readonly TF_Version: string;
}

/**
 * Loads it and makes it the backend "tensorflow".
 * @returns its version, for example "4.22.0, TensorFlow 2.15.1"
 * @throws Error, which says how to make one
 */
export async function loadNative(backend: NativeBackend): Promise<string> {
  let version: string;
  try {
    const built = builtNative();
    const own = built?.backend === backend;
    if (own) openBuilt(backend, nativeFolder());
    version = own ? built.tfjs : await openInstalled(backend);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem = code === "ERR_MODULE_NOT_FOUND" ? "not there" : message.split("\n")[0];
    throw new Error(`${problem}; make it with: evoke backend build native${backend === "tfjs-node-gpu" ? " --gpu" : ""}`);
  }
  if (!(await tf.setBackend("tensorflow"))) throw new Error("its initialisation failed");
  const { tensorflow, gpu } = openedNative();
  const gpuless = backend === "tfjs-node-gpu" && !gpu ? ", but it finds no GPU: TF_CPP_MIN_LOG_LEVEL=0 shows why" : "";
  return `${version}, TensorFlow ${tensorflow}${gpuless}`;
}

/** The version of TensorFlow that this thread computes with, and whether that is on a GPU. */
export function openedNative(): { readonly tensorflow: string; readonly gpu: boolean } {
  const { binding, isUsingGpuDevice } = tf.backend() as unknown as { binding: Binding; isUsingGpuDevice: boolean };
  return { tensorflow: binding.TF_Version, gpu: isUsingGpuDevice };
}

/**
 * Makes what was built the backend "tensorflow". Only what makes a backend is loaded, and not the packages of layers,
 * of files and of other backends that come with it.
 */
export function openBuilt(backend: NativeBackend, folder: string): void {
  configure();
  const require = createRequire(join(folder, "package.json"));
  const binding = require(`./${BINDING}`) as Binding;
  const { NodeJSKernelBackend } = require("@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js") as {
    readonly NodeJSKernelBackend: new (binding: Binding, name: string) => tf.KernelBackend;
  };
  require("@tensorflow/tfjs-node/dist/register_all_kernels.js");
  tf.registerBackend("tensorflow", () => new NodeJSKernelBackend(binding, `@tensorflow/${backend}`));
}

/** The binding that is installed beside Evoke, which makes itself the backend "tensorflow". @returns its version */
async function openInstalled(backend: NativeBackend): Promise<string> {
  configure();
  const { version } = (await import(`@tensorflow/${backend}`)) as { readonly version: Readonly<Record<string, string>> };
  return version["tfjs-node"]!;
}

/**
 * Before it loads. In threads that have an environment of their own the settings come too late, and TensorFlow's
 * defaults hold. The binding calls a function of Node's that Node 23 no longer has.
 */
function configure(): void {
  (util as { isNullOrUndefined?: (value: unknown) => boolean }).isNullOrUndefined ??= (value) => value === null || value === undefined;
  for (const [name, value] of Object.entries(SETTINGS)) process.env[name] ??= value;
}

/**
 * Says how many threads TensorFlow computes with on a processor, before it loads. All trainings of the process share
 * them, so that the first who asks decides.
 * @param threads  left out, as many as there are cores
 * @throws EvokeError BACKEND_UNFIT
 */
export function settleThreads(backend: NativeBackend, threads: number | undefined): void {
  process.env[THREADS] ??= String(threads ?? 0);
  const settled = Number(process.env[THREADS]);
  if (threads === undefined || threads === settled) return;
  const has = settled === 0 ? "as many threads as there are cores" : `${settled} threads`;
  throw backendUnfit(
    backend,
    `it has ${has} in this process already, and "threads" asks for ${threads}`,
    "Give it the same number everywhere, or run one manifest at a time.",
  );
}
