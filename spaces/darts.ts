/**
 * The space of DARTS: a normal and a reduction cell of 4 nodes, each of which adds two of 7 operations on two different
 * states before it.
 *
 * Liu et al. 2019, "DARTS: Differentiable Architecture Search", arXiv:1806.09055. The space of NAS-Bench-301 is the same.
 *
 * | paper                     | here                                                                        |
 * | ------------------------- | --------------------------------------------------------------------------- |
 * | O without zero            | `OPERATIONS`                                                                |
 * | nodes 0 and 1             | the outputs of the cell before the last one, and of the last one            |
 * | the two retained inputs   | a component: each pair of states before the node; 1, 3, 6 and 10 of them    |
 * | their operations          | two components: the first of the state with the lower number                |
 * | (Π (k+1)k/2 · 7²)² ≈ 10¹⁸ | `size`: (1 · 3 · 6 · 10 · 7⁸)² = 1,037,664,180² = 1,076,746,950,455,072,400 |
 *
 * None, the eighth operation, cannot stand in an architecture: it is what the mixtures of the search are made of (`open`),
 * and Section 2.4 leaves it out where it derives the architecture. So each architecture has two inputs in each node, is
 * counted once, as in the paper, and none has dead parts. Node 2 has but one pair of inputs, and no component for it.
 *
 * The textual form is short: nodes with `|` between, the two cells with `/`, as
 * `sep3~0+sep3~1|sep3~0+sep3~1|skip~0+sep3~1|skip~0+dil3~2/…`, where sep3 is sep_conv_3x3 and ~0 says of which state.
 * Genotypes are read as they are published, `Genotype(normal=[('sep_conv_3x3', 0), …], …)`, whatever the order of a
 * node's two inputs; drawings have them in their title.
 *
 * The network is that of the authors for CIFAR-10: 20 cells, 36 channels. That of DARTS (second order), of 3.3M
 * parameters in the paper, has 3,349,342; the auxiliary classifier, which is for training, is not counted.
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
import { openCells } from "../core/space/two-input-cells/open.ts";
import type { CellOperation } from "../core/space/two-input-cells/operations.ts";
import { cellsText, readCells } from "../core/space/two-input-cells/text.ts";

const OPERATIONS: readonly CellOperation[] = [
  "max_pool_3x3",
  "avg_pool_3x3",
  "skip_connect",
  "sep_conv_3x3",
  "sep_conv_5x5",
  "dil_conv_3x3",
  "dil_conv_5x5",
];
const NODES = 4;
const FORM: CellForm = { space: "darts", nodes: NODES, operations: OPERATIONS, differentInputs: true, output: "every-node" };

/** The pairs of different states, those with lower states first: those that a node can have come before all others. */
const PAIRS = [0, 1, 2, 3].flatMap((node) => Array.from({ length: node + 1 }, (_, low): readonly [number, number] => [low, node + 1]));

const components = new CellComponents(NODES, (state) => {
  const pairs = PAIRS.filter(([, high]) => high < state);
  const operations = ["first", "second"].map((which) => ({ name: `${which} operation`, choices: OPERATIONS }));
  return pairs.length > 1 ? [{ name: "inputs", choices: pairs.map((pair) => pair.join(" and ")) }, ...operations] : operations;
});

/** Each operation everywhere, on pairs in which every state stands: so each edge has each operation in one of them. */
const ENVELOPE: readonly Architecture[] = PAIRS.flatMap(([low, high], pair) =>
  low + 1 < high
    ? []
    : OPERATIONS.map((_, operation) =>
        components.all.map(({ choices }) => (choices === OPERATIONS ? operation : Math.min(pair, choices.length - 1))),
      ),
);

export default plugin({
  kind: "space",
  name: "darts",
  summary: "Normal and reduction cells of 4 nodes with two inputs each and 7 operations: 10¹⁸ architectures",
  options: { type: "object", additionalProperties: false, properties: skeletonProperties(36) },
  needs: [],
  create(options) {
    const network = (architecture: Architecture) => cellNetwork(cellsOf(architecture), FORM, options, true);
    return {
      ...freeChoices(components.all.map(({ choices }) => choices)),
      components: components.all.map(({ name }) => name),
      nodes: components.nodes,
      encode: (architecture) => cellsText(cellsOf(architecture)),
      decode: (text) => architectureOf(readCells(text, FORM)),
      functionKey: (architecture) => cellsKey(cellsOf(architecture)),
      cost: (architecture) => costOf(network(architecture)),
      network,
      open(partial) {
        const { derive, operationsOf, ...open } = openCells(FORM, options, partial);
        return {
          ...open,
          derive: (weights) => architectureOf(derive(weights)),
          operationsOf: (architecture) => operationsOf(cellsOf(architecture)),
        };
      },
      envelope: ENVELOPE,
      features: (architecture) => cellsFeatures(cellsOf(architecture)),
      drawing: (architecture) => cellsDrawing(cellsOf(architecture), FORM),
    };
  },
});

function cellsOf(architecture: Architecture): Cells {
  return components.cells(architecture, (choices) => {
    const [first, second] = choices.slice(-2).map((choice) => OPERATIONS[choice]!);
    const [low, high] = PAIRS[choices.length === 2 ? 0 : choices[0]!]!;
    return [
      { operation: first!, from: low },
      { operation: second!, from: high },
    ];
  });
}

/** The inverse of `cellsOf`. */
function architectureOf({ normal, reduction }: Cells): Architecture {
  return [normal, reduction].flatMap((cell) =>
    cell.flatMap((summands, node): readonly number[] => {
      const pair = PAIRS.findIndex((pair) => pair.every((state, i) => state === summands[i]!.from));
      const operations = summands.map(({ operation }) => OPERATIONS.indexOf(operation));
      return node === 0 ? operations : [pair, ...operations];
    }),
  );
}
