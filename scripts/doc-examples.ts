/**
 * Runs the code blocks of README.md and of the pages under docs/ and examples/, each page in order and two at a time, as
 * an installed user would: in a folder of its own, empty but for the packed package, `evoke-nas` with the command `evoke`,
 * and for manifests/ and examples/ of the repository where the page's blocks name files in them. docs/contributing.md tells
 * authors of pages the same:
 *
 * - ```sh          run by bash; it must end with status 0, or that of `exit=2` in the info string. What it leaves running in
 *                  the background is ended.
 *                  Where a line starts with `$ `, these are the commands and the other lines are what
 *                  they print, "…" standing for anything in a line or, alone, for any lines.
 * - ```json        must parse; a whole manifest (it has "name" and "space") must pass `evoke validate`, but for tables and
 *                  files that are not there
 * - ```ts          must type-check
 * - ```js          run by node, or only parsed if it names a file
 * - file=PATH      the block, of whatever language, is written there first, and later blocks can use it
 * - needs=PATH     skipped where that is absent, or needs=PROGRAM, one on the PATH; several have a comma between them. A path
 *                  that begins with ../shared/ is found by itself. With needs=redis-server there is a server for the page,
 *                  at the address that it has as redis://localhost:6379
 * - skip="reason"  never run
 *
 * Other blocks (```text, ```jsonc, ```console) are only read.
 *
 *   npm run doc-examples -- plugin-guide     only pages with that in their path
 *
 * @module
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { hasRedis, RedisServer } from "../test/redis.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Milliseconds that one command may take. */
const LIMIT = 120_000;
/** The address of a queue on the pages. */
const QUEUE = "redis://localhost:6379";
/** Codes of a manifest that is right but for data that are not here. */
const ABSENT = ["TABLE_MISSING", "CANNOT_READ"];
/** What there is beside what the package depends on, where pages say that it is to be installed. */
const BESIDE = [
  ...["fast-check", "typescript", "@types", "undici-types", "deno", "esbuild", "@esbuild", "sharp", "@img"],
  ...["bullmq", "ioredis"],
];
/** Pages under way. */
const SIDE_BY_SIDE = 2;
/** Before each script. */
const BEFORE = "exec 2>&1\ntrap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n";

