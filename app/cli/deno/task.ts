/**
 * `deno task evoke`: calls the command on Deno with the permissions that its arguments need, and no others. Code that a
 * manifest names has them, too, so it can read and write in the folders that the call names, in Evoke's own folder and in
 * one for temporary files; it cannot write where native libraries are loaded from, nor change Evoke.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, extname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { homeFolder } from "../../../training/home-folder.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url)).replace(/[\\/]$/, "");
/** Variables that Evoke reads. */
const VARIABLES = ["CI", "EVOKE_HOME", "EVOKE_LARGEST_FILE", "EVOKE_TRUST", "LOCALAPPDATA", "TMPDIR", "XDG_DATA_HOME"];
/** What the package libsql asks for, to find out what system it is on; and Evoke, for its own folder and worker threads. */
const SYSTEM = ["homedir", "cpus", "hostname", "networkInterfaces"];
/** In the repository, what a manifest may change. */
const OPEN = ["manifests", "results", "data", "examples"];

const args = process.argv.slice(2);
const temporary = mkdtempSync(join(tmpdir(), "evoke-"));
/** `evoke new` makes files where it is called, and runs nothing that a manifest names. */
const made = args[0] === "new" ? [process.cwd()] : [];
const named = [...placesIn(args), ...made, homeFolder(), temporary];
const closed = readdirSync(root).filter((name) => !OPEN.includes(name));
const alsoRead = (process.env.EVOKE_READ ?? "").split(delimiter).filter(Boolean);
const permissions = [
  `--allow-read=${[root, process.cwd(), ...named, ...alsoRead].map(quoted).join()}`,
  `--allow-write=${[resolve("results"), ...named].map(quoted).join()}`,
  `--deny-write=${closed.map((name) => quoted(join(root, name))).join()}`,
  `--allow-sys=${SYSTEM.join()}`,
  `--allow-ffi=${quoted(join(root, "node_modules/@libsql"))}`,
  ...["--ignore-env", `--allow-env=${VARIABLES.join()}`],
  ...(args[0] === "studio" ? [`--allow-net=${studioAddress(args)}`] : []),
];
const command = ["run", "--no-prompt", "--v8-flags=--no-maglev", ...permissions, join(root, "app/cli/evoke.ts"), ...args];
const child = spawn(process.execPath, command, { stdio: "inherit", env: { ...process.env, TMPDIR: temporary } });
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
child.on("close", (status, signal) => {
  rmSync(temporary, { recursive: true, force: true });
  process.exitCode = status ?? (signal === "SIGKILL" ? 137 : 1);
});

/** The folders of what arguments name and that is there, and where results are to be kept. */
function placesIn(args: readonly string[]): string[] {
  return args.flatMap((arg, i) => {
    const [, option, value = arg] = /^(--[a-z-]+)=(.*)$/s.exec(arg) ?? [undefined, args[i - 1]];
    const path = resolve(value);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found) return [found.isDirectory() ? path : dirname(path)];
    return option === "--out" ? [extname(path) === "" ? path : dirname(path)] : [];
  });
}

/** Where the studio listens: the host and the port that it is told, and no other address. */
function studioAddress(args: readonly string[]): string {
  const { values } = parseArgs({
    args: [...args],
    options: { host: { type: "string", default: "127.0.0.1" }, port: { type: "string", default: "8642" } },
    strict: false,
  });
  const host = String(values.host);
  return `${host.includes(":") ? `[${host}]` : host}:${values.port}`;
}

/** Deno splits lists at commas, and takes two of them for one that is meant. */
function quoted(path: string): string {
  return path.replaceAll(",", ",,");
}
