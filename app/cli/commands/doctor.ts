/** `evoke doctor`: what this installation can do, and why not more. @module */
import { availableParallelism, cpus } from "node:os";
import process from "node:process";
import { resolve as resolveModule } from "import-meta-resolve";
import { EvokeError } from "../../../core/errors/index.ts";
import { VERSION } from "../../../core/version.ts";
import { homeFolder } from "../../../training/home-folder.ts";
import { readsTypeScript } from "../../host/modules/module-type.ts";
import { missingPackages } from "../../host/queue/look/packages.ts";
import { installedSqlite, missingLibrary } from "../../host/store/sqlite.ts";
import { namedTables, TableFolder } from "../../host/tables/tables.ts";
import { print } from "../streams.ts";

/** What `evoke doctor --json` prints; a contract, see docs/guide/json-documents.md. */
export interface Diagnosis {
  readonly evoke: string;
  readonly runtime: string;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  /** WebAssembly SIMD, without which no learning controller runs. */
  readonly simd: boolean;
  /** What `training` and `tabulate` compute with: those of TensorFlow.js, the fastest first, and PyTorch. */
  readonly backends: readonly {
    readonly backend: string;
    readonly available: boolean;
    readonly detail: string;
    /** If it would be a graphics card's, and here is the processor's: it works, and is slow. */
    readonly software?: boolean;
  }[];
  /** The backend that is used where a manifest does not name one; null if there is none. */
  readonly backend: string | null;
  /** Where imported tables are. */
  readonly home: string;
  readonly tables: readonly {
    readonly name: string;
    readonly file: string;
    readonly embedded: boolean;
    readonly rows?: number;
    readonly problem?: string;
  }[];
  readonly parts: readonly { readonly part: string; readonly available: boolean; readonly detail: string }[];
}

export async function doctorCommand({ json = false }: { readonly json?: boolean }): Promise<void> {
  const diagnosis = await diagnose();
  print(json ? `${JSON.stringify(diagnosis)}\n` : textOf(diagnosis));
}

async function diagnose(): Promise<Diagnosis> {
  const backends = await backendsOf();
  return {
    evoke: VERSION,
    runtime: "Deno" in globalThis ? `Deno ${process.versions.deno}` : `Node ${process.versions.node}`,
    platform: `${process.platform} ${process.arch}`,
    processor: processor(),
    cores: availableParallelism(),
    simd: hasSimd(),
    backends,
    backend: backends.find(({ available, software = false }) => available && !software)?.backend ?? null,
    home: homeFolder(),
    tables: await tablesOf(),
    parts: [await storeOfRuns(), await queues(), typescriptPlugins(), contractSuites()],
  };
}

async function backendsOf(): Promise<Diagnosis["backends"]> {
  try {
    const { backendReports } = await import("../../../training/backends.ts");
    return await backendReports();
  } catch (error) {
    return [{ backend: "TensorFlow.js", available: false, detail: (error as Error).message.split("\n")[0]! }];
  }
}

async function tablesOf(): Promise<Diagnosis["tables"]> {
  const folder = new TableFolder(process.cwd());
  return Promise.all(
    (await namedTables()).map(async (named) => {
      try {
        return { ...named, rows: (await folder.open(named.name)).rows };
      } catch (error) {
        if (!(error instanceof EvokeError)) throw error;
        return { ...named, problem: error.message };
      }
    }),
  );
}

function processor(): string {
  try {
    return cpus()[0]?.model ?? "unknown";
  } catch {
    return "unknown: Deno may not look, allow it with --allow-sys=cpus";
  }
}

/** A function that makes a vector of 128 bits: it is valid only where there is SIMD. */
function hasSimd(): boolean {
  const module = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
  return WebAssembly.validate(Uint8Array.from(module));
}

function typescriptPlugins(): Diagnosis["parts"][number] {
  const available = readsTypeScript();
  return {
    part: "plugins in TypeScript",
    available,
    detail: available ? "this runtime reads TypeScript" : "needs Node 22.18 or newer, or Deno; plugins in JavaScript work",
  };
}

/** What keeps the runs of matrices. */
async function storeOfRuns(): Promise<Diagnosis["parts"][number]> {
  const part = "store of matrices";
  try {
    const { name, open } = await installedSqlite();
    open(":memory:").close();
    return { part, available: true, detail: name === "libsql" ? "libsql loads" : "node:sqlite is used; libsql's library is not installed" };
  } catch (error) {
    const library = missingLibrary(error);
    const remedy = library === undefined ? "" : `; npm install ${library}, or use Node 22.13 or newer, or Deno`;
    return {
      part,
      available: false,
      detail: `libsql does not load, and evoke matrix needs it: ${(error as Error).message.split("\n")[0]}${remedy}`,
    };
  }
}

async function queues(): Promise<Diagnosis["parts"][number]> {
  const missing = await missingPackages();
  const available = missing.length === 0;
  const detail = available ? "bullmq and ioredis are installed" : `need packages that nothing else needs: npm install ${missing.join(" ")}`;
  return { part: "queues", available, detail };
}

/** The contract suites for plugin authors draw their cases with a package that Evoke itself does without. */
function contractSuites(): Diagnosis["parts"][number] {
  try {
    resolveModule("fast-check", import.meta.url);
    return { part: "contract suites", available: true, detail: "fast-check is installed" };
  } catch {
    return { part: "contract suites", available: false, detail: "needs the package fast-check: npm install --save-dev fast-check" };
  }
}

function textOf({ evoke, runtime, platform, processor, cores, simd, backends, backend, home, tables, parts }: Diagnosis): string {
  const line = (key: string, value: string) => `${key.padEnd(22)} ${value}\n`;
  const mark = (available: boolean, text: string) => `${available ? "✔" : "✘"} ${text}`;
  return [
    line("Evoke", evoke),
    line("runtime", `${runtime}, ${platform}`),
    line("processor", `${processor}, ${cores} ${cores === 1 ? "core" : "cores"}`),
    line("WebAssembly SIMD", mark(simd, simd ? "controllers can learn" : "no learning controller runs: use another runtime or processor")),
    ...parts.map(({ part, available, detail }) => line(part, mark(available, detail))),
    "\nBackends, for training and tabulate\n",
    ...backends.map((one) => line(`  ${one.backend}`, mark(one.available, `${one.detail}${one.backend === backend ? ", used" : ""}`))),
    `\nTables, in ${home} and with Evoke\n`,
    ...tables.map(({ name, embedded, rows, problem }) =>
      line(
        `  ${name}`,
        mark(problem === undefined, problem ?? `${rows!.toLocaleString("en-US")} rows, ${embedded ? "with Evoke" : "imported"}`),
      ),
    ),
    ...(tables.length === 0 ? ["  none; import one with: evoke table add FILE\n"] : []),
  ].join("");
}
