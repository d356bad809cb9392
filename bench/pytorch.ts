/**
 * The PyTorch version as a child process that does queries on demand.
 *
 * @module
 */
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Sizes } from "./lone-controller.ts";

const SCRIPT = fileURLToPath(new URL("pytorch/gnn-lstm.py", import.meta.url));
/** Debian's python3-torch is seen by Debian's own Python only. */
const PYTHONS = ["python3", "/usr/bin/python3"];

export interface Pytorch {
  readonly version: string;
  /** @returns microseconds a query */
  run(queries: number): Promise<number>;
  close(): void;
}

export async function pytorchQueries({ count, radius, length, operations, hidden }: Sizes): Promise<Pytorch | { readonly absent: string }> {
  const python = PYTHONS.find((name) => spawnSync(name, ["-c", "import torch"]).status === 0);
  if (!python) return { absent: 'no Python here can "import torch"; Debian has it as python3-torch' };
  const sizes = Object.entries({ count, radius, length, operations, hidden }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(python, [SCRIPT, ...sizes], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("bench/pytorch/gnn-lstm.py ended early");
    return value;
  };
  return {
    version: await next(),
    async run(queries) {
      child.stdin.write(`${queries}\n`);
      return (Number(await next()) * 1e6) / queries;
    },
    close: () => child.stdin.end(),
  };
}
