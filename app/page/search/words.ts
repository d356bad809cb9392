/**
 * What is done at each moment, in words.
 *
 * @module
 */
import { architectureOf, EDGES } from "./cells.ts";
import type { Line, Moment } from "./course.ts";
import { EVOKE_INITIAL, POPULATION, QUERIES, type Settings } from "./methods.ts";

export const EDGE_NAMES = ["0→1", "0→2", "1→2", "0→3", "1→3", "2→3"] as const;
/** By number, as the space has them. */
export const OPERATION_NAMES = ["none", "skip", "conv 1×1", "conv 3×3", "pool 3×3"] as const;

export const percent = (value: number, digits = 2): string => `${value.toFixed(digits)} %`;
const points = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

/** Algorithm 1, and what is left of it where the whole space is searched. */
export const LINES: readonly { readonly line: Line; readonly text: string; readonly inner?: true; readonly subspaces?: true }[] = [
  { line: "2", text: "Draw K architectures and measure them: the first centres", subspaces: true },
  { line: "3", text: "Build the graph of their subspaces", subspaces: true },
  { line: "4a", text: "Global search: the policy evokes a subspace", inner: true, subspaces: true },
  { line: "4b", text: "Local search: M modifications of its centre α give β", inner: true },
  { line: "4c", text: "Measure β: the reward", inner: true },
  { line: "4d", text: "If β is better than α, it becomes the centre", inner: true, subspaces: true },
  { line: "4e", text: "One policy-gradient step", inner: true },
  { line: "5", text: "The answer: the best architecture" },
];

/** The lines of searches without subspaces, where they differ. */
const WHOLE_SPACE: Readonly<Record<Exclude<Settings["method"], "ase-nas">, Partial<Record<Line, string>>>> = {
  evolution: {
    "4b": "The best of 3 members, drawn at random, has a child β with one edge changed",
    "4c": "Measure β",
    "4e": "β joins the population; the oldest member leaves",
  },
  random: { "4b": "Draw an architecture β from the whole space", "4c": "Measure β", "4e": "Nothing is learned" },
  evoke: {
    "4b": "Propose the β by which the model expects the greatest improvement",
    "4c": "Measure β",
    "4e": "A Gaussian process learns from β",
  },
};

export function linesOf({ method }: Settings): typeof LINES {
  if (method === "ase-nas") return LINES;
  return LINES.filter(({ subspaces }) => !subspaces).map((one) => ({ ...one, text: WHOLE_SPACE[method][one.line] ?? one.text }));
}

/** @param best  the best score of the whole space */
export function sentenceOf(moment: Moment, { method, subspaces, radius }: Settings, best: number): string {
  const { line, query, best: found, test } = moment;
  const number = (query?.number ?? 0) + 1;
  switch (line) {
    case "2":
      return `${subspaces} cells are drawn at random and measured. Each is the centre of a subspace: all cells that differ from it on at most ${radius} of the ${EDGES} edges.`;
    case "3":
      return "Between every two centres runs an edge, from the worse to the better. The policy reads this graph.";
    case "4a": {
      const { chosen, probabilities } = query!.evoked!;
      return `Query ${number}: the policy evokes subspace ${chosen + 1}, with probability ${probabilities[chosen]!.toFixed(2)}.`;
    }
    case "4b":
      return `Query ${number}: ${proposal(moment, method, radius)}`;
    case "4c":
      return query!.from
        ? `β reaches ${percent(query!.score!)} and α ${percent(query!.from.score)}: the reward is ${points(query!.reward!)} points.`
        : `β reaches ${percent(query!.score!)} on validation.`;
    case "4d":
      return query!.replaced
        ? `β is better, so it is the centre of subspace ${query!.subspace! + 1} from now on, and the subspace moves.`
        : `β is not better than α: the centre of subspace ${query!.subspace! + 1} stays.`;
    case "4e":
      return learning(moment, method);
    case "5":
      return `${QUERIES} queries are spent. The best cell found has ${percent(found!.score)} on validation, the best of all ${percent(best)}.${
        test === undefined ? "" : ` Trained for 10 epochs in place of 4, it classifies ${percent(test)} of the test images.`
      }`;
  }
}

function proposal({ query }: Moment, method: Settings["method"], radius: number): string {
  const { number, from, candidate } = query!;
  if (method === "random") return "a cell is drawn from the whole space.";
  if (method === "evolution" && number < POPULATION) return `one of the first ${POPULATION} members is drawn at random.`;
  if (method === "evolution") return "the winner of a tournament in the population has a child with one edge changed.";
  if (method === "evoke" && number < EVOKE_INITIAL) return `one of the first ${EVOKE_INITIAL} cells is drawn at random.`;
  if (method === "evoke") return "of all cells the model expects the greatest improvement of this one.";
  const changes = changesOf(from!.cell, candidate!);
  const modified = `the policy modifies α ${radius === 1 ? "once" : `${radius} times`}`;
  if (changes.length === 0) return `${modified}, each time to what was there: β is α again.`;
  return `${modified}: ${changes.map(({ edge, to }) => `${EDGE_NAMES[edge]} becomes ${OPERATION_NAMES[to]}`).join(", ")}.`;
}

function learning({ query }: Moment, method: Settings["method"]): string {
  switch (method) {
    case "ase-nas":
      return "One step of Adam: decisions with more reward than the average of late become likelier, the others less likely.";
    case "evolution":
      return query!.number < POPULATION
        ? "β joins the population."
        : "β joins the population, and the oldest member leaves it, however good.";
    case "random":
      return "Nothing is learned.";
    case "evoke":
      return "The Gaussian process has one observation more.";
  }
}

/** Where two cells differ. */
export function changesOf(from: number, to: number): { readonly edge: number; readonly from: number; readonly to: number }[] {
  const before = architectureOf(from);
  return architectureOf(to).flatMap((operation, edge) =>
    operation === before[edge] ? [] : [{ edge, from: before[edge]!, to: operation }],
  );
}
