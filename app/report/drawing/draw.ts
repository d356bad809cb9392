/**
 * Drawings of architectures as SVG: plain text that needs no browser, no font of its own, and no script.
 *
 * The ground is white in every drawing, as in the figures of reports, so that it reads in light and dark alike.
 * There are no ids, so that several drawings can stand in one page. Each has a title and, in `desc`, all that it shows.
 *
 * @module
 */
import type { Drawing } from "../../../core/space/drawing.ts";
import { drawGraph, drawGraphs } from "./graph.ts";
import { drawLayers } from "./layers.ts";
import { element, FONT_SIZE, INK, type Picture } from "./svg.ts";

const MARGIN = 16;

export function drawingSvg(drawing: Drawing): string {
  const { width, height, elements, description } = pictureOf(drawing);
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

function pictureOf(drawing: Drawing): Picture {
  switch (drawing.kind) {
    case "graph":
      return drawGraph(drawing);
    case "graphs":
      return drawGraphs(drawing);
    case "layers":
      return drawLayers(drawing);
  }
}
