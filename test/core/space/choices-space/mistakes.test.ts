/** Descriptions of spaces that cannot be, and what is said of each. @module */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EvokeError } from "../../../../core/errors/index.ts";
import { problemsOf } from "../../../../core/json/schema.ts";
import choices from "../../../../spaces/choices.ts";

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
    {
      components: [{ repeat: 3, components: [{ name: "op #", choices: [1, 3] }] }],
      network: [{ repeat: 4, layers: [{ depthwise: { kernel: "$op #" } }] }],
    },
    '/network/0/layers/0/depthwise/kernel: there is no component "op 4".\n  There are "op 1" to "op 3": repeat this as often as they are.',
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
  [
    { components: [{ repeat: 500, components: [{ name: "a #", choices: Array.from({ length: 250 }, (_, i) => i) }] }] },
    "/components: there are 500 components with 125000 choices in all, whose neighbourhoods are too large.\n  Have fewer of them: their product must not exceed 16777216.",
  ],
  [
    { components: [a], costs: { ms: { unit: "ms", base: 1e308, tables: [{ of: ["a"], values: { 1: 1, 2: 1.7e308 } }] } } },
    "/costs/ms: it is no finite number for a=2.\n  Choose smaller numbers.",
  ],
  [
    net({ repeat: 80, layers: [{ convolution: { kernel: 1, times: 60_000 } }] }, "global-average-pool", "classifier"),
    "/network: a=2:b=3 has Infinity multiply-adds and Infinity parameters, more than can be counted.\n  Choose smaller numbers of channels, or fewer layers.",
  ],
];
for (const [options, expected] of mistakes)
  test(`a mistake in a description is told with its place: ${expected.split("\n")[0]}`, () => assert.is(problemOf(options), expected));

test.run();
