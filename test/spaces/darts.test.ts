import { test } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import type { Space } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import { costOf, live, shapesOf } from "../../core/space/network.ts";
import { planSupernet, type SupernetSettings, supernetTrainingSchema } from "../../core/training/supernet.ts";
import darts from "../../spaces/darts.ts";
import { openNetworkContract } from "../contracts/open-network.ts";
import { spaceContract } from "../contracts/space.ts";
import { inCi, trainedOnDigits } from "./on-digits.ts";

function create(options: object = {}): Space {
  const complete = structuredClone(options);
  assert.equal(problemsOf(darts.options, complete), []);
  return darts.create(complete as never, {}) as Space;
}
const space = create();

/** As published in the repository of DARTS, of P-DARTS and of PC-DARTS. */
const V1 =
  "Genotype(normal=[('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('skip_connect', 0), ('sep_conv_3x3', 1), ('skip_connect', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('skip_connect', 2)], normal_concat=[2, 3, 4, 5], reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 0), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('avg_pool_3x3', 0)], reduce_concat=[2, 3, 4, 5])";
const V2 =
  "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=[2, 3, 4, 5], reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=[2, 3, 4, 5])";
const P_DARTS =
  "Genotype(normal=[('skip_connect', 0), ('dil_conv_3x3', 1), ('skip_connect', 0),('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('sep_conv_3x3', 3), ('sep_conv_3x3',0), ('dil_conv_5x5', 4)], normal_concat=range(2, 6), reduce=[('avg_pool_3x3', 0), ('sep_conv_5x5', 1), ('sep_conv_3x3', 0), ('dil_conv_5x5', 2), ('max_pool_3x3', 0), ('dil_conv_3x3', 1), ('dil_conv_3x3', 1), ('dil_conv_5x5', 3)], reduce_concat=range(2, 6))";
const PC_DARTS = `Genotype(
  normal=[
    ("sep_conv_3x3", 1), ("skip_connect", 0),
    ("sep_conv_3x3", 0), ("dil_conv_3x3", 1),
    ("sep_conv_5x5", 0), ("sep_conv_3x3", 1),
    ("avg_pool_3x3", 0), ("dil_conv_3x3", 1),
  ],
  normal_concat=range(2, 6),
  reduce=[
    ("sep_conv_5x5", 1), ("max_pool_3x3", 0),
    ("sep_conv_5x5", 1), ("sep_conv_5x5", 2),
    ("sep_conv_3x3", 0), ("sep_conv_3x3", 3),
    ("sep_conv_3x3", 1), ("sep_conv_3x3", 2),
  ],
  reduce_concat=range(2, 6),
)`;
const V2_TEXT = "sep3~0+sep3~1|sep3~0+sep3~1|skip~0+sep3~1|skip~0+dil3~2/max3~0+max3~1|max3~1+skip~2|max3~0+skip~2|max3~1+skip~2";

for (const [title, run] of spaceContract("darts", space, [
  V2_TEXT.replace("/", "|"),
  V2_TEXT.replace("sep3~0+sep3~1|", ""),
  V2_TEXT.replace("sep3~0+sep3~1", "sep3~0+sep3~2"),
  V2_TEXT.replace("sep3~0+sep3~1", "sep3~0+sep3~"),
  V2_TEXT.replace("sep3~0+sep3~1", "sep3~0+sep3~1+sep3~1"),
  V2_TEXT.replace("sep3~0+", ""),
  V2.slice(0, -1),
  `${V2})`,
  V2.replace("reduce=", "reduction="),
  V2.replace("('sep_conv_3x3', 0), ", ""),
]))
  test(title, run);

for (const [title, run] of openNetworkContract("darts", create({ channels: 4, cells: 4, imageSize: 8 }), [4])) test(title, run);

test("there are (1 · 3 · 6 · 10 · 7⁸)² architectures, the 10¹⁸ of the paper", () => {
  let [graphs, all] = [1n, 1n];
  for (let k = 1n; k <= 4n; k++) {
    graphs *= ((k + 1n) * k) / 2n;
    all *= (((k + 1n) * k) / 2n) * 7n ** 2n;
  }
  assert.is(graphs, 180n);
  assert.is(space.size, all ** 2n);
  assert.is(space.size, 1_076_746_950_455_072_400n);
});

test("genotypes are read as they are published, whatever the order of a node's inputs, and written short", () => {
  assert.is(space.encode(space.decode(V2)), V2_TEXT);
  assert.is(
    space.encode(space.decode(V1)),
    "sep3~0+sep3~1|skip~0+sep3~1|skip~0+sep3~1|sep3~0+skip~2/max3~0+max3~1|max3~0+skip~2|max3~0+skip~2|avg3~0+skip~2",
  );
  assert.is(
    space.encode(space.decode(PC_DARTS)),
    "skip~0+sep3~1|sep3~0+dil3~1|sep5~0+sep3~1|avg3~0+dil3~1/max3~0+sep5~1|sep5~1+sep5~2|sep3~0+sep3~3|sep3~1+sep3~2",
  );
});

test("a drawing has the genotype in its title, from which the architecture is read again", () => {
  const rng = randomStream(1, "/test");
  for (let i = 0; i < 100; i++) {
    const architecture = space.sample(rng);
    assert.equal(space.decode(space.drawing!(architecture).title), architecture);
  }
});