interface Block {
  readonly line: number;
  readonly language: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

const LANGUAGES: Readonly<Record<string, (block: Block, folder: string) => Promise<void>>> = { sh, json, ts, js };

if (!existsSync(join(root, "dist/app/cli/evoke.js"))) {
  console.error("Cannot run the examples: dist/app/cli/evoke.js is missing.\n  Build it with: npm run build");
  process.exit(1);
}
const within = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`);
const pages = ["README.md", ...within("docs"), ...within("examples")]
  .filter((page) => page.endsWith(".md") && existsSync(join(root, page)))
  .filter((page) => process.argv.length === 2 || process.argv.slice(2).some((part) => page.includes(part)));
const total = { passed: 0, failed: 0, skipped: 0 };
const modules = install();
const waiting = pages.sort();
const next = async (): Promise<void> => {
  for (let page = waiting.shift(); page !== undefined; page = waiting.shift()) await runPage(page);
};
await Promise.all(Array.from({ length: SIDE_BY_SIDE }, next));
rmSync(dirname(modules), { recursive: true, force: true });
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed + total.skipped === 0 ? 1 : 0;

async function runPage(page: string): Promise<void> {
  const blocks = blocksOf(readFileSync(join(root, page), "utf8")).filter(
    ({ language, attributes }) => language in LANGUAGES || attributes.file !== undefined,
  );
  if (blocks.length === 0) return;
  const scratch = mkdtempSync(join(tmpdir(), "evoke-docs-"));
  const folder = prepare(scratch, blocks);
  const queue = hasRedis && blocks.some(({ attributes }) => attributes.needs?.includes("redis-server")) ? new RedisServer() : undefined;
  await queue?.start();
  const notes: string[] = [];
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const block of blocks) {
    const reason = count.failed > 0 ? "a block before it failed" : reasonToSkip(block, folder);
    if (reason !== undefined) {
      count.skipped++;
      notes.push(`skipped ${page}:${block.line}: ${reason}`);
      continue;
    }
    try {
      const { file } = block.attributes;
      if (file !== undefined) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), block.text);
      }
      await LANGUAGES[block.language]?.({ ...block, text: block.text.replaceAll(QUEUE, queue?.url ?? QUEUE) }, folder);
      count.passed++;
    } catch (error) {
      count.failed++;
      notes.push(`  ${page}:${block.line}: ${(error as Error).message}`);
    }
  }
  for (const key of ["passed", "failed", "skipped"] as const) total[key] += count[key];
  const counts = Object.entries(count).filter(([key, value]) => value > 0 || key === "passed");
  console.log(`${count.failed > 0 ? "✘" : "·"} ${page}: ${counts.map(([key, value]) => `${value} ${key}`).join(", ")}`);
  for (const note of notes) console.log(note);
  await queue?.stop();
  rmSync(scratch, { recursive: true, force: true });
}

/** The fenced blocks of a page, with their line numbers. */
function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  const lines = page.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const opened = /^( *)(`{3,})(\w*)(.*)$/.exec(lines[at]!);
    if (!opened) continue;
    const [, indent, fence, language, rest] = opened as unknown as [string, string, string, string, string];
    const end = lines.findIndex((line, index) => index > at && line.trim() === fence);
    const text = lines.slice(at + 1, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    const attributes = [...rest.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)].map(([, key, quoted, plain]) => [key, quoted ?? plain]);
    blocks.push({ line: at + 1, language, attributes: Object.fromEntries(attributes), text: `${text.join("\n")}\n` });
    at = end;
  }
  return blocks;
}

/** Installs the package as it is packed, for all pages. @returns the folder of modules */
function install(): string {
  const folder = mkdtempSync(join(tmpdir(), "evoke-installed-"));
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  const npm = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  const [packed] = execFileSync("npm", npm, { cwd: root, encoding: "utf8" }).trim().split("\n").slice(-1);
  execFileSync("tar", ["-xzf", join(folder, packed!), "-C", folder]);
  renameSync(join(folder, "package"), join(modules, "evoke-nas"));
  symlinkSync("../evoke-nas/dist/app/cli/evoke.js", join(modules, ".bin/evoke"));
  for (const name of ["deno", "esbuild"]) symlinkSync(join(root, "node_modules/.bin", name), join(modules, ".bin", name));
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const needed = Object.entries(packages as Readonly<Record<string, { readonly dev?: boolean }>>).flatMap(([path, { dev }]) =>
    path !== "" && !dev ? [/^node_modules\/(@?[^/]+)/.exec(path)![1]!] : [],
  );
  for (const name of new Set([...needed, ...BESIDE]))
    if (existsSync(join(root, "node_modules", name))) symlinkSync(join(root, "node_modules", name), join(modules, name));
  return modules;
}

/** Makes the folder that the blocks of a page run in. */
function prepare(scratch: string, blocks: readonly Block[]): string {
  const folder = join(scratch, "evoke");
  mkdirSync(folder);
  mkdirSync(join(scratch, "home"));
  symlinkSync(modules, join(folder, "node_modules"));
  for (const name of ["manifests", "examples"])
    if (blocks.some(({ text }) => text.includes(name))) cpSync(join(root, name), join(folder, name), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }\n');
  if (existsSync(join(root, "../shared"))) symlinkSync(join(root, "../shared"), join(scratch, "shared"));
  return folder;
}

function reasonToSkip({ text, attributes }: Block, folder: string): string | undefined {
  if (attributes.skip !== undefined) return attributes.skip;
  const needs = [
    ...(attributes.needs?.split(",") ?? []),
    ...[...text.matchAll(/(?<![\w/])\.\.\/shared\/[\w./-]*\w/g)].map(([path]) => path),
  ];
  const absent = needs.find((path) => !existsSync(join(folder, path)) && !isProgram(path));
  return absent === undefined ? undefined : `${absent} is absent`;
}

