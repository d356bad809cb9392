/**
 * A PyTorch version as a child process that does a piece of work so often as it is asked to.
 *
 * @module
 */
import { spawn, spawnSync } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The one that is named, or python3; Debian's python3-torch is seen by Debian's own Python only. */
const PYTHONS = [process.env.EVOKE_PYTHON ?? "python3", "/usr/bin/python3"];
let withTorch: string | undefined;

export interface Pytorch {
  readonly version: string;
  /** Does the work so many times. @returns microseconds for one time */
  run(times: number): Promise<number>;
  close(): void;
}

/**
 * Starts a script of bench/pytorch.
 * @param settings  its options and their values
 */
export async function pytorch(
  script: string,
  settings: Readonly<Record<string, string | number | boolean | object>>,
): Promise<Pytorch | { readonly absent: string }> {
  withTorch ??= PYTHONS.find((name) => spawnSync(name, ["-c", "import torch"]).status === 0);
  if (!withTorch) return { absent: 'no Python here can "import torch"; Debian has it as python3-torch' };
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, JSON.stringify(value)]);
  const child = spawn(withTorch, [fileURLToPath(new URL(`pytorch/${script}`, import.meta.url)), ...options], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`bench/pytorch/${script} ended early`);
    return value;
  };
  return {
    version: await next(),
    async run(times) {
      child.stdin.write(`${times}\n`);
      return (Number(await next()) * 1e6) / times;
    },
    close: () => child.stdin.end(),
  };
}
