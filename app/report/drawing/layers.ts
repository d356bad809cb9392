/**
 * A network layer by layer: a row of boxes for each unit, and between the rows the shape of what passes.
 *
 * @module
 */
import type { DrawnLayer, LayersDrawing } from "../../../core/space/drawing.ts";
import { element, LIGHT, label, labelWidth, middle, type Picture, PLAIN, SOFT } from "./svg.ts";

const ROW_HEIGHT = 30;
/** Between rows, with an arrow and a shape. */
const BETWEEN = 28;
const GAP = 10;
const SWATCH = 12;

export function drawLayers({ input, rows, colours, note }: LayersDrawing): Picture {
  const layers = rows.flatMap((row) => row.layers);
  // So wide that every label fits its own layer.
  const widest = Math.max(110, ...layers.map((layer) => (labelWidth(layer.label) + 12) / layer.width));
  const left = 18 + Math.max(...rows.map((row) => labelWidth(row.label)));
  const widthOf = (row: readonly DrawnLayer[]) => row.reduce((sum, { width }) => sum + width * widest, 0) + GAP * (row.length - 1);

  const flows = input !== "";
  const between = flows ? BETWEEN : GAP;
  const elements = flows ? passing(input, left, 0) : [];
  let y = flows ? BETWEEN : 0;
  for (const row of rows) {
    elements.push(label(row.label, 0, middle(y + ROW_HEIGHT / 2), undefined, "start"));
    let x = left;
    for (const [i, layer] of row.layers.entries()) {
      if (flows && i > 0)
        elements.push(
          element("path", { d: `M${(x - GAP).toFixed(1)} ${y + ROW_HEIGHT / 2}h${GAP}`, stroke: PLAIN.stroke, "stroke-width": 2 }),
        );
      const width = layer.width * widest;
      elements.push(box(x, y, width, layer.colour), label(layer.label, x + width / 2, middle(y + ROW_HEIGHT / 2)));
      x += width + GAP;
    }
    if (flows) elements.push(...passing(row.output, left, y + ROW_HEIGHT));
    y += ROW_HEIGHT + between;
  }
  const legend = [...colours.entries()].map(([colour, text]) => ({ text, colour }));
  y += 8;
  let x = left;
  for (const { text, colour } of [...legend, ...(note === undefined ? [] : [{ text: note, colour: undefined }])]) {
    if (colour !== undefined) elements.push(box(x, y, SWATCH, colour, SWATCH));
    const start = colour === undefined ? x : x + SWATCH + 6;
    elements.push(label(text, start, middle(y + SWATCH / 2), SOFT, "start"));
    x = start + labelWidth(text) + 20;
  }
  const shapes = [input, ...rows.map((row) => row.output)].map((shape) => left + 30 + labelWidth(shape));
  const said = rows.map(
    (row) => `${row.label && `${row.label}: `}${row.layers.map((layer) => layer.label).join(", ")}${flows ? `, to ${row.output}` : ""}`,
  );
  return {
    width: Math.max(x - 20, ...shapes, ...rows.map((row) => left + widthOf(row.layers))),
    height: x > left ? y + SWATCH : y - 8,
    elements,
    description: `${[...(flows ? [input] : []), ...said].join("; ")}.`,
  };
}

/** What passes from one row to the next: an arrow and its shape. */
function passing(shape: string, left: number, y: number): string[] {
  const x = left + 16;
  const end = y + BETWEEN - 3;
  return [
    element("path", { d: `M${x} ${y + 3}V${end - 6}`, stroke: PLAIN.stroke, "stroke-width": 2 }),
    element("polygon", { points: `${x} ${end} ${x - 4} ${end - 7} ${x + 4} ${end - 7}`, fill: PLAIN.stroke }),
    label(shape, x + 14, middle(y + BETWEEN / 2), SOFT, "start"),
  ];
}

function box(x: number, y: number, width: number, colour: number | undefined, height = ROW_HEIGHT): string {
  const fill = colour === undefined ? PLAIN.fill : LIGHT[colour % LIGHT.length];
  return element("rect", { x, y, width, height, rx: height / 7, fill, stroke: colour === undefined ? PLAIN.stroke : undefined });
}
