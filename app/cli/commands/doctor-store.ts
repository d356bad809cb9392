/** `evoke doctor --store`: what is intact of the runs that are kept in a folder, what is lost, and how to go on. @module */
import process from "node:process";
import { documentsIn } from "../../host/shards/documents.ts";
import { wayOn } from "../../host/store/database.ts";
import { storeFile } from "../../host/store/matrix-document.ts";
import { checkStore, type StoreCheck } from "../../host/store/salvage/check-store.ts";
import { seedsText } from "../failures.ts";
import { print } from "../streams.ts";
import { whole } from "../terminal.ts";

/** What `evoke doctor --store --json` prints; a contract, see docs/guide/json-documents.md. */
type NamedCheck = Omit<StoreCheck, "experiments"> & {
  /** Named where a matrix.json beside the store has the experiment. */
  readonly experiments: readonly (StoreCheck["experiments"][number] & { readonly cell?: string })[];
};

/** The status is 1 if something is lost, or the file cannot be used as it is. */
export async function doctorStoreCommand(out: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  const check = await checkStore(storeFile(out));
  const names = namesIn(out);
  const named: NamedCheck = {
    ...check,
    experiments: check.experiments.map((one) => ({ ...one, ...(names.has(one.digest) && { cell: names.get(one.digest)! }) })),
  };
  print(json ? `${JSON.stringify(named)}\n` : textOf(named));
  if (!check.usable || lostOf(check) > 0) process.exitCode = 1;
}

/** What people call experiments, by digest; no names where a matrix.json is damaged itself. */
function namesIn(out: string): ReadonlyMap<string, string> {
  try {
    return new Map(documentsIn(out).flatMap(({ document }) => document.cells.map(({ digest, name }) => [digest, name] as const)));
  } catch {
    return new Map();
  }
}

function lostOf({ runs, evaluations, shared, asked }: NamedCheck | StoreCheck): number {
  return runs.lost + evaluations.lost + shared.lost + asked.lost;
}

function textOf(check: NamedCheck): string {
  const { store, usable, problem, experiments } = check;
  const damaged = experiments.filter(({ lost }) => lost.length > 0);
  const counts = (["runs", "evaluations", "shared", "asked"] as const).filter((what) => check[what].intact + check[what].lost > 0);
  return [
    usable ? `${store}\n` : `${store} is damaged: ${problem}\n`,
    ...counts.map((what) => `  ${NAMES[what].padEnd(24)} ${whole(check[what].intact)} intact, ${whole(check[what].lost)} lost\n`),
    ...(counts.length === 0 ? ["  nothing in it is intact\n"] : []),
    ...damaged.map(
      ({ digest, cell, lost }) => `${seedsText(lost)} of ${cell === undefined ? `the experiment ${digest}` : `"${cell}"`} is lost.\n`,
    ),
    ...remedyOf(check),
  ].join("");
}

const NAMES = {
  runs: "finished runs",
  evaluations: "evaluations of runs",
  shared: "shared evaluations",
  asked: "asked evaluations",
} as const;

function remedyOf(check: NamedCheck): string[] {
  if (!check.usable) return [`${wayOn(check.store).replaceAll("\n  ", "\n")}\n`];
  return [lostOf(check) > 0 ? "The command that did it finds what is lost, and does it again.\n" : "Nothing is lost.\n"];
}
