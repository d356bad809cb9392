import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EvokeError } from "../../core/errors/index.ts";
import { problemsOf } from "../../core/json/schema.ts";
import type { Space } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { namedChoices } from "../../core/space/choices.ts";
import { costOf, shapesOf } from "../../core/space/network.ts";
import choices from "../../spaces/choices.ts";
import { spaceContract } from "../contracts/space.ts";
import { twelveLayers } from "../twelve-layers.ts";

function create(options: object): Space {
  const complete = structuredClone(options);
  assert.equal(problemsOf(choices.options, complete, "/space/options"), []);
  return choices.create(complete as never, {}) as Space;
}

const even = { components: [{ repeat: 5, components: [{ name: "operation #", choices: ["conv", "pool", "skip"] }] }] };
const uneven = {
  components: [
    { name: "width", choices: [8, 16, 24, 32, 48] },
    { name: "rate", choices: [0.5, -1, 1e-7] },
    { name: "kind of pool", choices: ["average", "max pool"] },
  ],
};
const conditional = {
  components: [
    { name: "kind", choices: ["plain", "separable", "none"] },
    { name: "kernel", choices: [3, 5, 7], when: { kind: ["plain", "separable"] } },
    { name: "multiplier", choices: [1, 2], when: { kind: "separable" } },
  ],
};
/** A depth decides how many layers there are; a layer has an operation, and one of these a kernel. */
const nested = {
  components: [
    {
      repeat: 2,
      components: [
        { name: "depth #", choices: [1, 2, 3] },
        {
          repeat: 3,
          components: [
            { name: "operation #.#", choices: ["conv", "identity"], when: { "depth #": { atLeast: "#" } } },
            { name: "kernel #.#", choices: [3, 5], when: { "operation #.#": "conv" } },
          ],
        },
      ],
    },
  ],
  costs: {
    time: {
      unit: "ms",
      base: 0.5,
      tables: [{ of: ["kernel #.#", "depth #"], values: { 3: { 1: 1, 2: 2, 3: 3 }, 5: { 1: 4, 2: 5, 3: 6 } } }],
    },
  },
};
const spaces = { even, uneven, conditional, nested, "twelve layers": twelveLayers };

for (const [name, options] of Object.entries(spaces))
  for (const [title, run] of spaceContract(`choices, ${name},`, create(options), ["width=8", ":", "a=b=c"])) test(title, run);

/** All members, by their number if components were free. */
function membersOf(space: Space): Architecture[] {
  const all = space.choices.reduce<Architecture[]>(
    (heads, own) => heads.flatMap((head) => own.map((_, choice) => [...head, choice])),
    [[]],
  );
  return all.filter((architecture) => space.contains(architecture));
}

for (const [name, options] of Object.entries({ even, uneven, conditional })) {
  test(`choices, ${name}, has as many members as an enumeration finds, and each is drawn equally often`, () => {
    const space = create(options);
    const members = membersOf(space);
    assert.is(space.size, BigInt(members.length));
    const rng = randomStream(1, "/test");
    const draws = 100 * members.length;
    const seen = new Map<string, number>();
    for (let n = 0; n < draws; n++) {
      const text = space.encode(space.sample(rng));
      seen.set(text, (seen.get(text) ?? 0) + 1);
    }
    // χ² of members − 1 degrees of freedom, held to 4 of its standard deviations √(2 · (members − 1)).
    const squares = members.reduce((sum, member) => sum + ((seen.get(space.encode(member)) ?? 0) - 100) ** 2 / 100, 0);
    assert.ok(Math.abs(squares - (members.length - 1)) < 4 * Math.sqrt(2 * (members.length - 1)), String(squares));
  });
}

test("nested conditions are counted exactly, and drawn in proportion", () => {
  const space = create(nested);
  // A layer has 2 kernels or identity: 3. A stage 3 + 9 + 27.
  assert.is(space.size, 39n ** 2n);
  const rng = randomStream(2, "/test");
  let deep = 0;
  for (let n = 0; n < 20_000; n++) deep += space.sample(rng)[0] === 2 ? 1 : 0;
  assert.ok(Math.abs(deep / 20_000 - 27 / 39) < 4 * 0.0033, String(deep)); // standard error √(0.69 · 0.31 / 20,000)
});

test("twelve layers of 9 and the absent one, in 2 resolutions, are 2 · 10¹²", () => {
  assert.is(create(twelveLayers).size, 2n * 10n ** 12n);
});

