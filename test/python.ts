/**
 * The Python that tests call: `python3`, or the one that the environment variable EVOKE_PYTHON names.
 *
 *   const withTorch = when(test, hasTorch, TORCH_ABSENT);
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import process from "node:process";

export const PYTHON = process.env.EVOKE_PYTHON ?? "python3";
const deno = "Deno" in globalThis;
const ON_DENO = "on Deno tests start no processes";
export const PYTHON_ABSENT = deno ? ON_DENO : `${PYTHON} is absent: EVOKE_PYTHON can name another`;
export const NUMPY_ABSENT = deno ? ON_DENO : `${PYTHON} has no NumPy: EVOKE_PYTHON can name one that has`;
export const TORCH_ABSENT = deno ? ON_DENO : `${PYTHON} has no PyTorch: EVOKE_PYTHON can name one that has`;

/** True if Python runs this program to its end. */
function runs(program: string): boolean {
  return !deno && spawnSync(PYTHON, ["-c", program], { stdio: "ignore" }).status === 0;
}

export const hasPython = runs("import ast");
export const hasNumpy = hasPython && runs("import numpy");
export const hasTorch = hasPython && runs("import torch");
/** Whether PyTorch has a graphics card. */
export const hasCuda = hasTorch && runs("import torch; torch.cuda.get_device_name()");
export const CUDA_ABSENT = hasTorch ? `the PyTorch of ${PYTHON} has no graphics card` : TORCH_ABSENT;

/** Runs a program in a folder. @returns what it prints. @throws with what it prints to stderr if its status is not 0 */
export function python(args: readonly string[], folder: string, input = ""): string {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
  const { status, error, stdout, stderr } = spawnSync(PYTHON, args, { cwd: folder, env, encoding: "utf8", input, maxBuffer: 1 << 28 });
  if (status !== 0) throw error ?? new Error(`${PYTHON} ${args.join(" ")} ended with status ${status}:\n${stderr}`);
  return stdout;
}
