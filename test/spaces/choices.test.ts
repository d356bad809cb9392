import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvokeError } from "../../core/errors/index.ts";
import type { Space } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { namedChoices } from "../../core/space/choices.ts";
import { costOf, shapesOf } from "../../core/space/network.ts";
import { spaceContract } from "../contracts/space.ts";
import { choicesSpace as create, stages } from "../support/choices.ts";
import { twelveLayers } from "../support/twelve-layers.ts";

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
  components: stages.components,
  costs: {
    time: {
      unit: "ms",
      base: 0.5,
      tables: [{ of: ["kernel #.#", "depth #"], values: { 3: { 1: 1, 2: 2, 3: 3 }, 5: { 1: 4, 2: 5, 3: 6 } } }],
    },
  },
};
const spaces = { even, uneven, conditional, nested, stages, "twelve layers": twelveLayers };

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

test("in nested repeats, a layer is that of its stage and its copy", () => {
  const space = create(stages);
  const text = "depth_1=2:operation_1.1=identity:operation_1.2=conv:kernel_1.2=5:depth_2=1:operation_2.1=conv:kernel_2.1=3";
  const { layers } = space.network!(space.decode(text));
  assert.equal(
    layers.map((layer) => `${layer.kind}${"kernel" in layer ? layer.kernel : ""} ${layer.part}`),
    [
      "image undefined",
      "max-pool2 stage 1/block 1",
      "activation stage 1/block 1/stage 1/block 1",
      "convolution5 stage 1/block 1/stage 1/block 2",
      "batchNorm stage 1/block 1/stage 1/block 2",
      "activation stage 1/block 1/stage 1/block 2",
      "max-pool2 stage 1/block 2",
      "convolution3 stage 1/block 2/stage 1/block 1",
      "batchNorm stage 1/block 2/stage 1/block 1",
      "activation stage 1/block 2/stage 1/block 1",
      "global-average-pool undefined",
      "linear undefined",
    ],
  );
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

test.run();
