/**
 * The binding of TensorFlow.js to TensorFlow's C library: its JavaScript and its C++ from the npm package
 * @tensorflow/tfjs-node, none of whose install scripts run, compiled against the headers of the wheel.
 *
 * @module
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { backendBuildFailed } from "../../../core/errors/index.ts";
import { BINDING } from "../../../training/native/built.ts";
import { call } from "./tools.ts";

/** That of TensorFlow.js, whose engine the binding is made for. */
export const TFJS_VERSION = "4.22.0";

const PACKAGES = {
  private: true,
  dependencies: { "@tensorflow/tfjs-core": TFJS_VERSION, "@tensorflow/tfjs-node": TFJS_VERSION, "node-api-headers": "1.9.0" },
  // The binding asks for all of TensorFlow.js, with layers, readers and other backends, and uses the core only.
  overrides: { "@tensorflow/tfjs": `npm:@tensorflow/tfjs-core@${TFJS_VERSION}` },
};

/** The one variable that all threads share; one of each thread's own lets each have a TensorFlow. */
const SHARED = "static std::set<std::string> ATTR_NAME_SET;";

/** Fetches the packages into folder/node_modules. @throws EvokeError BACKEND_BUILD_FAILED */
export async function fetchBinding(folder: string): Promise<void> {
  await writeFile(join(folder, "package.json"), JSON.stringify(PACKAGES));
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];
  await call("npm", ["install", "--prefix", folder, ...quiet], {
    step: `fetching @tensorflow/tfjs-node ${TFJS_VERSION} with npm`,
    folder,
    remedy: () => "Is the network there, and is npm's registry reached? See what it is with: npm config get registry",
  });
}

/**
 * Compiles the binding, as folder/tfjs_binding.node. It finds the libraries beside itself, NVIDIA's too, wherever the
 * folder is moved, with no LD_LIBRARY_PATH.
 * @param headers  of TensorFlow
 * @throws EvokeError BACKEND_BUILD_FAILED
 */
export async function compileBinding(compiler: string, headers: string, folder: string): Promise<void> {
  const step = `compiling the binding with ${compiler}`;
  const package_ = join(folder, "node_modules", "@tensorflow", "tfjs-node");
  const source = join(package_, "binding", "tfjs_backend.cc");
  const text = await readFile(source, "utf8");
  if (!text.includes(SHARED))
    throw backendBuildFailed(step, `${source} is not that of ${TFJS_VERSION}`, "", "Try again with another npm registry.");
  await writeFile(source, text.replace(SHARED, SHARED.replace("static", "static thread_local")));
  const nvidia = await nvidiaLibraries(folder);
  const rpath = ["tensorflow", ...nvidia.map(({ at }) => at)].map((at) => `$ORIGIN/${at}`).join(":");
  const parameters = [
    ...["-O2", "-std=c++17", "-fPIC", "-shared", "-DNAPI_VERSION=8"],
    ...[`-I${join(folder, "node_modules", "node-api-headers", "include")}`, `-I${headers}`, `-I${package_}`],
    ...[source, join(package_, "binding", "tfjs_binding.cc"), "-o", join(folder, BINDING)],
    ...[`-L${join(folder, "tensorflow")}`, "-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2"],
    // TensorFlow looks for NVIDIA's libraries by name only, and finds those that are loaded already.
    ...["-Wl,--no-as-needed", ...nvidia.flatMap(({ at, names }) => [`-L${join(folder, at)}`, ...names.map((name) => `-l:${name}`)])],
    ...["-Wl,--disable-new-dtags", `-Wl,-rpath,${rpath}`, `-Wl,-rpath-link,${nvidia.map(({ at }) => join(folder, at)).join(":")}`],
  ];
  await call(compiler, parameters, {
    step,
    folder,
    remedy: () => "It must know C++17, and this version of TensorFlow's headers: 2.15.1 is one that was tried.",
  });
}

/** For each of NVIDIA's packages where its libraries are, relative to the folder, and what they are called. */
async function nvidiaLibraries(folder: string): Promise<{ readonly at: string; readonly names: readonly string[] }[]> {
  const packages = await readdir(join(folder, "nvidia")).catch(() => []);
  const all = packages.sort().map(async (name) => {
    const at = `nvidia/${name}/lib`;
    const files = await readdir(join(folder, at)).catch(() => []);
    return { at, names: files.filter((file) => /^lib(?!nvblas).*\.so\.\d+$/.test(file)) }; // that one takes the place of other BLAS
  });
  return (await Promise.all(all)).filter(({ names }) => names.length > 0);
}
