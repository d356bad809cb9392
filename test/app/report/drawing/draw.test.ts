import { test } from "uvu";
import * as assert from "uvu/assert";
import { drawingSvg } from "../../../../app/report/drawing/draw.ts";
import { textWidth } from "../../../../app/report/drawing/text-width.ts";
import { problemsOf } from "../../../../core/json/schema.ts";
import type { Space } from "../../../../core/plugin/space.ts";
import { randomStream } from "../../../../core/random/rng.ts";
import type { Drawing, GraphDrawing } from "../../../../core/space/drawing.ts";
import darts from "../../../../spaces/darts.ts";
import enas from "../../../../spaces/enas.ts";
import mobilenet from "../../../../spaces/mobilenet.ts";
import nasBench101 from "../../../../spaces/nas-bench-101.ts";
import nasBench201 from "../../../../spaces/nas-bench-201.ts";

const made = (plugin: { readonly options: object; readonly create: (options: never, dependencies: never) => unknown }): Space => {
  const options = {};
  assert.equal(problemsOf(plugin.options, options), []);
  return plugin.create(options as never, {} as never) as Space;
};
const cells = made(nasBench201);
const networks = made(mobilenet);
const pairs = made(darts);
const vertices = made(nasBench101);
const skips = made(enas);
const rng = randomStream(1, "/drawings");
const layers = (...unit: number[]) => Array.from({ length: 5 }, () => unit).flat();

/** A graph as another space may have it: more nodes, two edges between a pair, labels that are long. */
const foreign: GraphDrawing = {
  kind: "graph",
  title: "5 < 6 & “more”",
  nodes: ["in", "in", "a", "b", "c", "a sum of <everything> & more", "out"].map((label) => ({ label })),
  edges: [
    ...[0, 1, 2, 3, 4, 5].map((from) => ({ from, to: from + 1, label: "dilated convolution 5×5", colour: from })),
    ...[0, 0, 1, 2, 2, 3].map((from) => ({ from, to: from + 2, label: "pool", colour: 7 })),
    { from: 0, to: 1, label: "again", colour: 1 },
    { from: 0, to: 6, label: "skip", colour: 0, dead: true },
  ],
};

const drawings: readonly [string, Drawing][] = [
  ["a cell of none", cells.drawing!([0, 0, 0, 0, 0, 0])],
  ["a cell of 3×3 convolutions", cells.drawing!([3, 3, 3, 3, 3, 3])],
  ...Array.from({ length: 20 }, (_, i): [string, Drawing] => [`cell ${i}`, cells.drawing!(cells.sample(rng))]),
  ...Array.from({ length: 10 }, (_, i): [string, Drawing] => [`cells ${i}`, pairs.drawing!(pairs.sample(rng))]),
  ...Array.from({ length: 20 }, (_, i): [string, Drawing] => [`vertices ${i}`, vertices.drawing!(vertices.sample(rng))]),
  ...Array.from({ length: 3 }, (_, i): [string, Drawing] => [`skips ${i}`, skips.drawing!(skips.sample(rng))]),
  ["the deepest network", networks.drawing!(layers(9, 9, 9, 9))],
  ["the shallowest network", networks.drawing!(layers(1, 1, 0, 0))],
  ...Array.from({ length: 20 }, (_, i): [string, Drawing] => [`network ${i}`, networks.drawing!(networks.sample(rng))]),
  ["a graph of another space", foreign],
];
const drawn = drawings.map(([what, drawing]): [string, string] => [what, drawingSvg(drawing)]);

interface Text {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where the labels are, by the attributes that they are written with. */
function labels(svg: string): Text[] {
  return [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"( text-anchor="middle")?[^>]*>([^<]*)</g)].map(([, x, y, middle, text]) => {
    const width = 12 * textWidth(text!.replaceAll(/&\w+;/g, "&"));
    const left = Number(x) - (middle ? width / 2 : 0);
    return { text: text!, left, right: left + width, top: Number(y) - 9, bottom: Number(y) + 3 };
  });
}

