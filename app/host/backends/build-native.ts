/**
 * Builds the native backend: TensorFlow's library out of its wheel for Python, the binding of TensorFlow.js compiled
 * against it. It is made in a folder beside, tried there, and put in its place in one step; a folder that a call left
 * behind when it was killed is removed by the next.
 *
 * @module
 */
import { mkdir, readdir, rename, rm, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { backendBuildFailed, backendUnbuildable, cannotWriteFile } from "../../../core/errors/index.ts";
import { type BuiltNative, DESCRIPTION, type NativeBackend, nativeFolder, platformName } from "../../../training/native/built.ts";
import type { Checked } from "../../../training/native/check.ts";
import { compileBinding, fetchBinding, TFJS_VERSION } from "./binding.ts";
import { call, findTools } from "./tools.ts";
import { fetchWheel, pipInstall } from "./wheel.ts";

/** Where wheels and the binding were tried. */
const PLATFORM = "linux x64";
/** What is built without and with a GPU, if no version is asked for, and the bytes that it takes meanwhile. */
const KINDS = {
  processor: { backend: "tfjs-node", wheel: "tensorflow-cpu", version: "2.15.1", bytes: 2e9 },
  gpu: { backend: "tfjs-node-gpu", wheel: "tensorflow", version: "2.15.1", bytes: 8e9 },
} as const;
/** By how much the losses of the first steps may differ from those of the cpu backend, relatively. */
const TOLERANCE = 1e-4;

export interface BuildOptions {
  /** For NVIDIA's GPUs. */
  readonly gpu?: boolean;
  /** The version of TensorFlow. */
  readonly tensorflow?: string;
  /** The interpreter whose pip fetches it. */
  readonly python?: string;
}

/** What was built. */
export interface Build extends BuiltNative {
  readonly folder: string;
  /** Whether it computes on a GPU here. */
  readonly onGpu: boolean;
}

/**
 * @param say  told what is being done, a line for each step
 * @throws EvokeError BACKEND_UNBUILDABLE, BACKEND_BUILD_FAILED, CANNOT_WRITE
 */
export async function buildNative({ gpu = false, tensorflow, python }: BuildOptions, say: (line: string) => void): Promise<Build> {
  const { backend, wheel, version, bytes } = KINDS[gpu ? "gpu" : "processor"];
  if (platformName() !== PLATFORM)
    throw backendUnbuildable(
      `it is made for ${PLATFORM}, and this is ${platformName()}`,
      "Use another backend: evoke doctor says which ones there are.",
    );
  const tools = await findTools(python);
  const place = nativeFolder();
  await removeUnfinished();
  const folder = await newFolder(`${place}-new-${process.pid}`);
  try {
    await checkRoom(folder, bytes);
    say(`fetching TensorFlow ${tensorflow ?? version} with ${tools.python}, and its binding with npm`);
    const fetching = fetchBinding(folder);
    const wheelFetched = fetchWheel(tools.python, `${wheel}==${tensorflow ?? version}`, folder);
    await Promise.allSettled([fetching, wheelFetched]); // so that neither writes there any more, if the other fails
    const { headers, nvidia } = await wheelFetched;
    await fetching;
    if (gpu) {
      say(`fetching ${nvidia.length} packages of NVIDIA's`);
      await pipInstall(tools.python, nvidia, join(folder, "wheel"), folder);
      await rename(join(folder, "wheel", "nvidia"), join(folder, "nvidia"));
    }
    say("compiling the binding");
    await compileBinding(tools.compiler, headers, folder);
    await removeAllBut(folder, ["node_modules", "nvidia", "package.json", "tensorflow", "tfjs_binding.node"]);
    await removeAllBut(
      join(folder, "tensorflow"),
      (await readdir(join(folder, "tensorflow"))).filter((name) => name.startsWith("lib")),
    );
    say("trying it: two steps of training, beside the same on the cpu backend");
    const checked = await check(folder, backend);
    const built: BuiltNative = { backend, tfjs: TFJS_VERSION, tensorflow: checked.tensorflow, platform: platformName() };
    await writeFile(join(folder, DESCRIPTION), `${JSON.stringify(built)}\n`);
    await put(folder, place);
    return { ...built, folder: place, onGpu: checked.gpu };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns whether there was one */
export async function removeNative(): Promise<boolean> {
  const place = nativeFolder();
  const aside = `${place}-old-${process.pid}`;
  const there = await rename(place, aside).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw cannotWriteFile(place, error);
      return false;
    },
  );
  await rm(aside, { recursive: true, force: true });
  await removeUnfinished();
  return there;
}

/** Removes what calls have left behind that were killed: their processes are gone. */
async function removeUnfinished(): Promise<void> {
  const place = nativeFolder();
  for (const name of await readdir(dirname(place)).catch(() => [])) {
    const left = new RegExp(`^${basename(place)}-(?:new|old)-(\\d+)$`).exec(name);
    if (left && !isAlive(Number(left[1]))) await rm(join(dirname(place), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function newFolder(folder: string): Promise<string> {
  try {
    await mkdir(dirname(folder), { recursive: true });
    await mkdir(folder);
    return folder;
  } catch (error) {
    throw cannotWriteFile(folder, error as NodeJS.ErrnoException);
  }
}

async function checkRoom(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  if (free < needed)
    throw backendUnbuildable(
      `it takes ${gigabytes(needed)} meanwhile, and ${dirname(folder)} has ${gigabytes(free)}`,
      "Make room on the disk, or set EVOKE_HOME to a folder on another one.",
    );
}

async function removeAllBut(folder: string, kept: readonly string[]): Promise<void> {
  for (const name of await readdir(folder)) if (!kept.includes(name)) await rm(join(folder, name), { recursive: true });
}

/** Takes the place of what is there. */
async function put(folder: string, place: string): Promise<void> {
  const aside = `${place}-old-${process.pid}`;
  await rename(place, aside).catch(() => {}); // there is none
  await rename(folder, place);
  await rm(aside, { recursive: true, force: true });
}

/** @throws EvokeError BACKEND_BUILD_FAILED */
async function check(folder: string, backend: NativeBackend): Promise<Checked> {
  const step = "trying it";
  const remedy = (printed: string) =>
    printed.includes("libcuda.so")
      ? "Install NVIDIA's driver: this version of TensorFlow does not load without it."
      : "Name another version with --tensorflow: 2.15.1 is one that was tried.";
  const program = import.meta.url.endsWith(".ts") ? "../../../training/native/check.ts" : "../../../training/native/check.js";
  const runtime = "Deno" in globalThis ? ["run", "-A"] : process.execArgv;
  const printed = await call(process.execPath, [...runtime, fileURLToPath(new URL(program, import.meta.url)), folder, backend], {
    step,
    remedy,
  });
  const checked = JSON.parse(printed.split("\n").find((line) => line.startsWith("{"))!) as Checked;
  const { losses, expected } = checked;
  if (losses.some((loss, i) => !(Math.abs(loss - expected[i]!) <= TOLERANCE * Math.abs(expected[i]!))))
    throw backendBuildFailed(step, `its losses are ${losses.join(", ")}, and on cpu ${expected.join(", ")}`, printed, remedy(printed));
  return checked;
}