function isProgram(name: string): boolean {
  return !name.includes("/") && (process.env.PATH ?? "").split(delimiter).some((place) => existsSync(join(place, name)));
}

/** Runs a program in the folder. @returns what it printed. @throws if its status is not the wanted one. */
async function run(program: string, args: readonly string[], folder: string, wanted = 0): Promise<string> {
  const environment = Object.entries(process.env).filter(([name]) => !/^(npm_|EVOKE_|XDG_|FORCE_COLOR$)/.test(name));
  const child = spawn(program, args, {
    cwd: folder,
    timeout: LIMIT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...Object.fromEntries(environment),
      HOME: join(folder, "../home"),
      NO_COLOR: "1",
      PATH: `${join(folder, "node_modules/.bin")}:${process.env.PATH}`,
    },
  });
  const texts = Promise.all([text(child.stdout), text(child.stderr)]);
  const [status, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  const [stdout, stderr] = await texts;
  if (status !== wanted) {
    const ended = signal ? `was stopped (${signal}) after ${LIMIT / 1000} s` : `ended with status ${status}, not ${wanted}`;
    throw new Error(`${args.at(-1)!.replace(BEFORE, "").trim()}\n${ended}; it printed\n${stdout}${stderr}`);
  }
  return stdout + stderr;
}

async function sh({ text, attributes }: Block, folder: string): Promise<void> {
  const status = Number(attributes.exit ?? 0);
  const script = (command: string) => run("bash", ["-euo", "pipefail", "-c", `${BEFORE}${command}`], folder, status);
  if (!/^\$ /m.test(text)) {
    await script(text);
    return;
  }
  for (const step of text.split(/^\$ /m).slice(1)) {
    const lines = step.trimEnd().split("\n");
    const end = lines.findIndex((line) => !line.endsWith("\\")) + 1;
    const printed = await script(lines.slice(0, end).join("\n"));
    const expected = lines.slice(end);
    if (expected.length > 0 && !matches(printed, expected))
      throw new Error(`${lines[0]}\nprinted\n${printed}but the page shows\n${expected.join("\n")}`);
  }
}

/** Compares what was printed with what a page shows; "…" stands for anything in a line, or alone for any lines. */
function matches(printed: string, expected: readonly string[]): boolean {
  const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const lines = expected.map((line) => (line.trim() === "…" ? "(?:.*\n)*?" : `${line.trimEnd().split("…").map(escaped).join(".*")}\n`));
  return new RegExp(`^${lines.join("")}$`).test(`${printed.trimEnd().replaceAll(/[ \t]+$/gm, "")}\n`);
}

async function json({ line, text, attributes }: Block, folder: string): Promise<void> {
  const value = JSON.parse(text) as object;
  if (!("name" in value && "space" in value)) return;
  const file = attributes.file ?? `example-${line}.json`;
  writeFileSync(join(folder, file), text);
  const [verdict] = JSON.parse(await run("bash", ["-c", `evoke validate --trust --json ${file} 2>/dev/null || true`], folder));
  if (!verdict.valid && !verdict.codes.every((code: string) => ABSENT.includes(code))) throw new Error(verdict.message);
}

async function js({ line, text, attributes }: Block, folder: string): Promise<void> {
  const file = attributes.file ?? `example-${line}.js`;
  writeFileSync(join(folder, file), text);
  await run("node", attributes.file === undefined ? [file] : ["--check", file], folder);
}

async function ts({ line, text, attributes }: Block, folder: string): Promise<void> {
  const file = attributes.file ?? `example-${line}.ts`;
  writeFileSync(join(folder, file), text);
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2023", "--skipLibCheck", "--allowImportingTsExtensions"];
  await run("node", [join(root, "node_modules/typescript/bin/tsc"), ...options, "--types", "node", file], folder);
}
