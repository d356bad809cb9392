/**
 * Calls the built command as a user does, in a scratch folder with a manifest and plugins of its own. To start
 * a process and load the command takes more time than most calls, so one process does call after call; where
 * the process is what a test is about, it gets one of its own.
 *
 * @module
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { test } from "uvu";

export const root = fileURLToPath(new URL("../../../", import.meta.url));
const command = join(root, "dist/app/cli/evoke.js");
/** The binary that the npm package deno has, if it is installed. */
export const DENO = join(root, "node_modules/.bin/deno");
/** The commands with worker threads. */
const THREADED = ["run", "matrix", "tabulate"];

export interface Called {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Milliseconds that a call may take. */
const LIMIT = 100_000;

/**
 * The process that does call after call. A call is over when nothing is left that would keep a process of its own
 * alive: a command that does not end is caught here as well. One that ends the process by itself is told by the
 * process's status.
 */
const SERVER = `
import process from "node:process";
import { writeSync } from "node:fs";

const printed = { stdout: "", stderr: "" };
for (const name of ["stdout", "stderr"]) {
  process[name].write = (chunk, encoding, then) => {
    printed[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    (typeof encoding === "function" ? encoding : then)?.();
    return true;
  };
}
process.on("exit", () => {
  writeSync(1, printed.stdout);
  writeSync(2, printed.stderr);
});
let calls = 0;
process.on("message", async (args) => {
  process.argv.splice(1, Infinity, ${JSON.stringify(command)}, ...args);
  process.exitCode = undefined;
  const others = process.getActiveResourcesInfo().length;
  await import(${JSON.stringify(pathToFileURL(command).href)} + "?call=" + ++calls);
  while (process.getActiveResourcesInfo().length > others) await new Promise((resolve) => setTimeout(resolve, 2));
  for (const signal of ["SIGINT", "SIGTERM"]) process.removeAllListeners(signal);
  process.send({ status: process.exitCode ?? 0, ...printed });
  printed.stdout = printed.stderr = "";
  process.exitCode = undefined;
});
`;

/** A folder that is removed when the tests of the file that makes it are over. */
export class Scratch {
  readonly command = command;
  readonly folder = mkdtempSync(join(tmpdir(), "evoke-test-"));
  #server: ChildProcess | undefined;
  #outs = 0;
  constructor() {
    const remove = () => {
      const ended = this.#endServer();
      rmSync(this.folder, { recursive: true, force: true });
      return ended;
    };
    process.on("exit", remove); // where the file does not come to its end
    test.after(async () => {
      process.off("exit", remove);
      await remove();
    });
  }

  /** Writes a file; an object as JSON. @returns its path */
  write(path: string, content: string | object): string {
    const file = join(this.folder, path);
    // It would go on with the module as it was.
    if (/(\.js|package\.json)$/.test(path) && existsSync(file)) void this.#endServer();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  }

  /**
   * Calls the command, in the process that has done the calls before it. It gets one worker if the arguments do not
   * say how many: to start a thread takes more than most tests. `run` does its runs anew if they say no --out.
   */
  async evoke(...args: string[]): Promise<Called> {
    const out = args[0] === "run" && !args.includes("--out") ? ["--out", `runs-${++this.#outs}`] : [];
    const workers = THREADED.includes(args[0]!) && !args.includes("--workers") ? ["--workers", "1"] : [];
    const server = (this.#server ??= this.#startServer());
    return new Promise<Called>((resolve) => {
      let [stdout, stderr] = ["", ""];
      const hear = { stdout: (text: string) => (stdout += text), stderr: (text: string) => (stderr += text) };
      const timer = setTimeout(() => server.kill("SIGKILL"), LIMIT);
      const over = (called: Called) => {
        clearTimeout(timer);
        server.removeAllListeners();
        for (const name of ["stdout", "stderr"] as const) server[name]!.off("data", hear[name]);
        resolve({ ...called, stdout: stdout + called.stdout, stderr: stderr + called.stderr });
      };
      for (const name of ["stdout", "stderr"] as const) server[name]!.on("data", hear[name]);
      server.on("message", over);
      server.on("close", (status) => {
        this.#server = undefined;
        over({ status, stdout: "", stderr: "" });
      });
      server.send([...args, ...workers, ...out]);
    });
  }

  /** Calls the command, just as it is said, in a process of its own. */
  evokeAlone(...args: string[]): Called {
    return this.call(process.execPath, [command, ...args]);
  }

  call(program: string, args: readonly string[], cwd = this.folder): Called {
    return spawnSync(program, args, { cwd, encoding: "utf8", env: this.env, timeout: LIMIT });
  }

  /** Calls the command on Deno, in the repository, with the permissions that deno.json gives it. */
  evokeOnDeno(...args: string[]): Called {
    const { tasks } = JSON.parse(readFileSync(join(root, "deno.json"), "utf8")) as { tasks: { evoke: string } };
    const [, ...task] = tasks.evoke.split(" ");
    return this.call(DENO, [...task, ...args], root);
  }

  /** Starts the command, and sends it a signal as soon as a condition holds. */
  async interrupt(signal: NodeJS.Signals, when: () => boolean, ...args: string[]): Promise<Called> {
    const child = spawn(process.execPath, [command, ...args], { cwd: this.folder, env: this.env });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => (stdout += text));
    child.stderr.on("data", (text) => (stderr += text));
    const watching = setInterval(() => {
      if (!when()) return;
      clearInterval(watching);
      child.kill(signal);
    }, 5);
    const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
    clearInterval(watching);
    return { status, stdout, stderr };
  }

  #startServer(): ChildProcess {
    return spawn(process.execPath, [this.write("serve.mjs", SERVER)], {
      cwd: this.folder,
      env: this.env,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
  }

  async #endServer(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.removeAllListeners();
    if (server?.kill("SIGKILL")) await once(server, "close");
  }

  get env(): NodeJS.ProcessEnv {
    return { ...process.env, EVOKE_HOME: join(this.folder, "home"), CI: "true" };
  }
}

/** An evaluator outside the repository: counts the 3×3 convolutions of a cell, each time after a pause. */
export const toyEvaluator = `
const metric = { name: "convolutions", dataset: "toy", split: "validation", epochs: 0, trainedOn: "nothing", unit: "operations" };
export default {
  kind: "evaluator",
  name: "toy",
  summary: "Counts the 3×3 convolutions of a cell",
  options: {
    type: "object",
    additionalProperties: false,
    properties: { milliseconds: { type: "number", default: 0 }, failSeed: { type: "integer", default: -1 } },
  },
  needs: ["seed"],
  create: ({ milliseconds, failSeed }, { seed }) => ({
    metric,
    evaluate: (architecture) => {
      if (seed === failSeed) throw new Error("the toy is broken");
      const score = architecture.filter((operation) => operation === 3).length;
      const measurement = { score, seconds: 1 };
      return milliseconds ? new Promise((resolve) => setTimeout(() => resolve(measurement), milliseconds)) : measurement;
    },
    test: (architecture) => ({ metric: { ...metric, split: "test" }, value: architecture.length }),
  }),
};
`;

export const toy = {
  name: "toy",
  plugins: ["./toy.js"],
  space: "nas-bench-201",
  evaluator: "toy",
  subspaces: { count: 3, radius: 2 },
  controller: "gnn-lstm",
  budget: { queries: 12 },
  seeds: { first: 1, count: 6 },
};