test("more members than 2⁵³ are counted and drawn", () => {
  const wide = {
    components: [
      { name: "a", choices: [1, 2] },
      { repeat: 60, components: [{ name: "b #", choices: [1, 2, 3], when: { a: 2 } }] },
    ],
  };
  const space = create(wide);
  assert.is(space.size, 1n + 3n ** 60n);
  assert.is(space.sample(randomStream(1, "/test"))[0], 1);
});

test("a text is one word: components in order, those that are absent left out, spaces as underscores", () => {
  const space = create(conditional);
  assert.is(space.encode([1, 2, 2]), "kind=separable:kernel=5:multiplier=2");
  assert.is(space.encode([2, 0, 0]), "kind=none");
  assert.is(create(uneven).encode([0, 2, 1]), "width=8:rate=1e-7:kind_of_pool=max_pool");
  assert.equal(namedChoices(create(uneven), [0, 2, 1]), { width: "8", rate: "1e-7", "kind of pool": "max pool" });
  fc.assert(fc.property(fc.nat(), (seed) => /^[\w.:=-]+$/.test(create(nested).encode(create(nested).sample(randomStream(seed, "/test"))))));
});

test("an unreadable text is answered with the component, what it may be, and what may be meant", () => {
  const space = create(conditional);
  const answer = (text: string) => {
    try {
      space.decode(text);
    } catch (error) {
      return (error as EvokeError).message.split("Expected ")[1];
    }
    return undefined;
  };
  assert.is(answer("kind=plain:kernal=3"), 'a component for "kernal", and there is none; did you mean "kernel"?.');
  assert.is(answer("kind=plan:kernel=3"), 'kind= and one of plain, separable, none; found "plan"; did you mean "plain"?.');
  assert.is(answer("kind=none:kernel=3"), "no kernel, which is there only with kind=plain or kind=separable.");
  assert.is(answer("kind=plain"), "kernel= and one of 3, 5, 7, which is missing.");
  assert.is(answer("kind=plain:kernel=-"), 'kernel= and one of 3, 5, 7; found "-".');
  assert.is(answer("kernel=3:kind=plain"), '"kind=plain:kernel=3", if these choices are meant: components in their order.');
});

test("what comes to be there has its first choice, or that of a modification before or after; what goes takes with it what follows", () => {
  const space = create(nested);
  const set = (text: string, ...modifications: (readonly [string, number])[]) =>
    space.encode(
      space.modify(
        space.decode(text),
        modifications.map(([name, operation]) => ({ component: space.components!.indexOf(name), operation })),
      ),
    );
  const shallow = "depth_1=1:operation_1.1=identity:depth_2=1:operation_2.1=identity";
  const deeper = "depth_1=2:operation_1.1=identity:operation_1.2=conv:kernel_1.2=3:depth_2=1:operation_2.1=identity";
  assert.is(set(shallow, ["depth 1", 1]), deeper);
  for (const order of [1, -1])
    assert.is(
      set(shallow, ...[["depth 1", 1] as const, ["kernel 1.2", 2] as const].slice(0).sort(() => order)),
      deeper.replace("=3", "=5"),
    );
  assert.is(set(deeper, ["depth 1", 0]), shallow);
  assert.is(set(deeper, ["operation 1.2", 0]), deeper, "a component that must be there stays");
  assert.is(set(shallow, ["kernel 1.3", 1]), shallow, "one that cannot be there stays away");
});

test("costs are the base and what each table adds; an absent component adds nothing", () => {
  const space = create(nested);
  const time = (text: string) => space.cost!(space.decode(text)).time;
  assert.equal(space.costs, [{ name: "time", unit: "ms", goal: "minimise" }]);
  assert.is(time("depth_1=1:operation_1.1=identity:depth_2=1:operation_2.1=identity"), 0.5);
  assert.is(
    time("depth_1=2:operation_1.1=identity:operation_1.2=conv:kernel_1.2=5:depth_2=1:operation_2.1=conv:kernel_2.1=3"),
    0.5 + 5 + 1,
  );
});

