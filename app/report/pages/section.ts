/** The parts of a report, whatever its format. @module */
import type { Figure } from "../figures/figure.ts";
import type { ReportTable } from "../tables/table.ts";

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "definitions"; readonly items: readonly (readonly [string, string])[] }
  | { readonly kind: "table"; readonly title: string; readonly table: ReportTable }
  | { readonly kind: "log"; readonly title: string; readonly text: string }
  | { readonly kind: "figure"; readonly figure: Pick<Figure, "name" | "caption"> };
