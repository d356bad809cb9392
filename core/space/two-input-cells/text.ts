/**
 * Cells as texts. What is written is short: `sep3~0+skip~1|…/…` is a node that adds a separable 3×3 convolution of
 * state 0 and state 1 itself, `|` stands between nodes, `/` between the normal and the reduction cell. What is read may
 * also be a genotype as DARTS and its successors publish it, over several lines or not:
 *
 *   Genotype(normal=[('sep_conv_3x3', 0), ('skip_connect', 1), …], normal_concat=range(2, 6), reduce=[…], reduce_concat=[…])
 *
 * @module
 */
import { architectureInvalid, nearest } from "../../errors/index.ts";
import { type Cell, type CellForm, type CellNode, type Cells, INPUTS, outputStates, type Summand } from "./cells.ts";
import { type CellOperation, shortName } from "./operations.ts";

export function cellsText({ normal, reduction }: Cells): string {
  return [normal, reduction].map(cellText).join("/");
}

function cellText(cell: Cell): string {
  return cell.map((node) => node.map(({ operation, from }) => `${shortName(operation)}~${from}`).join("+")).join("|");
}

/** The genotype, as Python prints it, in one line. */
export function genotypeText({ normal, reduction }: Cells, form: CellForm): string {
  const summands = (cell: Cell) =>
    cell
      .flat()
      .map(({ operation, from }) => `('${operation}', ${from})`)
      .join(", ");
  const states = (cell: Cell) => outputStates(cell, form).join(", ");
  return [
    `Genotype(normal=[${summands(normal)}], normal_concat=[${states(normal)}]`,
    `reduce=[${summands(reduction)}], reduce_concat=[${states(reduction)}])`,
  ].join(", ");
}

/** @throws EvokeError ARCHITECTURE_INVALID */
export function readCells(text: string, form: CellForm): Cells {
  return text.trimStart().startsWith("Genotype") ? readGenotype(text, form) : readText(text, form);
}

function readText(text: string, form: CellForm): Cells {
  const reader = new Reader(text, form);
  const named = new Map(form.operations.map((operation) => [shortName(operation), operation]));
  const cells = text.split("/").map((cell) => cell.split("|").map((node) => node.split("+").map((summand) => summand.split("~"))));
  if (cells.length !== 2 || !cells.flat(2).every((summand) => summand.length === 2)) throw reader.unlike();
  const [normal, reduction] = cells.map((cell, c) =>
    reader.cell(CELL_NAMES[c]!, cell as [string, string][][], named, (from) => (/^\d$/.test(from) ? Number(from) : Number.NaN)),
  );
  return { normal: normal!, reduction: reduction! };
}

const SUMMANDS = String.raw`\[((?:\(['"]\w+['"],\d+\),?)*)\]`;
const STATES = String.raw`(\[[\d,]*\]|range\(\d+,\d+\))`;
const GENOTYPE = new RegExp(`^Genotype\\(normal=${SUMMANDS},normal_concat=${STATES},reduce=${SUMMANDS},reduce_concat=${STATES},?\\)$`);

function readGenotype(text: string, form: CellForm): Cells {
  const reader = new Reader(text, form);
  const parts = GENOTYPE.exec(text.replaceAll(/\s+/g, ""));
  if (!parts) throw reader.unlike();
  const named = new Map(form.operations.map((operation) => [operation, operation]));
  const [normal, reduction] = [parts.slice(1, 3), parts.slice(3, 5)].map(([summands, states], c) => {
    const name = CELL_NAMES[c]!;
    const all = [...summands!.matchAll(/\(['"](\w+)['"],(\d+)\)/g)].map(([, operation, from]): [string, string] => [operation!, from!]);
    const nodes = Array.from({ length: Math.ceil(all.length / 2) }, (_, node) => all.slice(2 * node, 2 * node + 2));
    const cell = reader.cell(name, nodes, named, Number);
    const expected = outputStates(cell, form);
    if (statesOf(states!).join() !== expected.join())
      throw reader.invalid(`${c === 0 ? "normal" : "reduce"}_concat=[${expected.join(", ")}], ${OUTPUTS[form.output]}`);
    return cell;
  });
  return { normal: normal!, reduction: reduction! };
}

function statesOf(text: string): readonly number[] {
  const [first = 0, end = 0] = [...text.matchAll(/\d+/g)].map(Number);
  if (text.startsWith("range")) return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  return [...text.matchAll(/\d+/g)].map(Number).sort((a, b) => a - b);
}

const CELL_NAMES = ["normal cell", "reduction cell"] as const;
const OUTPUTS = {
  "every-node": "since a cell gives the states of all its nodes",
  "unused-nodes": "since a cell gives the states of those nodes that no other node reads",
} as const;

/** Checks the parts of a text, and says what is wrong with it. */
class Reader {
  readonly #text: string;
  readonly #form: CellForm;

  constructor(text: string, form: CellForm) {
    this.#text = text;
    this.#form = form;
  }

  /**
   * @param nodes  of each node its summands, an operation and a state
   * @param named  the operations, by what they are called in the text
   */
  cell(
    name: string,
    nodes: readonly (readonly (readonly [string, string])[])[],
    named: ReadonlyMap<string, CellOperation>,
    stateOf: (text: string) => number,
  ): Cell {
    const { nodes: count, differentInputs } = this.#form;
    if (nodes.length !== count || nodes.some((node) => node.length !== 2))
      throw this.invalid(`${count} nodes with 2 operations each in the ${name}`);
    return nodes.map((summands, node): CellNode => {
      const place = `node ${INPUTS + node} of the ${name}`;
      const [a, b] = summands.map(([called, from]): Summand => {
        const operation = named.get(called);
        if (operation === undefined) throw this.invalid(operationsExpected(called, [...named.keys()], place));
        const state = stateOf(from);
        if (!(state < INPUTS + node)) throw this.invalid(`a state from 0 to ${INPUTS + node - 1} in ${place}, where ${from} stands`);
        return { operation, from: state };
      }) as [Summand, Summand];
      if (!differentInputs) return [a, b];
      if (a.from === b.from) throw this.invalid(`two different states in ${place}, where ${a.from} stands twice`);
      return a.from < b.from ? [a, b] : [b, a];
    });
  }

  unlike(): Error {
    const { nodes, operations } = this.#form;
    const [some, other] = [operations.find((operation) => operation.startsWith("sep"))!, "skip_connect"] as const;
    const node = `${shortName(some)}~0+${shortName(other)}~1`;
    return this.invalid(
      `two cells of ${nodes} nodes, as ${node}|…/${node}|…, or a genotype, as Genotype(normal=[('${some}', 0), ('${other}', 1), …], normal_concat=[…], reduce=[…], reduce_concat=[…])`,
    );
  }

  invalid(expected: string): Error {
    return architectureInvalid(this.#form.space, this.#text, expected);
  }
}

function operationsExpected(found: string, known: readonly string[], place: string): string {
  if (found === "none") return `an operation other than none in ${place}: only while DARTS searches is none one of the operations`;
  const near = nearest(found, known);
  return `one of the operations ${known.join(", ")} in ${place}, where ${JSON.stringify(found)} stands${near ? `; did you mean "${near}"?` : ""}`;
}