test("a network is what its layers say: an absent layer is not there, a residual projects where widths differ", () => {
  const space = create(twelveLayers);
  const absent = Array.from({ length: 11 }, (_, i) => `:layer_${i + 2}=absent`).join("");
  const kinds = (text: string) => space.network!(space.decode(text + absent)).layers.map(({ kind }) => kind);
  const head = ["activation", "global-average-pool", "linear"];
  assert.equal(kinds("resolution=8:layer_1=absent"), ["image", "convolution", "batchNorm", ...head]);
  const layer = ["activation", "convolution", "batchNorm"];
  assert.equal(kinds("resolution=4:layer_1=present:kernel_1=3:width_1=8"), [
    "image",
    "average-pool",
    "convolution",
    "batchNorm",
    ...layer,
    "sum",
    ...head,
  ]);
  const text = `resolution=8:layer_1=present:kernel_1=5:width_1=16${absent}`;
  const { layers } = space.network!(space.decode(text));
  assert.equal(
    layers.slice(3, 9).map(({ kind }) => kind),
    [...layer, "convolution", "batchNorm", "sum"],
  );
  assert.equal(shapesOf({ layers })[8], [8, 8, 16]);
  // Counted by hand: 3×3 stem of 8, 5×5 from 8 to 16, its projection, the classifier.
  const weights = [9 * 8, 25 * 8 * 16, 8 * 16];
  assert.equal(space.cost!(space.decode(text)), {
    madds: 64 * weights.reduce((sum, n) => sum + n) + 160,
    parameters: weights.reduce((sum, n) => sum + n) + 2 * (8 + 16 + 16) + 170,
    milliseconds: 1.6,
  });
});

test("every layer that can be described is written, and its placeholders are what was chosen", () => {
  const space = create({
    components: [
      { name: "expansion", choices: [2, 4] },
      { name: "stride", choices: [1, 2] },
      { name: "function", choices: ["relu", "hard-swish"] },
      { name: "pool", choices: ["max", "average"] },
    ],
    ...{ imageSize: 8, imageChannels: 2, classes: 3 },
    network: [
      {
        residual: [
          { convolution: { kernel: 1, times: "$expansion" } },
          "batchNorm",
          { depthwise: { kernel: 3, stride: "$stride", dilation: 2 } },
        ],
      },
      { "squeeze-excitation": { reduction: 2 } },
      { activation: "$function" },
      { when: { pool: "max" }, layers: [{ "max-pool": { kernel: 3 } }] },
      { when: { pool: "average" }, layers: [{ "average-pool": { kernel: 3 } }] },
      { concatenation: [[], [{ repeat: 2, layers: [{ convolution: { kernel: 3, channels: 5 } }] }]] },
      { sum: [[], [{ convolution: { kernel: 1, times: 1 } }]] },
      "global-average-pool",
      { linear: { outputs: 7 } },
      "classifier",
    ],
  });
  for (const [title, run] of spaceContract("choices, every layer,", space)) {
    void title;
    run();
  }
  const network = space.network!(space.decode("expansion=4:stride=2:function=hard-swish:pool=max"));
  const shapes = shapesOf(network);
  const of = (kind: string) => network.layers.flatMap((layer, i) => (layer.kind === kind ? [shapes[i]!] : []));
  assert.equal(of("depthwise"), [[4, 4, 8]]);
  assert.equal(of("concatenation"), [[4, 4, 13]]);
  assert.equal(of("max-pool").length + of("average-pool").length, 1);
  assert.ok(network.layers.some((layer) => layer.kind === "activation" && layer.activation === "hard-swish"));
  assert.equal(costOf(network), space.cost!(space.decode("expansion=4:stride=2:function=hard-swish:pool=max")));
});

test("between them, the members of the envelope have every weight as large as any other has", () => {
  const space = create(twelveLayers);
  const sizes = (networks: readonly Architecture[]) => {
    const largest = new Map<string, number[]>();
    for (const network of networks.map((member) => space.network!(member))) {
      const shapes = shapesOf(network);
      for (const [i, layer] of network.layers.entries()) {
        if (layer.weights === undefined) continue;
        const own = ["kernel" in layer ? layer.kernel : 1, shapes[layer.inputs[0]!]![2], shapes[i]![2]];
        const known = largest.get(`${layer.kind} ${layer.weights}`) ?? [0, 0, 0];
        largest.set(
          `${layer.kind} ${layer.weights}`,
          own.map((size, axis) => Math.max(size, known[axis]!)),
        );
      }
    }
    return largest;
  };
  const rng = randomStream(3, "/test");
  const covered = sizes(space.envelope!);
  for (const [name, size] of sizes(Array.from({ length: 1_000 }, () => space.sample(rng))))
    assert.ok(
      size.every((one, axis) => covered.get(name)![axis]! >= one),
      `${name}: ${size}, where the envelope has ${covered.get(name)}`,
    );
});

/** What is wrong with a description: a sentence of its schema, or the message of the error. */
function problemOf(options: object): string {
  const complete = structuredClone(options);
  const [problem] = problemsOf(choices.options, complete, "/space/options");
  if (problem !== undefined) return problem;
  try {
    choices.create(complete as never, {});
  } catch (error) {
    if (error instanceof EvokeError && error.code === "SPACE_INVALID") return error.message.replace("Cannot use /space/options", "");
    throw error;
  }
  return "nothing";
}

