/**
 * The space of NASNet: a normal and a reduction cell of 5 blocks, each of which adds two of 11 operations on any two
 * states before it.
 *
 * Zoph et al. 2018, "Learning Transferable Architectures for Scalable Image Recognition", arXiv:1707.07012, Section 3.
 *
 * | paper                                     | here                                                    |
 * | ----------------------------------------- | ------------------------------------------------------- |
 * | B = 5 blocks                              | `NODES`                                                 |
 * | steps 1 and 2, the two hidden states      | two components of a node                                |
 * | steps 3 and 4, the operations on them     | two components of a node                                |
 * | h_{i−1} and h_i                           | states 0 and 1; the blocks are 2 to 6                   |
 * | unused hidden states are concatenated     | those nodes that no other node reads                    |
 * | the size of the space                     | `size`: (6!² · 11¹⁰)² = 13,445,960,913,158,400² ≈ 10³²  |
 *
 * The two summands of a block may change places, and blocks that do not need each other may: that is the same function,
 * as `functionKey` says, and is written in its own way.
 *
 * Different from the paper: two of its 13 operations are missing, 1×3 then 3×1 and 1×7 then 7×1 convolutions, since
 * kernels are square here, and step 5, which chooses between addition and concatenation: all adds, as in the networks
 * that the paper publishes. A skip that halves the image is a factorised reduction, and dilated convolutions are
 * separable ones, as in DARTS.
 *
 * The textual form is that of the space `darts`, with 5 nodes; genotypes in the notation of DARTS are read, among them
 * NASNet-A. The network is the same too, by default of 20 cells and 32 channels, as NASNet-A (6 @ 768), which has
 * 3,061,738 parameters here; the paper's 3.3M are those with h_{i−1} in the output of each normal cell, although its
 * blocks use it (3,287,274). Weights have no names to be shared by, since which nodes make a cell's output, and so what
 * the next cell reads, depends on the cell.
 *
 * @module
 */
import { plugin } from "../core/plugin/plugin.ts";
import type { Architecture } from "../core/space/architecture.ts";
import { freeChoices } from "../core/space/free-choices.ts";
import { costOf } from "../core/space/network.ts";
import { type CellForm, type Cells, cellsKey } from "../core/space/two-input-cells/cells.ts";
import { CellComponents } from "../core/space/two-input-cells/components.ts";
import { cellsDrawing } from "../core/space/two-input-cells/drawing.ts";
import { cellsFeatures } from "../core/space/two-input-cells/features.ts";
import { cellNetwork, skeletonProperties } from "../core/space/two-input-cells/network.ts";
import type { CellOperation } from "../core/space/two-input-cells/operations.ts";
import { cellsText, readCells } from "../core/space/two-input-cells/text.ts";

const OPERATIONS: readonly CellOperation[] = [
  "skip_connect",
  "avg_pool_3x3",
  "max_pool_3x3",
  "max_pool_5x5",
  "max_pool_7x7",
  "conv_1x1",
  "conv_3x3",
  "sep_conv_3x3",
  "sep_conv_5x5",
  "sep_conv_7x7",
  "dil_conv_3x3",
];
const NODES = 5;
const FORM: CellForm = { space: "nasnet", nodes: NODES, operations: OPERATIONS, differentInputs: false, output: "unused-nodes" };

const components = new CellComponents(NODES, (state) => {
  const inputs = Array.from({ length: state }, (_, from) => String(from));
  return ["first", "second"].flatMap((which) => [
    { name: `${which} input`, choices: inputs },
    { name: `${which} operation`, choices: OPERATIONS },
  ]);
});

export default plugin({
  kind: "space",
  name: "nasnet",
  summary: "Normal and reduction cells of 5 blocks with any two inputs each and 11 operations",
  options: { type: "object", additionalProperties: false, properties: skeletonProperties(32) },
  needs: [],
  create(options) {
    const network = (architecture: Architecture) => cellNetwork(cellsOf(architecture), FORM, options, false);
    return {
      ...freeChoices(components.all.map(({ choices }) => choices)),
      components: components.all.map(({ name }) => name),
      nodes: components.nodes,
      encode: (architecture) => cellsText(cellsOf(architecture)),
      decode: (text) => architectureOf(readCells(text, FORM)),
      functionKey: (architecture) => cellsKey(cellsOf(architecture)),
      cost: (architecture) => costOf(network(architecture)),
      network,
      features: (architecture) => cellsFeatures(cellsOf(architecture)),
      drawing: (architecture) => cellsDrawing(cellsOf(architecture), FORM),
    };
  },
});

function cellsOf(architecture: Architecture): Cells {
  return components.cells(architecture, ([from, operation, otherFrom, otherOperation]) => [
    { operation: OPERATIONS[operation!]!, from: from! },
    { operation: OPERATIONS[otherOperation!]!, from: otherFrom! },
  ]);
}

/** The inverse of `cellsOf`. */
function architectureOf({ normal, reduction }: Cells): Architecture {
  return [...normal, ...reduction].flat().flatMap(({ operation, from }) => [from, OPERATIONS.indexOf(operation)]);
}
