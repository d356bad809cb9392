/**
 * What code in layers and modules is made of: a network divided into blocks, these into pieces.
 *
 * A block is a part of the network that has one output (see `Layer.part`). A piece is a chain of layers, or of blocks,
 * each of which feeds the next one and nothing else; code has a `Sequential` for it.
 *
 * @module
 */
import type { Layer, Network } from "../space/network.ts";

/** Layers of one part, whose output alone is used outside. Layers are named by their index in the network. */
export interface Block {
  readonly part: string;
  readonly layers: readonly number[];
  /** What feeds it, in the order in which it is used. */
  readonly inputs: readonly number[];
  readonly output: number;
}

/** A layer or a block. */
export interface Item {
  readonly layer?: number;
  readonly block?: Block;
  readonly inputs: readonly number[];
  readonly output: number;
  /** What it belongs to: items that follow each other are one piece if they belong to the same. */
  readonly owner?: string | undefined;
}

/** Items that follow each other. */
export interface Piece {
  readonly items: readonly Item[];
  readonly inputs: readonly number[];
  readonly output: number;
  readonly owner?: string | undefined;
}

/** What feeds a layer; zeros are as many as there are images. */
function inputsOf({ layers }: Network, layer: number): readonly number[] {
  return layers[layer]!.kind === "zero" ? [0] : layers[layer]!.inputs;
}

/** The blocks of a network, and the layers between them, in order. */
export function itemsOf(network: Network): Item[] {
  const { layers } = network;
  const items: Item[] = [];
  for (let from = 1, end = 2; from < layers.length; from = end) {
    const { part } = layers[from]!;
    for (end = from + 1; end < layers.length && layers[end]!.part === part; ) end++;
    const run = layers.slice(from, end).map((_, i) => from + i);
    const block = part === undefined ? undefined : blockOf(network, part, run);
    if (block) items.push({ block, inputs: block.inputs, output: block.output, owner: pathOf(block.part).slice(0, -1).join("/") || part });
    else items.push(...layerItems(network, run, 0));
  }
  return items;
}

function blockOf(network: Network, part: string, run: readonly number[]): Block | undefined {
  const { layers } = network;
  const last = layers.length - 1;
  const inside = new Set(run);
  const outputs = run.filter((i) => i === last || layers.some(({ inputs }, user) => !inside.has(user) && inputs.includes(i)));
  const inputs = [...new Set(run.flatMap((i) => inputsOf(network, i)))].filter((input) => !inside.has(input));
  return outputs.length === 1 ? { part, layers: run, inputs, output: outputs[0]! } : undefined;
}

/** Layers as items that belong to what their weights are called, without so many words of its path. */
function layerItems(network: Network, run: readonly number[], without: number): Item[] {
  return run.map((layer) => {
    const { weights } = network.layers[layer]!;
    const owner = weights === undefined ? undefined : pathOf(weights).slice(without).join(" ");
    return { layer, inputs: inputsOf(network, layer), output: layer, owner };
  });
}

/** The layers of a block as items; what all their names begin with goes, as far as the part is named, but never all of a name. */
export function itemsOfBlock(network: Network, { part, layers }: Block): Item[] {
  const names = layers.flatMap((i) => network.layers[i]!.weights ?? []).map(pathOf);
  const most = Math.min(pathOf(part).length, ...names.map((name) => name.length - 1));
  const differs = Array.from({ length: most }, (_, word) => names.some((name) => name[word] !== names[0]![word])).indexOf(true);
  return layerItems(network, layers, differs < 0 ? Math.max(0, most) : differs);
}

/** The words of a name: "unit 1, layer 2, expand" has three, as "unit 1/layer 2/expand" has. */
export function pathOf(name: string): string[] {
  return name.split(/[/,]/).map((word) => word.trim());
}

/** The chains of items, divided where something else begins, in the order in which they can be computed. */
export function piecesOf(network: Network, items: readonly Item[], output: number): Piece[] {
  const uses = usesOf(items, output);
  const follower = new Map<number, Item>();
  for (const item of items) if (item.inputs.length === 1 && uses.get(item.inputs[0]!) === 1) follower.set(item.inputs[0]!, item);
  const places = new Map(items.map((item, place) => [item, place]));
  const pieces: Piece[] = [];
  const done = new Set<Item>();
  for (const item of items) {
    if (done.has(item)) continue;
    const chain = [item];
    for (let next = follower.get(item.output); next && canFollow(network, chain.at(-1)!, next); next = follower.get(next.output))
      chain.push(next);
    for (const link of chain) done.add(link);
    pieces.push(...divided(network, chain));
  }
  const place = ({ items }: Piece) => places.get(items.at(-1)!)!;
  return pieces.sort((a, b) => place(a) - place(b));
}

/** True if it learns, so that it is a module; a block always is. */
export function learns({ layers }: Network, { layer }: Item): boolean {
  return layer === undefined || ["convolution", "depthwise", "batchNorm", "linear"].includes(layers[layer]!.kind);
}

/** How often each value is used. */
export function usesOf(items: readonly { readonly inputs: readonly number[] }[], output: number): ReadonlyMap<number, number> {
  const uses = new Map([[output, 1]]);
  for (const input of items.flatMap(({ inputs }) => inputs)) uses.set(input, (uses.get(input) ?? 0) + 1);
  return uses;
}

/** True of what can stand in a chain: it has one input, and is a module. */
export function followsOne({ kind }: Layer): boolean {
  return !["sum", "concatenation", "truncation", "shuffle", "mixture", "scale", "zero"].includes(kind);
}

function canFollow({ layers }: Network, before: Item, next: Item): boolean {
  if (before.inputs.length !== 1) return false;
  return [before, next].every(({ layer }) => layer === undefined || followsOne(layers[layer]!));
}

/**
 * A piece begins with a name of its own. Where activations come first, they begin pieces as well. What learns nothing
 * is a function, and by itself.
 */
function divided(network: Network, chain: readonly Item[]): Piece[] {
  const { layers } = network;
  const isActivation = ({ layer }: Item) => layer !== undefined && layers[layer]!.kind === "activation";
  const before = isActivation(chain[0]!);
  const groups: { owner?: string | undefined; items: Item[] }[] = [];
  for (const item of chain) {
    const group = groups.at(-1);
    const anew = item.owner !== undefined ? group?.owner !== undefined && group.owner !== item.owner : before && isActivation(item);
    if (!group || anew) groups.push({ owner: item.owner, items: [item] });
    else {
      group.owner ??= item.owner;
      group.items.push(item);
    }
  }
  const piece = (items: readonly Item[], owner?: string): Piece => ({
    owner,
    items,
    inputs: items[0]!.inputs,
    output: items.at(-1)!.output,
  });
  return groups.flatMap(({ owner, items }) =>
    items.some((item) => learns(network, item)) ? piece(items, owner) : items.map((item) => piece([item])),
  );
}
