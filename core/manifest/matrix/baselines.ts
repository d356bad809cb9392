/** Which cell each cell of a matrix is compared with. @module */
import { listed, manifestInvalid, nearest } from "../../errors/index.ts";
import type { MadeCell } from "./cells.ts";
import type { RawMatrix } from "./raw-matrix.ts";

/**
 * The name of the baseline of each cell: in a factorial with variants the cell of one variant in the same panel.
 * @param wanted  as the manifest or its design says; where neither does, the cell that is the base, or else the first
 */
export function baselinesOf(file: string, raw: RawMatrix, cells: readonly MadeCell[], wanted: string | undefined): string[] {
  const byVariant = raw.design === "factorial" && Object.keys(raw.variants).length > 0;
  const called = ({ variant, name }: MadeCell) => (byVariant ? variant : name);
  const baseline = wanted ?? (cells.find(({ isBase }) => isBase) ?? cells[0]!).name;
  const problems = new Set<string>();
  const found = cells.map(({ panel }) => {
    const rivals = cells.filter((cell) => !byVariant || cell.panel === panel);
    const one = rivals.find((cell) => called(cell) === baseline);
    if (one) return one.name;
    const known = [...new Set(rivals.map(called))];
    const near = nearest(baseline, known);
    const hint = near ? `Did you mean "${near}"?` : `Known: ${listed(known, "; ")}.`;
    problems.add(`/baseline: there is no cell "${baseline}"${panel ? ` at ${panel}` : ""}. ${hint}`);
    return "";
  });
  if (problems.size > 0) throw manifestInvalid(file, [...problems]);
  return found;
}