/** Points of a path of cubic Bézier curves. */
function pointsOf(d: string): readonly (readonly [number, number])[] {
  const [begin, ...curves] = d
    .split(/[MC]/)
    .slice(1)
    .map((piece) => piece.split(" ").map(Number));
  let [x, y] = begin as [number, number];
  return curves.flatMap((curve) => {
    const xs = [x, curve[0]!, curve[2]!, curve[4]!];
    const ys = [y, curve[1]!, curve[3]!, curve[5]!];
    [x, y] = [curve[4]!, curve[5]!];
    const at = (values: readonly number[], t: number) =>
      [1, 3, 3, 1].reduce((sum, times, i) => sum + times * (1 - t) ** (3 - i) * t ** i * values[i]!, 0);
    return Array.from({ length: 21 }, (_, i): readonly [number, number] => [at(xs, i / 20), at(ys, i / 20)]);
  });
}

test("no label overlaps another, or leaves the picture", () => {
  for (const [what, svg] of drawn) {
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number) as [number, number, number];
    const texts = labels(svg);
    assert.ok(texts.length >= 4, what);
    for (const [i, one] of texts.entries()) {
      assert.ok(one.left >= 0 && one.right <= width - 32 && one.top >= 0 && one.bottom <= height - 32 + 4, `${what}: ${one.text}`);
      for (const other of texts.slice(i + 1)) {
        const apart = one.right < other.left || other.right < one.left || one.bottom < other.top || other.bottom < one.top;
        assert.ok(apart, `${what}: ${one.text} and ${other.text}`);
      }
    }
  }
});

test("no edge leaves the picture", () => {
  for (const [what, svg] of drawn) {
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number) as [number, number, number];
    for (const [, d] of svg.matchAll(/<path d="(M[^"]+C[^"]+)"/g))
      for (const [x, y] of pointsOf(d!)) assert.ok(x >= -1 && x <= width - 31 && y >= -1 && y <= height - 31, `${what}: ${d}`);
  }
});

test("nodes have the colours of their operations, and dead ones are faint", () => {
  const text = "100000,00001,0010,000,00,0:conv3x3-bn-relu,conv1x1-bn-relu,maxpool3x3,maxpool3x3,maxpool3x3";
  const svg = drawingSvg(vertices.drawing!(vertices.decode(text)));
  const looks = [...svg.matchAll(/fill="(#\w+)" stroke="#8a8a8a"( stroke-dasharray="3 3" opacity="0.45")?/g)];
  const fills = looks.map(([, fill]) => fill);
  assert.is(fills[0], fills[6]);
  assert.is(new Set(fills).size, 4);
  assert.equal([fills[3], fills[4]], [fills[5], fills[5]]);
  assert.equal(
    looks.map(([, , faint]) => faint !== undefined),
    [false, false, true, true, true, true, false],
  );
  assert.match(svg, "input to 1: conv3x3-bn-relu; 1: conv3x3-bn-relu to output; 2: conv1x1-bn-relu to 5: maxpool3x3 (dead).");
});

test("a label fits its box", () => {
  for (const [what, svg] of drawn) {
    const boxes = [
      ...svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="3\d"[^>]*\/>\n<text x="([\d.]+)"[^>]*>([^<]*)</g),
    ];
    assert.ok(boxes.length >= 4, what);
    for (const [, x, width, centre, text] of boxes) {
      assert.ok(Math.abs(Number(x) + Number(width) / 2 - Number(centre)) < 0.11, text!);
      assert.ok(12 * textWidth(text!.replaceAll(/&\w+;/g, "&")) <= Number(width) - 8, `${what}: ${text}`);
    }
  }
});

