/** `evoke merge`: joins what shards, or other calls, have kept in folders of their own. @module */
import { dirname } from "node:path";
import process from "node:process";
import { optionMissing } from "../../../../core/errors/index.ts";
import { type Merged, type MergedMatrix, merge } from "../../../host/shards/merge.ts";
import { shortPath } from "../../../host/short-path.ts";
import { seedsText } from "../../failures.ts";
import { print } from "../../streams.ts";
import { progressLine, say, stderrTerminal, whole } from "../../terminal.ts";

export interface MergeOptions {
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** The status is 1 if runs are missing. */
export async function mergeCommand(from: readonly string[], { out, json = false, quiet = false }: MergeOptions): Promise<void> {
  if (out === undefined && from.length > 1)
    throw optionMissing("merge", `${from.length} folders are named, and none for all of it`, "Name it with --out DIR.");
  const into = out ?? from[0]!;
  const terminal = stderrTerminal(quiet);
  const status = progressLine(terminal);
  const merged = await merge(from, into, (file) => status.show(() => `merges ${file}`, false));
  status.show(() => `merged ${merged.stores.length} ${merged.stores.length === 1 ? "store" : "stores"}`, true);
  for (const line of notesOf(merged)) say(terminal, line);
  print(json ? `${JSON.stringify(merged)}\n` : textOf(merged, from, into));
  if (merged.matrices.some(({ missing }) => missing.length > 0)) process.exitCode = 1;
}

/** What people should know of the stores. */
function notesOf({ stores }: Merged): string[] {
  return stores.flatMap(({ file, damaged, otherwise, pagesDamaged }) => {
    const digests = [...new Set(damaged.map(({ digest }) => digest))];
    return [
      ...(pagesDamaged
        ? [`Pages of ${file} are damaged: what is intact in it was merged. See also: evoke doctor --store ${shortPath(dirname(file))}`]
        : []),
      ...digests.map((digest) => {
        const runs = damaged.filter((run) => run.digest === digest);
        const name = runs[0]!.cell ?? digest;
        return `${seedsText(runs.map(({ seed }) => seed))} of "${name}" in ${file} is damaged, and was left out.`;
      }),
      ...(otherwise > 0
        ? [
            `${whole(otherwise)} shared evaluations in ${file} came out otherwise than in a store before it, whose are kept: their evaluator does not repeat.`,
          ]
        : []),
    ];
  });
}

function textOf({ store, stores, matrices }: Merged, from: readonly string[], into: string): string {
  const sum = (what: "runs" | "known" | "journals") => stores.reduce((total, one) => total + one[what], 0);
  const there = sum("known") > 0 ? `, ${whole(sum("known"))} were there already` : "";
  const journals = sum("journals") > 0 ? `, and what is done of ${whole(sum("journals"))} unfinished ones` : "";
  const again = `evoke merge ${from.join(" ")}${from.length > 1 ? ` --out ${into}` : ""}`;
  return [
    `${store}: ${whole(sum("runs"))} runs of ${whole(stores.length)} ${stores.length === 1 ? "store" : "stores"}${journals}${there}`,
    ...matrices.flatMap((matrix) => ["", ...linesOf(matrix, into, again)]),
    "",
  ].join("\n");
}

function linesOf({ matrix, folder, command, cells, runs, missing, shards = [] }: MergedMatrix, into: string, again: string): string[] {
  const lacking = missing.reduce((sum, { seeds }) => sum + seeds.length, 0);
  const ofCells = command === "run" ? "" : ` · ${whole(cells)} cells`;
  return [
    `${matrix}${ofCells} · ${whole(runs - lacking)} of ${whole(runs)} runs`,
    ...(lacking > 0 ? missingLines(lacking, shards, command, into, again) : []),
    `statistics and figures: evoke report ${folder}`,
  ];
}

function missingLines(
  lacking: number,
  shards: NonNullable<MergedMatrix["shards"]>,
  command: MergedMatrix["command"],
  into: string,
  again: string,
): string[] {
  const are = `${whole(lacking)} ${lacking === 1 ? "run is" : "runs are"} missing`;
  if (shards.length === 0)
    return [`${are}; the call that did the others does them, with --out ${into}:`, `  evoke ${command} MANIFEST … --out ${into}`];
  return [
    `${are}; these calls do them, with the other options as before:`,
    ...shards.map(
      ({ number, of, out, begun }) =>
        `  evoke ${command} MANIFEST … --shard ${number}/${of} --out ${out}${begun ? "" : "      (it has no store yet)"}`,
    ),
    `  ${again}`,
  ];
}