test("what is wrong in a text is named, with its place", () => {
  const says = (text: string, message: RegExp) => assert.throws(() => space.decode(text), message);
  says(V2_TEXT.replace("dil3", "dil4"), /in node 5 of the normal cell, where "dil4" stands; did you mean "dil3"\?/);
  says(V2.replace("max_pool_3x3", "none"), /an operation other than none in node 2 of the reduction cell: only while DARTS searches/);
  says(V2_TEXT.replace("max3~0+max3~1", "max3~1+max3~1"), /two different states in node 2 of the reduction cell, where 1 stands twice/);
  says(V2_TEXT.replace("skip~0+dil3~2", "skip~0+dil3~5"), /a state from 0 to 4 in node 5 of the normal cell, where 5 stands/);
  says(V2.replace("normal_concat=[2, 3, 4, 5]", "normal_concat=range(3, 6)"), /normal_concat=\[2, 3, 4, 5\], since a cell gives/);
  says(V2_TEXT.replace("|skip~0+dil3~2", ""), /4 nodes with 2 operations each in the normal cell/);
});

test("published networks have the parameters that their authors' programs print, the auxiliary head left out", () => {
  const parameters = (genotype: string) => space.cost!(space.decode(genotype)).parameters;
  assert.is(parameters(V2), 3_349_342);
  assert.is(parameters(PC_DARTS), 3_634_678);
  assert.is(parameters(P_DARTS), 3_433_798);
});

test("costs are those of the network", () => {
  const rng = randomStream(2, "/test");
  for (const options of [{}, { channels: 5, cells: 4, imageSize: 9, imageChannels: 1, classes: 3 }]) {
    const of = create(options);
    const architecture = of.sample(rng);
    assert.equal(of.cost!(architecture), costOf(of.network!(architecture)));
  }
});

test("one cell of each kind on a small image is counted by hand", () => {
  const [C, cells, size, classes] = [4, 3, 8, 10];
  const small = create({ channels: C, cells, imageSize: size, imageChannels: 1, classes });
  const architecture = small.decode(
    "sep3~0+dil5~1|max3~0+skip~1|avg3~0+skip~2|skip~0+skip~3/skip~0+sep5~1|max3~0+dil3~2|avg3~0+skip~2|max3~0+avg3~3",
  );
  const convolution = (kernel: number, from: number, to: number) => kernel ** 2 * from * to + 2 * to;
  const separable = (kernel: number, width: number) => kernel ** 2 * width + width ** 2 + 2 * width;
  const reduction = (from: number, before: number, width: number) =>
    convolution(1, before, width) +
    convolution(1, from, width) +
    convolution(1, width, width) +
    2 * separable(5, width) +
    separable(3, width);
  const normal = 2 * convolution(1, 3 * C, C) + 2 * separable(3, C) + separable(5, C);
  assert.is(
    small.cost!(architecture).parameters,
    convolution(3, 1, 3 * C) + normal + reduction(4 * C, 3 * C, 2 * C) + reduction(4 * 2 * C, 4 * C, 4 * C) + (4 * 4 * C + 1) * classes,
  );
});

test("a network is halved at a third and at two thirds, with twice the channels, and has no dead parts", () => {
  for (const [cells, reductions] of [
    [3, [1, 2]],
    [5, [1, 3]],
    [20, [6, 13]],
  ] as const) {
    const of = create({ cells, channels: 4, imageSize: 16 });
    const network = of.network!(of.sample(randomStream(cells, "/test")));
    const shapes = shapesOf(network);
    const last = new Map(network.layers.map(({ part }, i) => [part, shapes[i]!]));
    for (let cell = 0; cell < cells; cell++) {
      const halvings = reductions.filter((reduction) => reduction <= cell).length;
      assert.equal(last.get(`cell ${cell}`), [16 / 2 ** halvings, 16 / 2 ** halvings, 4 * 4 * 2 ** halvings], `cell ${cell} of ${cells}`);
    }
    assert.is(live(network).layers.length, network.layers.length);
  }
});

test("the envelope has every weight of every network, as large", () => {
  const complete = { epochs: 1 };
  assert.equal(problemsOf(supernetTrainingSchema, complete), []);
  const small = create({ channels: 4, cells: 5, imageSize: 8 });
  const plan = { sampling: "uniform", settings: complete as SupernetSettings, seed: 1, perStep: 1 } as const;
  const { envelope } = planSupernet(small, { ...plan, shrinking: { epochs: 1, learningRate: 1, distillation: 0 } });
  const weightsOf = (networks: typeof envelope) =>
    new Set(
      networks.flatMap((network) => {
        const shapes = shapesOf(network);
        return network.layers.flatMap(({ kind, weights, inputs }, i) =>
          weights === undefined ? [] : [`${kind} ${weights} ${shapes[inputs[0]!]![2]} → ${shapes[i]![2]}`],
        );
      }),
    );
  const known = weightsOf(envelope);
  const rng = randomStream(3, "/test");
  const drawn = weightsOf(Array.from({ length: 300 }, () => small.network!(small.sample(rng))));
  for (const weights of drawn) assert.ok(known.has(weights), weights);
  assert.is(drawn.size, known.size);
});

inCi("architectures train on digits", async () => {
  const accuracies = await trainedOnDigits(create({ channels: 8, cells: 3, imageSize: 8, imageChannels: 1 }), 5);
  for (const accuracy of accuracies) assert.ok(accuracy > 30, `${accuracies}`);
});

test.run();
