/**
 * Every cell of a panel against every other, as a matrix of differences.
 *
 * @module
 */
import { better } from "../../../core/plugin/metric.ts";
import { SIGNIFICANT } from "../comparisons/estimates.ts";
import type { Panel } from "../document.ts";
import { counted, metricName, signed, unitOfDifference } from "../format.ts";
import { bestFirst } from "../tables/pairs.ts";
import { digitsOf } from "../tables/tables.ts";
import { COLOURS, type Figure, namesDown, said, specification } from "./figure.ts";

const ROW = 24;
/** Pixels of a digit, and beside the number. */
const DIGIT = 6.4;
const BESIDE = 10;
/** From this part of the largest difference on, colours are too dark for black letters. */
const DARK = 0.55;

export function pairsFigure(panel: Panel): Figure | undefined {
  const { pairs, measure } = panel;
  if (!pairs) return undefined;
  const names = bestFirst(panel);
  const places = names.map((_, i) => String(i + 1));
  const numbered = (name: string) => names.indexOf(name) + 1;
  const digits = digitsOf(panel);
  const values = pairs.comparisons.flatMap(({ first, second, difference, holm }) =>
    [
      { row: first, column: second, difference },
      { row: second, column: first, difference: -difference },
    ].map(({ row, column, difference }) => ({
      ...{
        cell: `${numbered(row)} ${row}`,
        column: String(numbered(column)),
        other: column,
        difference,
        text: signed(difference, digits),
        holm,
      },
    })),
  );
  const apart = values.filter(({ holm }) => holm < SIGNIFICANT);
  const largest = Math.max(...apart.map(({ difference }) => Math.abs(difference)), Number.MIN_VALUE);
  const by = better(panel.metrics[measure]);
  const unit = unitOfDifference(panel.metrics[measure]);
  const metric = metricName(panel.metrics[measure], measure);
  const key = apart.length > 0 ? "coloured where Holm p < 0.05, blue where the row is better" : "none with Holm p < 0.05";
  const columns = {
    field: "column",
    type: "nominal",
    title: null,
    scale: { domain: places },
    axis: { orient: "top", labelAngle: 0, grid: false, ticks: false, domain: false, labelPadding: 6 },
  };
  return {
    name: "pairs",
    caption:
      `Differences in ${metric} between all pairs of ${counted(names.length, "cell")}, row less column on the same seeds (${unit}), the best mean first; ` +
      `${apart.length > 0 ? "coloured where significant, " : "none significant, "}Holm p < 0.05 over all pairs.`,
    spec: specification("All pairs", [`row less column (${unit}), the best first; ${key}`], {
      width: { step: Math.ceil(BESIDE + DIGIT * Math.max(...values.map(({ text }) => text.length))) },
      height: { step: ROW },
      encoding: {
        x: columns,
        y: { ...namesDown(names), scale: { domain: names.map((name, i) => `${places[i]} ${name}`) } },
        ...said(values, { cell: "row", other: "column", text: `difference (${unit})`, holm: "Holm p" }),
      },
      layer: [
        { data: { values: values.filter((one) => !apart.includes(one)) }, mark: { type: "rect", color: "#f3f3f3", stroke: "white" } },
        ...(apart.length > 0
          ? [
              {
                data: { values: apart },
                mark: { type: "rect", stroke: "white" },
                encoding: {
                  color: {
                    field: "difference",
                    type: "quantitative",
                    scale: { domain: [-by * largest, 0, by * largest], range: [COLOURS[1], "#ffffff", COLOURS[0]], clamp: true },
                    legend: null,
                  },
                },
              },
            ]
          : []),
        {
          data: { values: values.map((one) => ({ ...one, ink: inkOn(one, largest) })) },
          mark: { type: "text", fontSize: 11 },
          encoding: { text: { field: "text" }, color: { field: "ink", type: "nominal", scale: null } },
        },
      ],
      resolve: { scale: { color: "independent" } },
    }),
  };
}

function inkOn({ difference, holm }: { readonly difference: number; readonly holm: number }, largest: number): string {
  if (holm >= SIGNIFICANT) return "#777777";
  return Math.abs(difference) > DARK * largest ? "#ffffff" : "#111111";
}
