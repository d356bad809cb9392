import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Space } from "../../../core/plugin/space.ts";
import { choiceFeatures, featuresOf, graphFeatures } from "../../../core/space/features.ts";
import { NetworkWriter } from "../../../core/space/network.ts";
import mobilenet from "../../../spaces/mobilenet.ts";
import nasBench201 from "../../../spaces/nas-bench-201.ts";
import { tinySpace } from "../../fixtures.ts";

test("each choice is a feature; that of an absent component is none", () => {
  const conditional = {
    choices: [
      ["there", "not"],
      ["absent", "3", "5"],
    ],
    conditions: [undefined, { component: 0, choices: [0] }],
  };
  const of = choiceFeatures(conditional);
  assert.equal(of([0, 2]), { features: [0, 4], counts: [1, 1] });
  assert.equal(of([1, 0]), { features: [1], counts: [1] });
});

test("of a network the kinds of layers are counted, and after which kinds each stands; dead layers are not", () => {
  const of = graphFeatures();
  const network = (first: number, second: number, dead: boolean) => {
    const net = new NetworkWriter([4, 4, 1]);
    const [a, b] = [net.convolution(net.image, first, 2), net.convolution(net.image, second, 2)];
    if (dead) net.convolution(a, 5, 2);
    net.sum([a, b]);
    return net.network();
  };
  const { features, counts } = of(network(1, 3, false));
  assert.is(features.length, 4 + 4); // image, two convolutions, sum; each with what feeds it
  assert.equal([...new Set(counts)], [1]);
  assert.equal(of(network(3, 1, false)), { features, counts }, "the order of what is summed does not matter");
  const twice = of(network(3, 3, false));
  assert.equal([...twice.counts].sort(), [1, 1, 1, 1, 2, 2]);
  const chain = (dead: boolean) => {
    const net = new NetworkWriter([4, 4, 1]);
    const zero = net.zero(net.image);
    net.sum([net.convolution(net.image, 3, 1), dead ? net.convolution(zero, 1, 1) : zero]);
    return net.network();
  };
  assert.equal(of(chain(true)), of(chain(false)));
});

test("features of networks have the same numbers whatever came before", () => {
  const [first, second] = [graphFeatures(), graphFeatures()];
  const [a, b] = [3, 5].map((kernel) => {
    const net = new NetworkWriter([4, 4, 1]);
    net.sum([net.convolution(net.image, kernel, 2), net.depthwise(net.convolution(net.image, 1, 2), kernel)]);
    return net.network();
  });
  const told = first(a!);
  second(b!);
  assert.equal(second(a!), told);
  assert.ok(told.features.every((feature) => Number.isSafeInteger(8 * feature)));
});

test("a space that says nothing has its choices as features, and what stands in its networks", () => {
  const space: Space = {
    ...tinySpace(2, 2),
    network(architecture) {
      const net = new NetworkWriter([4, 4, 1]);
      net.convolution(architecture[0] === 0 ? net.image : net.maxPool(net.image, 3), 3, 2);
      return net.network();
    },
  };
  const of = featuresOf(space);
  const shared = (a: readonly number[], b: readonly number[]) =>
    of(a).features.filter((feature) => of(b).features.includes(feature)).length;
  assert.is(of([0, 0]).features.length, 2 + 4);
  assert.is(of([1, 0]).features.length, 2 + 6);
  assert.is(shared([0, 0], [0, 1]), 1 + 4); // one function, as far as the network goes
  assert.is(featuresOf(tinySpace(2, 2))([1, 0]).features.length, 2);
});

test("NAS-Bench-201 counts the sequences of operations from input to output, without skips", async () => {
  const space = await nasBench201.create({ ...defaults(nasBench201.options), channels: 16 } as never, {});
  const of = (text: string) => space.features!(space.decode(text));
  const all = of("|nor_conv_3x3~0|+|skip_connect~0|skip_connect~1|+|none~0|skip_connect~1|skip_connect~2|");
  assert.equal(all.counts, [1, 2]); // the input itself once; a convolution by way of node 1, and of nodes 1 and 2
  assert.equal(of("|none~0|+|none~0|none~1|+|none~0|nor_conv_1x1~1|nor_conv_1x1~2|"), { features: [], counts: [] });
});

test("mobilenet has the kernel and the expansion of each layer as features", async () => {
  const space = await mobilenet.create(defaults(mobilenet.options) as never, {} as never);
  const unit = [1, 9, 0, 0]; // kernel 3 expansion 3, kernel 7 expansion 6
  const { features } = space.features!([...unit, ...unit, ...unit, ...unit, ...unit]);
  assert.equal(features.slice(0, 4), [0, 3, 8, 11]);
  assert.is(features.length, 20);
});

function defaults({ properties }: { readonly properties: object }): object {
  return Object.fromEntries(Object.entries(properties).map(([name, { default: value }]) => [name, value]));
}

test.run();
