/**
 * How well supernets rank architectures, by scripts/measuring/supernet-ranking.ts.
 *
 * @module
 */
import { node } from "../command.ts";
import { fixed, table } from "./markdown.ts";
import { out, seeds } from "./matrices.ts";

/** What the script prints; more is in it. */
interface Ranking {
  readonly architectures: number;
  readonly kendallTau: number;
  readonly standardError: number;
  readonly spearman: number;
  readonly kendallTauBetweenSeeds: number | null;
  readonly measured: readonly { readonly supernet: number; readonly training: readonly number[] }[];
}

/** By the name that the script knows, how many architectures are ranked, and what they are. */
const RANKED = [
  { name: "digits-201", count: 100, title: "cells of NAS-Bench-201 (`supernet-digits-201.json`)" },
  { name: "digits", count: 60, title: "MobileNet-like networks (`supernet-digits.json`)" },
];
/** Where the page is not to be kept, small ones will do. */
const QUICK = { count: 6, changes: ["/evaluator/options/training/epochs=2"] };

function ranking(name: string, count: number, changes: readonly string[]): Ranking {
  return JSON.parse(
    node("--import", "tsx", "scripts/measuring/supernet-ranking.ts", "--out", out, name, String(count), ...changes),
  ) as Ranking;
}

export function rankings(): string {
  const range = (values: readonly number[]) => `${fixed(Math.min(...values), 1)} to ${fixed(Math.max(...values), 1)}`;
  return table(
    ["supernet of", ">ranked", ">τ", ">ρ", ">τ of two seeds", ">trained (%)", ">shared weights (%)"],
    RANKED.map(({ name, count, title }) => {
      const { architectures, kendallTau, standardError, spearman, kendallTauBetweenSeeds, measured } =
        seeds === undefined ? ranking(name, count, []) : ranking(name, QUICK.count, QUICK.changes);
      return [
        ...[title, architectures, `${fixed(kendallTau)} ± ${fixed(standardError)}`, fixed(spearman)],
        kendallTauBetweenSeeds === null ? "–" : fixed(kendallTauBetweenSeeds),
        range(measured.map(({ training }) => training.reduce((sum, value) => sum + value, 0) / training.length)),
        range(measured.map(({ supernet }) => supernet)),
      ];
    }),
  );
}