test("a drawing is well-formed XML without ids, scripts or anything from elsewhere, and says in words what it shows", () => {
  for (const [what, svg] of drawn) {
    const open: string[] = [];
    for (const [, end, name, alone] of svg.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
      if (end) assert.is(open.pop(), name, what);
      else if (!alone) open.push(name!);
    }
    assert.equal(open, [], what);
    assert.not.match(svg.replace("http://www.w3.org/2000/svg", ""), /\bid=|<script|http|url\(|NaN|undefined|&(?!amp;|lt;|gt;|quot;)/, what);
    assert.match(svg, /<title>.+<\/title>\n<desc>.+<\/desc>/s);
  }
  assert.match(drawingSvg(foreign), "<title>5 &lt; 6 &amp; “more”</title>");
});

test("the words name every edge, and which are dead; an edge of none is not there", () => {
  const svg = drawingSvg(cells.drawing!([2, 0, 1, 4, 3, 0]));
  assert.match(
    svg,
    "<desc>input to node 1: nor_conv_1x1; node 1 to node 2: skip_connect (dead); input to output: avg_pool_3x3; node 1 to output: nor_conv_3x3.</desc>",
  );
  assert.not.match(svg.split("</title>")[1]!, "none~");
  assert.match(drawingSvg(cells.drawing!([0, 0, 0, 0, 0, 0])), "<desc>No edge computes anything.</desc>");
});

test("the words of several cells say which edge is in which; edges without a label are drawn and named", () => {
  const svg = drawingSvg(
    pairs.drawing!(
      pairs.decode("sep3~0+sep3~1|sep3~0+sep3~1|skip~0+sep3~1|skip~0+dil3~2/max3~0+max3~1|max3~1+skip~2|max3~0+skip~2|max3~1+skip~2"),
    ),
  );
  assert.match(
    svg,
    "node 2 to node 5: dil_conv_3x3; node 2 to cell k; node 3 to cell k; node 4 to cell k; node 5 to cell k. reduction cell: cell k−2 to",
  );
  assert.is(svg.match(/<path /g)!.length, 2 * (8 + 4));
});

test("no edge passes through a label or a node that is not its own", () => {
  for (const [what, svg] of drawn) {
    const boxes = [...svg.matchAll(/<rect x="(-?[\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"[^>]*\/>\n<text/g)].map((box) =>
      box.slice(1).map(Number),
    );
    assert.ok(boxes.length > 3, what);
    for (const [, d] of svg.matchAll(/<path d="([^"]+)"/g)) {
      const passed = boxes.filter(([x, y, width, height]) =>
        pointsOf(d!).some(([px, py]) => px > x! + 1 && px < x! + width! - 1 && py > y! + 1 && py < y! + height! - 1),
      );
      assert.ok(passed.length <= 1, `${what}: ${d} passes ${passed.length} boxes`);
    }
  }
});

test("the words of a network have its layers unit by unit, and the shapes between", () => {
  const svg = drawingSvg(
    networks.drawing!(networks.decode("2,2,2,2,3:3,5,0,0,3,3,0,0,3,3,0,0,3,3,0,0,3,3,7,0:6,4,0,0,3,3,0,0,3,3,0,0,3,3,0,0,3,3,6,0")),
  );
  assert.match(
    svg,
    "224 × 224, 3 channels; stem: 3×3, 3×3 e1, to 112 × 112, 24 channels; unit 1: 3×3 e6, 5×5 e4, to 56 × 56, 32 channels;",
  );
  assert.match(
    svg,
    "unit 5, SE: 3×3 e3, 3×3 e3, 7×7 e6, to 7 × 7, 192 channels; head: 1×1, 1152, pool, 1×1, 1536, linear, to 1000 classes.",
  );
});

test("choices without a network are boxes in rows, and nothing passes between them", () => {
  const row = { output: "", layers: ["op: conv", "kernel: 3"].map((label) => ({ label, width: 1 })) };
  const rows = [
    { label: "", ...row },
    { label: "1", ...row },
  ];
  const svg = drawingSvg({ kind: "layers", title: "The architecture x", input: "", rows, colours: [] });
  assert.match(svg, ">op: conv, kernel: 3; 1: op: conv, kernel: 3.<");
  assert.not.match(svg, /<polygon|<path/);
});

test.run();
