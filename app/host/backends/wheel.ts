/**
 * TensorFlow's C library, which its wheels for Python have inside, and its headers. Nothing of Python's is used, so a
 * wheel for another Python than the one that fetches it will do.
 *
 * @module
 */
import { readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { backendBuildFailed } from "../../../core/errors/index.ts";
import { call } from "./tools.ts";

/** Every version from 2.12 on has wheels for this Python. */
const WHEELS_OF = "3.11";
const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

/** TensorFlow as it was unpacked. */
export interface Wheel {
  /** The folder with the headers. */
  readonly headers: string;
  /** NVIDIA's packages, as the wheel asks for them: none in the one for processors. */
  readonly nvidia: readonly string[];
}

/**
 * Fetches a wheel and unpacks it.
 * @param wheel  for example "tensorflow-cpu==2.15.1"
 * @param folder  is given the folder wheel/, and tensorflow/ with the libraries
 * @throws EvokeError BACKEND_BUILD_FAILED
 */
export async function fetchWheel(python: string, wheel: string, folder: string): Promise<Wheel> {
  const unpacked = join(folder, "wheel");
  const step = `fetching ${wheel} with pip`;
  await pipInstall(python, [wheel], unpacked, folder);
  const library = join(unpacked, "tensorflow");
  const files = await readdir(library);
  const absent = LIBRARIES.find((name) => !files.includes(name));
  if (absent !== undefined)
    throw backendBuildFailed(step, `there is no ${absent} in it`, files.join(" "), "Name a version from 2.12 on with --tensorflow.");
  await rename(library, join(folder, "tensorflow"));
  const description = (await readdir(unpacked)).find((name) => /^tensorflow.*\.dist-info$/.test(name))!;
  const metadata = await readFile(join(unpacked, description, "METADATA"), "utf8");
  // Requires-Dist: nvidia-cudnn-cu12 (==8.9.4.25) ; extra == 'and-cuda'
  const nvidia = [...metadata.matchAll(/^Requires-Dist: (nvidia-[\w-]+) ?\(?([<>=!~][^);]*)\)? ?;.*extra == ['"]and-cuda['"]/gm)];
  return { headers: join(folder, "tensorflow", "include"), nvidia: nvidia.map(([, name, versions]) => name + versions!.trim()) };
}

/**
 * Unpacks wheels into a folder, with nothing that they depend on.
 * @param working  where pip may put what it needs meanwhile
 */
export function pipInstall(python: string, wheels: readonly string[], into: string, working: string): Promise<string> {
  const what = ["--no-deps", "--no-compile", "--only-binary=:all:", "--python-version", WHEELS_OF, "--target", into];
  return call(python, ["-m", "pip", "install", "--quiet", ...what, ...wheels], {
    step: `fetching ${wheels.length === 1 ? wheels[0] : `${wheels.length} packages of NVIDIA's`} with pip`,
    folder: working,
    environment: { TMPDIR: working, PIP_NO_INPUT: "1", PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_ROOT_USER_ACTION: "ignore" },
    remedy: pipRemedy,
  });
}

function pipRemedy(printed: string): string {
  const versions = /from versions: ([^)]*)\)/.exec(printed)?.[1];
  if (versions !== undefined && versions !== "none") return "Name one of these versions with --tensorflow.";
  if (/No space left|Errno 28/.test(printed)) return "Make room on the disk, or set EVOKE_HOME to a folder on another one.";
  return "Is the network there, and is pip's index reached? See what it is with: python3 -m pip config list";
}