const a = { name: "a", choices: [1, 2] };
const net = (...network: unknown[]) => ({ components: [a, { name: "b", choices: [3, "x"], when: { a: 2 } }], network });
const mistakes: readonly (readonly [object, string])[] = [
  [{}, '/space/options: the property "components" is missing'],
  [{ components: [] }, "/space/options/components: must have at least 1 item; found []"],
  [{ components: [{ name: "a" }] }, '/space/options/components/0: the property "choices" is missing, which "name" needs'],
  [
    { components: [{ ...a, repeat: 2, components: [a] }] },
    '/components/0: found "name" and "repeat" together.\n  Put the component into the components that are repeated.',
  ],
  [{ components: [{ name: "a", choices: [1] }] }, "/space/options/components/0/choices: must have at least 2 items; found [1]"],
  [{ components: [{ ...a, whn: { b: 1 } }] }, '/space/options/components/0: unknown property "whn". Did you mean "when"?'],
  [{ components: [a], netwrk: [] }, '/space/options: unknown property "netwrk". Did you mean "network"?'],
  [{ components: [{ repeat: 0, components: [a] }] }, "/space/options/components/0/repeat: must be >= 1; found 0"],
  [
    { components: [{ repeat: 2, components: [a] }] },
    '/components/0/components/0/name: "a" has 0 "#", and stands in 1 repeat.\n  A name has a "#" for each repeat that it stands in, where the number of the copy is to stand: "a #".',
  ],
  [{ components: [{ ...a, name: "a #" }] }, '/components/0/name: "a #" has 1 "#", and stands in 0 repeats.\n  Leave the "#" out.'],
  [
    { components: [{ ...a, name: "1" }] },
    '/components/0/name: "1" cannot be the name of a component.\n  A name begins with a letter; then there are letters, digits, dots, hyphens, underscores, and single spaces.',
  ],
  [
    {
      components: [
        { ...a, name: "a b" },
        { ...a, name: "a_b" },
      ],
    },
    '/components/1/name: there is a component "a b" before "a_b".\n  Give one of them another name; an underscore is what a space is written as.',
  ],
  [
    { components: [{ name: "a", choices: [1, "1"] }] },
    '/components/0/choices/1: "1" is there twice.\n  Leave it out: /choices/0 is the same.',
  ],
  [
    { components: [{ name: "a", choices: ["x", "y=z"] }] },
    '/components/0/choices/1: "y=z" cannot be a choice.\n  A choice is a number, or letters, digits, dots, hyphens, underscores, and single spaces.',
  ],
  [
    {
      components: [
        { name: "layer", choices: [1, 2] },
        { ...a, when: { laier: 1 } },
      ],
    },
    '/components/1/when: there is no component "laier".\n  Did you mean "layer"?',
  ],
  [
    {
      components: [
        { ...a, when: { b: 1 } },
        { name: "b", choices: [1, 2] },
      ],
    },
    '/components/0/when: there is no component "b" there, or it comes later.\n  A component can only depend on one that stands before it.',
  ],
  [
    { components: [a, { name: "b", choices: [1, 2], when: { a: 3 } }] },
    '/components/1/when/a: "a" has no choice 3.\n  Its choices are 1, 2.',
  ],
  [
    { components: [a, { name: "b", choices: [1, 2], when: { a: { atLeast: 3 } } }] },
    '/components/1/when/a: no choice of "a" is a number from 3 on.\n  Its choices are 1, 2.',
  ],
  [
    { components: [a, { name: "b", choices: [1, 2], when: { a: { atLeast: "#" } } }] },
    '/components/1/when/a/atLeast: "#" stands in no repeat.\n  Write a number.',
  ],
  [
    { components: [a, { name: "b", choices: [1, 2], when: { a: 1, c: 2 } }] },
    '/space/options/components/1/when: must have at most 1 property; found {"a":1,"c":2}',
  ],
  [
    { components: [{ repeat: 100, components: [{ repeat: 11, components: [{ ...a, name: "a #.#" }] }] }] },
    "/components: there are more than 1000 components.\n  Repeat fewer.",
  ],
  [{ components: [a], costs: { time: {} } }, '/space/options/costs/time: the property "unit" is missing'],
  [
    { components: [a], costs: { time: { unit: "s", tables: [{ of: ["b"], values: {} }] } } },
    '/costs/time/tables/0/of/0: there is no component "b".\n  Did you mean "a"?',
  ],
  [
    { components: [a], costs: { time: { unit: "s", tables: [{ of: ["a"], values: { 1: 2 } }] } } },
    '/costs/time/tables/0/values: there is no value for "a" 2.\n  A table has one for each choice.',
  ],
  [
    { components: [a], costs: { time: { unit: "s", tables: [{ of: ["a"], values: { 1: 2, 2: 3, 3: 4 } }] } } },
    '/costs/time/tables/0/values: "a" has no choice "3".\n  Its choices are 1, 2.',
  ],
  [
    { components: [a], costs: { time: { unit: "s", tables: [{ of: ["a"], values: { 1: 2, 2: -3 } }] } } },
    "/costs/time/tables/0/values/2: found -3.\n  A cost is a number from 0 on.",
  ],
  [
    { ...net("global-average-pool", "classifier"), costs: { madds: { unit: "M" } } },
    "/costs/madds: the madds are counted from the network.\n  Leave one of them out, or give it another name.",
  ],
  [
    net("batchnorm"),
    '/space/options/network/0: must be one of batchNorm, global-average-pool, classifier; found "batchnorm". Did you mean "batchNorm"?',
  ],
  [net({ convolutoin: {} }), '/space/options/network/0: unknown property "convolutoin". Did you mean "convolution"?'],
  [net({ convolution: { channels: 3 } }), '/space/options/network/0/convolution: the property "kernel" is missing'],
  [
    net({ convolution: { kernel: 3 } }),
    '/network/0/convolution: it has neither "channels" nor "times".\n  Give "channels", or as "times" how many times those before it.',
  ],
  [net({ depthwise: { kernel: 0 } }), "/space/options/network/0/depthwise/kernel: must be >= 1; found 0"],
  [
    net({ depthwise: { kernel: "a" } }),
    '/network/0/depthwise/kernel: found "a".\n  It must be a whole number from 1 to 65,536. To use what was chosen for a component, write "$name".',
  ],
  [
    net({ depthwise: { kernel: "$expansion" } }),
    '/network/0/depthwise/kernel: there is no component "expansion" there, or it comes later.\n  Before it there are: a, b.',
  ],
  [
    net({ depthwise: { kernel: "$b" } }),
    '/network/0/depthwise/kernel: "b" is not always there.\n  Put the layer into { "when": …, "layers": [ … ] }, with the condition of it.',
  ],
  [
    net({ when: { a: 2 }, layers: [{ depthwise: { kernel: "$b" } }] }),
    '/network/0/layers/0/depthwise/kernel: "b" may be "x" there.\n  It must be a whole number from 1 to 65,536. Its choices there are 3, x.',
  ],
  [
    net({ depthwise: { kernel: "$a" } }),
    "/network/0/depthwise/kernel: it may be even and odd.\n  Shared weights take the middle of a larger kernel; choose among odd kernels, or among even ones.",
  ],
  [
    net({ activation: "gelu" }),
    '/network/0/activation: found "gelu".\n  It must be relu, hard-swish or hard-sigmoid. To use what was chosen for a component, write "$name".',
  ],
  [
    net({ when: { a: 1 }, layers: [{ when: { b: 3 }, layers: [] }] }),
    '/network/0/layers/0/when: this never holds.\n  "a" has another choice there, by the conditions around it.',
  ],
  [net({ repeat: 3 }), '/space/options/network/0: the property "layers" is missing, which "repeat" needs'],
  [
    net({ layers: [] }),
    '/network/0: "layers" stands alone.\n  It goes with "repeat" or "when"; layers by themselves need nothing around them.',
  ],
  [
    net({ activation: "relu", residual: [] }),
    '/network/0: found "activation" and "residual" together.\n  Each is a layer of its own: put them one after the other.',
  ],
  [
    net("classifier"),
    "/network/0: a linear layer is fed by 32 × 32 × 3; pool it first.\n  An architecture has such layers: change what can be chosen, or the layers around.\n  Found in the architecture a=2:b=3.",
  ],
  [
    net({ when: { b: 3 }, layers: [{ sum: [[], [{ convolution: { kernel: 1, channels: 4 } }]] }] }, "global-average-pool", "classifier"),
    "/network/0/layers/0: 32 × 32 × 3 and 32 × 32 × 4 cannot be added.\n  An architecture has such layers: change what can be chosen, or the layers around.\n  Found in the architecture a=2:b=3.",
  ],
  [
    net("global-average-pool"),
    '/network: it ends with 1 × 1 × 3, where 10 classes need 1 × 1 × 10.\n  Mostly it ends with "global-average-pool", "classifier".\n  Found in the architecture a=2:b=3.',
  ],
];
for (const [options, expected] of mistakes)
  test(`a mistake in a description is told with its place: ${expected.split("\n")[0]}`, () => assert.is(problemOf(options), expected));

test.run();
