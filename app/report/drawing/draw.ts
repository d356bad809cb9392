/**
 * Drawings of architectures as SVG: plain text that needs no browser, no font of its own, and no script.
 *
 * The ground is white in every drawing, as in the figures of reports, so that it reads in light and dark alike.
 * There are no ids, so that several drawings can stand in one page. Each has a title and, in `desc`, all that it shows.
 *
 * @module
 */
import type { Drawing } from "../../../core/space/drawing.ts";
import { drawGraph } from "./graph.ts";
import { drawLayers } from "./layers.ts";
import { element, FONT_SIZE, INK } from "./svg.ts";

const MARGIN = 16;

export function drawingSvg(drawing: Drawing): string {
  const { width, height, elements, description } = drawing.kind === "graph" ? drawGraph(drawing) : drawLayers(drawing);
  const [w, h] = [width, height].map((size) => Math.ceil(size) + 2 * MARGIN);
  const look = `font-family="Helvetica, Arial, sans-serif" font-size="${FONT_SIZE}" fill="${INK}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" ${look}>`,
    element("title", {}, drawing.title),
    element("desc", {}, description),
    `<rect width="${w}" height="${h}" fill="#ffffff"/>`,
    `<g transform="translate(${MARGIN} ${MARGIN})">`,
    ...elements,
    "</g>",
    "</svg>\n",
  ].join("\n");
}
