/**
 * Calls the built command as a user does, in a scratch folder with a manifest and plugins of its own.
 *
 * @module
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const command = join(root, "dist/cli/evoke.js");
/** The commands with worker threads. */
const THREADED = ["run", "matrix", "tabulate"];

export interface Called {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder that is removed when the tests end. */
export class Scratch {
  readonly folder = mkdtempSync(join(tmpdir(), "evoke-test-"));
  constructor() {
    process.on("exit", () => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** Writes a file; an object as JSON. @returns its path */
  write(path: string, content: string | object): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  }

  /** The command with one worker if the arguments do not say how many: to start a thread takes more than most tests. */
  evoke(...args: string[]): Called {
    const workers = THREADED.includes(args[0]!) && !args.includes("--workers") ? ["--workers", "1"] : [];
    return this.call(process.execPath, [command, ...args, ...workers]);
  }

  call(program: string, args: readonly string[], cwd = this.folder): Called {
    return spawnSync(program, args, { cwd, encoding: "utf8", env: this.env, timeout: 100_000 });
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
      const validation = architecture.filter((operation) => operation === 3).length;
      const measurement = { validation, seconds: 1 };
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
