/** Classes: what they have, and how they compute. @module */
import { type Extent, LayerCode, SAME_PADDED, type ShapedNetwork } from "./layer-code.ts";
import { call, inDocstring, joined, type Line, Names, statement, wrapped } from "./python.ts";
import { type Block, followsOne, type Item, itemsOfBlock, learns, type Piece, pathOf, piecesOf, usesOf } from "./structure.ts";

/** Columns that an expression may have inside of another one. */
const MOST_INLINE = 45;

/** A class that some blocks are instances of, or a chain of layers that stands where it is used. */
interface Written {
  readonly code: LayerCode;
  readonly name?: string;
  /** What the modules of the layers that learn are called, by their places in the block. */
  readonly paths: ReadonlyMap<number, string>;
}

interface Body {
  /** Lines of the constructor, and of `forward`. */
  readonly init: string[];
  readonly forward: string[];
  /** By layers. */
  readonly paths: Map<number, string>;
}

export class BodyWriter {
  readonly #network: ShapedNetwork;
  readonly #names = new Names();
  readonly #helpers = new Set<string>();
  readonly #classes: string[] = [];
  /** What is written of each block, and which of the class's blocks it is. */
  readonly #blocks = new Map<Block, { readonly of: Written; readonly place: number }>();

  constructor(network: ShapedNetwork) {
    this.#network = network;
  }

  /** The classes that were written. */
  written(): readonly string[] {
    return this.#classes;
  }

