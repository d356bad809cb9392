import { test } from "uvu";
import * as assert from "uvu/assert";
import { squaredDistance } from "../../core/gaussian-process/kernels.ts";
import { problemsOf } from "../../core/json/schema.ts";
import type { Space } from "../../core/plugin/space.ts";
import { shapesOf } from "../../core/space/network.ts";
import natsBenchSize from "../../spaces/nats-bench-size.ts";
import { spaceContract } from "../contracts/space.ts";
import { inCi, trainedOnDigits } from "./on-digits.ts";

function create(options: object = {}): Space {
  const complete = structuredClone(options);
  assert.equal(problemsOf(natsBenchSize.options, complete), []);
  return natsBenchSize.create(complete as never, {}) as Space;
}
const space = create();

const UNREADABLE = ["64:32:16:8", "64:32:16:8:8:8", "64:32:16:8:12", "64:32:16:8:08", "64:32:16:8:8.0", "64,32,16,8,8"];
for (const [title, run] of spaceContract("nats-bench-size", space, UNREADABLE)) test(title, run);

test("the textual form of the benchmark is read and written, in 32,768 ways", () => {
  assert.equal(space.decode("64:32:16:48:8"), [7, 3, 1, 5, 0]);
  assert.is(space.encode([7, 3, 1, 5, 0]), "64:32:16:48:8");
  assert.is(space.size, 32_768n);
});

test("widths have as many different features as they are apart in order", () => {
  const of = (text: string) => space.features!(space.decode(text));
  const apart = (a: string, b: string) => squaredDistance(of(a), of(b));
  assert.equal(of("8:8:8:8:8"), { features: [], counts: [] });
  assert.equal([apart("8:8:8:8:8", "8:8:8:8:24"), apart("64:8:8:8:24", "8:8:8:16:24")], [2, 8]);
});

test("a width that no layer can have is named", () => {
  assert.throws(() => space.decode("64:32:16:48:12"), /one of 8, 16, 24, 32, 40, 48, 56, 64; found "12" for layer 5/);
  assert.throws(() => space.decode("64:32"), /5 widths with colons between, .*; found 2/);
});

// Parameters in millions as the benchmark's files have them: 0.011714, 0.107826 and 0.713674.
for (const [text, parameters] of [
  ["8:8:8:8:8", 11_714],
  ["8:8:16:40:40", 107_826],
  ["64:64:64:64:64", 713_674],
] as const)
  test(`${text} has the ${parameters} parameters that the benchmark publishes`, () => {
    assert.is(space.cost!(space.decode(text)).parameters, parameters);
  });

test("multiply-adds are counted by hand", () => {
  const [a, b, c, d, e] = [8, 16, 24, 24, 64];
  const cell = (from: number, to: number) => 2 * 9 * from * to + 3 * 9 * to * to + (from === to ? 0 : from * to);
  const block = (from: number, to: number) => 9 * from * to + 9 * to * to + from * to;
  const full = 9 * 3 * a + cell(a, a);
  const half = block(a, b) + cell(b, c);
  const quarter = block(c, d) + cell(d, e);
  const { madds } = space.cost!(space.decode([a, b, c, d, e].join(":")));
  assert.is(madds, full * 32 ** 2 + half * 16 ** 2 + quarter * 8 ** 2 + e * 10);
});

test("a skip is a convolution only where a cell has other channels than what feeds it", () => {
  const names = (text: string) => space.network!(space.decode(text)).layers.map(({ weights }) => weights);
  const skips = (text: string) => ["layer 1/0 → 3", "layer 3/0 → 3", "layer 5/0 → 3"].filter((name) => names(text).includes(name));
  assert.equal(skips("8:16:16:8:8"), []);
  assert.equal(skips("8:16:8:8:64"), ["layer 3/0 → 3", "layer 5/0 → 3"]);
});

test("the options of the network are those of the images and classes", () => {
  const small = create({ imageSize: 9, imageChannels: 1, classes: 4 });
  const shapes = shapesOf(small.network!(small.decode("8:16:24:32:40")));
  assert.equal(shapes[0], [9, 9, 1]);
  assert.equal(shapes.at(-3), [3, 3, 40]);
  assert.equal(shapes.at(-1), [1, 1, 4]);
});

test("a drawing has a row for each layer, as wide as its channels", () => {
  const drawing = space.drawing!(space.decode("64:32:16:48:8"));
  if (drawing.kind !== "layers") throw new Error("no layers");
  assert.equal(
    drawing.rows.slice(1, 6).map(({ layers }) => layers[0]!.width),
    [1, 0.5, 0.25, 0.75, 0.125],
  );
  assert.equal(
    drawing.rows.map(({ output }) => output),
    ["32 × 32, 64", "32 × 32, 64", "16 × 16, 32", "16 × 16, 16", "8 × 8, 48", "8 × 8, 8"]
      .map((shape) => `${shape} channels`)
      .concat("10 classes"),
  );
});

inCi("architectures train on digits", async () => {
  const accuracies = await trainedOnDigits(create({ imageSize: 8, imageChannels: 1 }), 1);
  for (const accuracy of accuracies) assert.ok(accuracy > 30, `${accuracies}`);
});

test.run();
