/** Typos in manifests: from a manifest that is right, all that have one thing wrong in them. @module */
import { type Node, parseTree } from "jsonc-parser";
import type { Rng } from "../../core/random/rng.ts";

export const TYPOS = ["key", "option", "plugin", "choice", "type"] as const;
export type Typo = (typeof TYPOS)[number];

export interface Mistyped {
  readonly typo: Typo;
  readonly text: string;
  /** Where it is in the text, from its first character to the one after its last. */
  readonly at: readonly [number, number];
  /** What stands there. */
  readonly found: string;
}

/** Members whose members have any names, or whose content depends on more than a schema can say. */
const FREE = [
  "variants",
  "tasks",
  "costs",
  "components",
  "network",
  "when",
  "values",
  "names",
  "maxima",
  "minima",
  "datasets",
  "environment",
];
const NEVER = [
  "$schema",
  "reference",
  "exclude",
  "metrics",
  "best",
  "targets",
  "question",
  "description",
  "source",
  "licence",
  "provenance",
];
/** Members that say what a plugin is called, and lists of such. */
const SLOTS = ["use", "space", "distance", "evaluator", "controller", "initial"];
const LISTS = ["accept", "middleware", "reward", "constraints", "observers"];
/** Members that have one of a few texts. */
const CHOICES = [
  ...["design", "family", "evaluations", "order", "remedy", "cost", "optimizer", "backend", "split", "charge", "function", "missing"],
  ...[
    "goal",
    "points",
    "lowerFidelities",
    "features",
    "acquisition",
    "answer",
    "warping",
    "localWarping",
    "incumbent",
    "precision",
    "take",
  ],
];

interface Place {
  readonly typo: Typo;
  readonly node: Node;
  readonly wrong: (rng: Rng) => string;
}

/** One of the typos of a kind that can be made in a text; undefined where none can be. */
export function mistyped(text: string, typo: Typo, rng: Rng): Mistyped | undefined {
  const places = [...placesIn(parseTree(text)!, [])].filter((place) => place.typo === typo);
  if (places.length === 0) return undefined;
  const { node, wrong } = places[rng.below(places.length)]!;
  const found = wrong(rng);
  const { offset, length } = node;
  return { typo, found, text: text.slice(0, offset) + found + text.slice(offset + length), at: [offset, offset + found.length] };
}

function* placesIn(node: Node, path: readonly string[]): Generator<Place> {
  const last = path.at(-1) ?? "";
  if (node.type === "property") {
    const [key, value] = node.children as [Node, Node];
    if (NEVER.includes(key.value)) return;
    if (value.type === "null" && path.includes("options")) return; // it may take away what is not there
    const inOptions = last === "options" || (path.includes("options") && !path.includes("axes"));
    if (!FREE.includes(last)) yield { typo: inOptions ? "option" : "key", node: key, wrong: misspelled(key) };
    const within = [...path, key.value as string];
    if (isSlot(key.value, path) && value.type === "string") yield { typo: "plugin", node: value, wrong: misspelled(value) };
    if (CHOICES.includes(key.value) && value.type === "string") yield { typo: "choice", node: value, wrong: misspelled(value) };
    if (value.type === "number" || value.type === "boolean") yield { typo: "type", node: value, wrong: () => `"${value.value}"` };
    if (!within.some((name) => ["components", "network", "values", "when"].includes(name))) yield* placesIn(value, within);
    return;
  }
  if (node.type === "string" && LISTS.includes(last)) yield { typo: "plugin", node, wrong: misspelled(node) };
  for (const child of node.children ?? []) yield* placesIn(child, path);
}

/** "space" is what a slot is called, and so is an option of the evaluator `predictor`. */
function isSlot(key: string, path: readonly string[]): boolean {
  return SLOTS.includes(key) && !path.includes("options");
}

/** Two letters that stand beside each other change places, one is left out, or one is there twice. */
function misspelled(node: Node): (rng: Rng) => string {
  const name = node.value as string;
  return (rng) => {
    const at = rng.below(name.length - 1);
    const [a, b] = [name[at]!, name[at + 1]!];
    const swapped = name.slice(0, at) + b + a + name.slice(at + 2);
    const ways = [name.slice(0, at) + name.slice(at + 1), name.slice(0, at) + a + name.slice(at), ...(a === b ? [] : [swapped])];
    return JSON.stringify(ways[rng.below(ways.length)]);
  };
}