  /** The classes that they need. */
  helpers(): string[] {
    const padded = this.#helpers.size > 0 ? [PAD] : [];
    return [
      ...padded,
      ...(this.#helpers.has(SAME_PADDED.convolution) ? [CONVOLUTION] : []),
      ...(this.#helpers.has(SAME_PADDED.averagePool) ? [AVERAGE_POOL] : []),
      ...(this.#helpers.has(SAME_PADDED.maxPool) ? [MAX_POOL] : []),
    ];
  }

  /** Writes a class for all blocks that are alike. A chain of layers that is there once, and in no group, needs none. */
  classes(blocks: readonly Block[]): void {
    const alike = new Map<string, Block[]>();
    for (const block of blocks) {
      const signature = this.#signature(block);
      alike.set(signature, [...(alike.get(signature) ?? []), block]);
    }
    for (const group of alike.values()) {
      const code = new LayerCode(this.#network, group, this.#helpers);
      const [first] = group as [Block];
      const plain = group.length === 1 && pathOf(first.part).length === 1 && this.#isChain(first);
      const of = plain ? { code, paths: new Map() } : this.#class(group, code);
      for (const [place, block] of group.entries()) this.#blocks.set(block, { of, place });
    }
  }

  /** The class of the whole network. */
  network(extent: Extent, items: readonly Item[]): { readonly text: string; readonly paths: ReadonlyMap<number, string> } {
    const code = new LayerCode(this.#network, [extent], this.#helpers);
    const pieces = namedApart(piecesOf(this.#network, items, extent.output));
    const { init, forward, paths } = this.#body(code, extent, pieces, false);
    return { text: classText("Network", "", [], init, ["x"], forward), paths };
  }

  /** Equal for blocks that one class can stand for. */
  #signature(block: Block): string {
    const { layers } = this.#network;
    const code = new LayerCode(this.#network, [block], new Set());
    const local = (layer: number) => {
      const at = block.layers.indexOf(layer);
      return at >= 0 ? at : `input ${block.inputs.indexOf(layer)}`;
    };
    const pieces = this.#piecesOf(block).map((piece) => [
      piece.owner,
      piece.items.map(({ layer, inputs }) => {
        const inSequence = layers[layer!]!.kind === "activation" && this.#isModule(piece);
        return [layers[layer!]!.kind, inSequence ? null : code.fixed(layer!), inputs.map(local), layer === layers.length - 1];
      }),
    ]);
    const name = pathOf(block.part).at(-1)!.replaceAll(/\d+/g, "");
    return JSON.stringify([name, local(block.output), pieces]);
  }

  #piecesOf(block: Block): Piece[] {
    return piecesOf(this.#network, itemsOfBlock(this.#network, block), block.output);
  }

  #isChain(block: Block): boolean {
    const pieces = this.#piecesOf(block);
    const uses = usesOf(pieces, block.output);
    return pieces.every((piece, i) => {
      const simple = piece.items.every(({ layer }) => followsOne(this.#network.layers[layer!]!));
      return simple && (i === 0 || (piece.inputs.join() === `${pieces[i - 1]!.output}` && uses.get(piece.inputs[0]!) === 1));
    });
  }

  #class(group: readonly Block[], code: LayerCode): Written {
    const [first] = group as [Block];
    const name = this.#names.class(pathOf(first.part).at(-1)!);
    const { init, forward, paths } = this.#body(code, first, this.#piecesOf(first), true);
    const others = group.length === 1 ? "" : group.length === 2 ? ` and ${group[1]!.part}` : ` and ${group.length - 1} more`;
    const inputs = first.inputs.length === 1 ? ["x"] : first.inputs.map((_, i) => `x${i + 1}`);
    const args = code.arguments().map(({ name, type }) => `${name}: ${type}`);
    this.#classes.push(classText(name, `${first.part}${others}`, args, init, inputs, forward));
    return { code, name, paths: new Map([...paths].map(([layer, path]) => [first.layers.indexOf(layer), path])) };
  }

  /**
   * What a class has and does.
   * @param inline  write what is used once where it is used, or else each step in a line of its own
   */
  #body(code: LayerCode, { inputs, output }: Extent, pieces: readonly Piece[], inline: boolean): Body {
    const names = new Names();
    const body: Body = { init: [], forward: [], paths: new Map() };
    if (pieces.length === 0) body.forward.push(statement("return x.flatten(1)", "", 8)); // the scores are the image
    const uses = usesOf(pieces, output);
    const left = new Map(uses);
    /** What stands for each value: a variable, or an expression. */
    const values = new Map(inputs.map((input, i) => [input, inputs.length === 1 ? "x" : `x${i + 1}`]));
    let [variables, x] = [0, inputs[0]];
    for (const piece of pieces) {
      const terms = piece.inputs.map((input) => values.get(input)!);
      for (const input of piece.inputs) left.set(input, left.get(input)! - 1);
      const { layer } = piece.items[0]!;
      const isModule = this.#isModule(piece);
      const expression = isModule ? `${this.#module(piece, code, names, body)}(${terms.join(", ")})` : code.functional(layer!, terms);
      const sum = !isModule && this.#network.layers[layer!]!.kind === "sum";
      const last = piece.output === output;
      if (inline && !last && !sum && uses.get(piece.output) === 1 && expression.length <= MOST_INLINE) {
        values.set(piece.output, expression);
        continue;
      }
      const returned = last && (inline || this.#network.layers[output]!.kind === "linear");
      if (!inline && !returned && left.get(x!) === 0) x = piece.output;
      const variable = !inline && x === piece.output ? "x" : `h${++variables}`;
      values.set(piece.output, variable);
      const start = returned ? "return " : `${variable} = `;
      const comment = code.shape(piece.output);
      body.forward.push(sum ? joined(start, terms, "+", comment, 8) : statement(`${start}${expression}`, comment, 8));
      if (last && !returned) body.forward.push(statement(`return ${variable}.flatten(1)`, "", 8));
    }
    return body;
  }

  /** What learns, and blocks, are modules; the rest are functions. */
  #isModule({ items }: Piece): boolean {
    return items.some((item) => learns(this.#network, item));
  }

  /** Writes the line of the constructor that makes a piece. @returns what it is called */
  #module({ items, owner }: Piece, code: LayerCode, names: Names, body: Body): string {
    const learning = items.find((item) => learns(this.#network, item));
    const name = names.attribute(owner ?? this.#network.layers[learning!.layer!]!.kind);
    const lines: Line[] = [];
    const learnt: { readonly layer: number; readonly line: number; readonly path: string }[] = [];
    const add = (layer: number, by: LayerCode) => {
      const { code, learns } = by.modules(layer, name);
      if (learns !== undefined) learnt.push({ layer, line: lines.length + learns, path: "" });
      lines.push(...code.map((code) => ({ code })));
    };
    for (const { layer, block } of items) {
      if (!block) {
        add(layer!, code);
        continue;
      }
      const { of, place } = this.#blocks.get(block)!;
      if (of.name === undefined) for (const layer of block.layers) add(layer, of.code);
      else {
        for (const [at, path] of of.paths) learnt.push({ layer: block.layers[at]!, line: lines.length, path: `.${path}` });
        lines.push({ code: of.code.construct(of.name, place), comment: code.shape(block.output) });
      }
    }
    for (const { layer, line, path } of learnt) body.paths.set(layer, `${name}${lines.length > 1 ? `.${line}` : ""}${path}`);
    if (lines.length === 1) body.init.push(wrapped(`self.${name} = ${lines[0]!.code}`, "", "", 8));
    else body.init.push(call(`self.${name} = nn.Sequential`, folded(lines), "", 8));
    return `self.${name}`;
  }
}

/** Blocks of one group that are no chain are called after their own parts. */
function namedApart(pieces: readonly Piece[]): Piece[] {
  const shared = (piece: Piece) => pieces.some((other) => other !== piece && other.owner === piece.owner);
  return pieces.map((piece) => {
    const { block } = piece.items[0]!;
    return block && piece.items.length === 1 && shared(piece) ? { ...piece, owner: block.part } : piece;
  });
}

/** Lines that repeat are one; a comment says nothing where there is only one line. */
function folded(lines: readonly Line[]): Line[] {
  const groups: { line: Line; count: number }[] = [];
  for (const line of lines) {
    const group = groups.at(-1);
    if (group?.line.code === line.code && /^[A-Z]/.test(line.code)) group.count++;
    else groups.push({ line, count: 1 });
  }
  return groups.map(({ line, count }) => ({
    code: count > 1 ? `*(${line.code} for _ in range(${count}))` : line.code,
    comment: groups.length > 1 ? line.comment : undefined,
  }));
}

function classText(
  name: string,
  about: string,
  args: readonly string[],
  init: readonly string[],
  inputs: readonly string[],
  forward: readonly string[],
): string {
  const signature = call(
    "def __init__",
    ["self", ...args].map((code) => ({ code })),
    ":",
    4,
  );
  const made = init.length > 0 ? `${[signature, "        super().__init__()", ...init].join("\n")}\n\n` : "";
  const documented = about === "" ? "" : `    """${inDocstring(about)}"""\n\n`;
  const images = inputs.map((input) => `${input}: torch.Tensor`).join(", ");
  return `class ${name}(nn.Module):
${documented}${made}    def forward(self, ${images}) -> torch.Tensor:
${forward.join("\n")}`;
}

const PAD = `def pad_same(x: torch.Tensor, extent: int, stride: int, value: float = 0) -> torch.Tensor:
    """Pads so that a stride of s makes ceil(size / s) windows of a size; the larger half behind."""
    totals = [max(0, (-(-n // stride) - 1) * stride + extent - n) for n in x.shape[2:]]
    return F.pad(x, [pad for n in reversed(totals) for pad in (n // 2, n - n // 2)], value=value)`;

const CONVOLUTION = `class ${SAME_PADDED.convolution}(nn.Conv2d):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        extent = self.dilation[0] * (self.kernel_size[0] - 1) + 1
        return super().forward(pad_same(x, extent, self.stride[0]))`;

const AVERAGE_POOL = `class ${SAME_PADDED.averagePool}(nn.AvgPool2d):
    """Leaves the padding out of the mean."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        padded, ones = (pad_same(t, self.kernel_size, self.stride) for t in (x, torch.ones_like(x)))
        return super().forward(padded) / super().forward(ones)`;

const MAX_POOL = `class ${SAME_PADDED.maxPool}(nn.MaxPool2d):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(pad_same(x, self.kernel_size, self.stride, float("-inf")))`;
