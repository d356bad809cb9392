/** What architectures of a described space look like. @module */
import type { Architecture } from "../architecture.ts";
import type { Drawing, DrawnLayer, DrawnRow } from "../drawing.ts";
import { type Layer, type Network, type Shape, shapesOf } from "../network.ts";
import type { Component } from "./components.ts";
import { PROJECTION } from "./layers.ts";

/** Without a network: what was chosen, a row for each copy of what is repeated. */
export function choicesDrawing(components: readonly Component[], architecture: Architecture, text: string): Drawing {
  const rows: { label: string; layers: DrawnLayer[]; output: string }[] = [];
  for (const [place, { name, template, copies, choices, condition }] of components.entries()) {
    const choice = architecture[place]!;
    if (condition && choice === 0) continue;
    const label = copies.join(".");
    if (rows.at(-1)?.label !== label) rows.push({ label, layers: [], output: "" });
    const short = copies.length > 0 ? template.replaceAll("#", "").replaceAll(/ +/g, " ").trim() : name;
    rows.at(-1)!.layers.push({ label: `${short}: ${choices[choice]}`, width: 1 });
  }
  return { kind: "layers", title: `The architecture ${text}`, input: "", rows, colours: [] };
}

/**
 * With a network: its layers that have weights, pools, and where paths meet, a row for each block, as wide as their channels,
 * the colour that of the kernel.
 * @param networks  some that have every kernel that there is
 */
export function networkDrawing(networks: readonly Network[]): (network: Network, text: string) => Drawing {
  const kernels = [...new Set(networks.flatMap(({ layers }) => layers.map(kernelOf).filter((kernel) => kernel > 1)))].sort((a, b) => a - b);
  const most = Math.max(...networks.flatMap((network) => shapesOf(network).map(([, , channels]) => channels)));
  return (network, text) => {
    const shapes = shapesOf(network);
    const rows: DrawnRow[] = [];
    let before: string | undefined;
    for (const [i, layer] of network.layers.entries()) {
      const label = labelOf(layer, shapes[i]!);
      if (i === 0) continue;
      const row = rows.at(-1);
      const same = row && before === layer.part;
      before = layer.part;
      const layers = [...(same ? row.layers : []), ...(label === undefined ? [] : [boxOf(label, layer, shapes[i]!)])];
      const drawn = { label: layer.part?.replaceAll("/", ", ") ?? "", layers, output: shapeText(shapes[i]!) };
      if (same) rows[rows.length - 1] = drawn;
      else rows.push(drawn);
    }
    const colours = kernels.map((kernel) => `kernel ${kernel}×${kernel}`);
    return { kind: "layers", title: `The network ${text}`, input: shapeText(shapes[0]!), rows, colours };
  };

  function boxOf(label: string, layer: Layer, [, , channels]: Shape): DrawnLayer {
    const colour = kernels.indexOf(kernelOf(layer));
    return { label, width: 0.5 + (0.5 * channels) / most, ...(colour >= 0 && { colour }) };
  }
}

function kernelOf(layer: Layer): number {
  return layer.kind === "convolution" || layer.kind === "depthwise" ? layer.kernel : 0;
}

function labelOf(layer: Layer, [, , channels]: Shape): string | undefined {
  const window = "kernel" in layer ? `${layer.kernel}×${layer.kernel}${layer.stride > 1 ? ` / ${layer.stride}` : ""}` : "";
  switch (layer.kind) {
    case "convolution":
      return layer.weights?.includes(`/${PROJECTION}`) ? `${PROJECTION}, ${channels}` : `${window}, ${channels}`;
    case "depthwise":
      return `depthwise ${window}`;
    case "average-pool":
      return `average ${window}`;
    case "max-pool":
      return `maximum ${window}`;
    case "global-average-pool":
      return "pool";
    case "sum":
      return "+";
    case "concatenation":
      return "concatenation";
    case "scale":
      return "×";
    case "linear":
      return `linear, ${channels}`;
    default:
      return undefined;
  }
}

function shapeText([height, width, channels]: Shape): string {
  return `${height} × ${width}, ${channels} channel${channels === 1 ? "" : "s"}`;
}
