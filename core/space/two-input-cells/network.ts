/**
 * The network of two repeated cells, as DARTS builds it for CIFAR-10 (Liu et al. 2019, arXiv:1806.09055, Section 3.1.1,
 * and their published code); that of NASNet-A (6 @ 768) for CIFAR-10 has the same plan.
 *
 * A 3×3 convolution with three times the channels; cells, of which those at ⅓ and ⅔ are reduction cells, which halve the
 * size and double the channels; global average pool; linear classifier. In a cell each of the two states that it begins
 * with goes through a 1×1 convolution to the cell's channels, or through a factorised reduction where it is of the size
 * before a reduction; operations of a reduction cell on these two have stride 2.
 *
 * Different from the authors: no auxiliary classifier, and no path is dropped in training.
 *
 * @module
 */
import type { OptionsOf } from "../../json/options.ts";
import { type Network, NetworkWriter } from "../network.ts";
import { type Cell, type CellForm, type Cells, INPUTS, outputStates } from "./cells.ts";
import { type CellOperation, CellWriter } from "./operations.ts";

/** The options of the network, with the channels that were published. */
export function skeletonProperties<const C extends number>(channels: C) {
  return {
    channels: {
      type: "integer",
      minimum: 2,
      maximum: 4096,
      default: channels,
      description: "channels of the first cells; those of the stem are 3 times as many",
    },
    cells: { type: "integer", minimum: 3, maximum: 200, default: 20, description: "cells, of which those at ⅓ and ⅔ are reduction cells" },
    imageSize: { type: "integer", minimum: 1, maximum: 4096, default: 32, description: "height and width of the input" },
    imageChannels: { type: "integer", minimum: 1, maximum: 4096, default: 3, description: "channels of the input" },
    classes: { type: "integer", minimum: 2, maximum: 65_536, default: 10, description: "outputs of the classifier" },
  } as const;
}

export type Skeleton = OptionsOf<{
  readonly type: "object";
  readonly additionalProperties: false;
  readonly properties: ReturnType<typeof skeletonProperties>;
}>;

const STEM_MULTIPLIER = 3;

/** A state outside of the cells: the output of a cell, or of the stem. */
interface Output {
  readonly layer: number;
  /** How often the image was halved before. */
  readonly halvings: number;
}

/** A cell of the network, with what is there before it is written. */
export interface CellPlace {
  readonly kind: keyof Cells;
  readonly writer: CellWriter;
  /** The layers of the states that it begins with. */
  readonly begin: readonly number[];
  readonly channels: number;
  /** Of operations on the states that it begins with. */
  readonly stride: number;
  readonly name: string;
}

/** What the weights of an operation are called, which joins two states of a cell. */
export function operationName(cell: string, from: number, to: number, operation: CellOperation): string {
  return `${cell}/${from} → ${to}/${operation}`;
}

/** @param named  true if the weights get names: of a cell's operation by the cell, the states that it joins, and itself */
export function cellNetwork(cells: Cells, form: CellForm, skeleton: Skeleton, named: boolean): Network {
  return networkOfCells(skeleton, named, (place) => closedCell(place, cells[place.kind], form));
}

/** @param cell  writes a cell; gives the layer of its output */
export function networkOfCells(skeleton: Skeleton, named: boolean, cell: (place: CellPlace) => number): Network {
  const { channels, imageSize, imageChannels, classes } = skeleton;
  const net = new NetworkWriter([imageSize, imageSize, imageChannels]);
  const reductions = [1, 2].map((third) => Math.floor((third * skeleton.cells) / 3));

  const nameOf = (name: string) => (named ? name : undefined);
  const stem = net.within("stem", () =>
    net.batchNorm(net.convolution(net.image, 3, STEM_MULTIPLIER * channels, 1, nameOf("stem")), nameOf("stem")),
  );
  let states: readonly [Output, Output] = [
    { layer: stem, halvings: 0 },
    { layer: stem, halvings: 0 },
  ];
  for (let i = 0; i < skeleton.cells; i++) {
    const { halvings } = states[1];
    const reduces = reductions.includes(i);
    const width = channels * 2 ** (halvings + Number(reduces));
    const name = `cell ${i}`;
    const layer = net.within(name, () => {
      const writer = new CellWriter(net, named);
      const begin = states.map((state, input) => {
        const way = `${name}/input ${input}`;
        return state.halvings < halvings ? writer.reduced(state.layer, width, way) : writer.convolved(state.layer, 1, width, 1, way);
      });
      return cell({ kind: reduces ? "reduction" : "normal", writer, begin, channels: width, stride: reduces ? 2 : 1, name });
    });
    states = [states[1], { layer, halvings: halvings + Number(reduces) }];
  }
  net.within("head", () => net.linear(net.globalAveragePool(states[1].layer), classes, nameOf("classifier")));
  return net.network();
}

function closedCell({ writer, begin, channels, stride, name }: CellPlace, cell: Cell, form: CellForm): number {
  const layers = [...begin];
  for (const node of cell) {
    const to = layers.length;
    const summands = node.map(({ operation, from }) =>
      writer.operation(operation, layers[from]!, channels, from < INPUTS ? stride : 1, operationName(name, from, to, operation)),
    );
    layers.push(writer.net.sum(summands));
  }
  return writer.net.concatenate(outputStates(cell, form).map((state) => layers[state]!));
}
