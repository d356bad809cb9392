/** The programs that a native backend is built with. @module */
import { execFile } from "node:child_process";
import { dirname, resolve, sep } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { backendBuildFailed, backendUnbuildable } from "../../../core/errors/index.ts";

/** Milliseconds that one of them may take: NVIDIA's libraries are some gigabytes. */
const LIMIT = 3_600_000;
const MOST_OUTPUT = 2 ** 26;

export interface Tools {
  readonly python: string;
  readonly compiler: string;
}

/** Not the folder that this process is in, where `python -m` looks for modules first, and npm for its settings. */
const OWN = dirname(fileURLToPath(import.meta.url));

/** What a program is called for. */
export interface Call {
  /** For example "fetching TensorFlow 2.15.1 with pip". */
  readonly step: string;
  /** It is started there; left out, in the folder of this process, which only Evoke itself may be. */
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What to do if it fails. @param printed  all that it has printed */
  remedy(printed: string): string;
}

/**
 * Makes sure that all of them are there, before anything is fetched.
 * @param wanted  an interpreter with pip; left out, $EVOKE_PYTHON or python3
 * @throws EvokeError BACKEND_UNBUILDABLE
 */
export async function findTools(wanted = process.env.EVOKE_PYTHON || "python3"): Promise<Tools> {
  const [python, compiler] = [fromAnywhere(wanted), fromAnywhere(process.env.CXX || "c++")];
  const other = "name another with --python or $EVOKE_PYTHON";
  await look(python, ["--version"], `Install Python 3, on Debian with: apt-get install python3 python3-pip; or ${other}.`);
  await look(python, ["-m", "pip", "--version"], `Install pip, on Debian with: apt-get install python3-pip; or ${other}.`);
  await look(compiler, ["--version"], "Install a C++ compiler, on Debian with: apt-get install g++; or name one with $CXX.");
  await look("npm", ["--version"], "Install npm, which comes with Node.");
  return { python, compiler };
}

/** @throws EvokeError BACKEND_BUILD_FAILED */
export async function call(program: string, parameters: readonly string[], { step, folder, environment, remedy }: Call): Promise<string> {
  const env = { ...process.env, ...environment };
  const { error, printed } = await output(program, parameters, { ...(folder !== undefined && { cwd: folder }), env });
  if (!error) return printed;
  throw backendBuildFailed(step, endOf(error), printed, remedy(printed));
}

async function look(program: string, parameters: readonly string[], remedy: string): Promise<void> {
  const { error, printed } = await output(program, parameters, { cwd: OWN });
  if (!error) return;
  const what = [program, ...parameters].join(" ");
  const problem =
    error.code === "ENOENT" ? `there is no program ${program}` : `${what} fails: ${printed.trim().split("\n").at(-1) || endOf(error)}`;
  throw backendUnbuildable(problem.replace(/\.$/, ""), remedy);
}

/** As it is found from this folder, for whoever is in another one. */
function fromAnywhere(program: string): string {
  return program.includes("/") || program.includes(sep) ? resolve(program) : program;
}

type Failure = Error & { readonly code?: string | number | null; readonly killed?: boolean; readonly signal?: string | null };

function output(program: string, parameters: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv }) {
  return new Promise<{ readonly error: Failure | null; readonly printed: string }>((resolve) => {
    const limits = { timeout: LIMIT, maxBuffer: MOST_OUTPUT };
    execFile(program, parameters, { ...options, ...limits }, (error, stdout, stderr) => resolve({ error, printed: stdout + stderr }));
  });
}

function endOf({ code, killed, signal, message }: Failure): string {
  if (killed) return `it did not end within ${LIMIT / 60_000} minutes`;
  if (typeof code === "number") return `it ended with status ${code}`;
  return signal ? `it was ended by ${signal}` : message;
}
