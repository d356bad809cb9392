import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Space } from "../../../core/plugin/space.ts";
import {
  firstChoice,
  isPresent,
  kindsOfComponents,
  Numbering,
  namedChoices,
  OneHot,
  openChoices,
  operationsOf,
  presentComponents,
} from "../../../core/space/choices.ts";
import { tinySpace } from "../../fixtures.ts";

/** A layer that may be absent, its kernel, its width where the kernel is 5, and a resolution. */
const layered: Space = {
  ...tinySpace(4, 2),
  components: ["layer", "kernel", "width", "resolution"],
  choices: [
    ["there", "not"],
    ["absent", "3", "5"],
    ["absent", "16", "32", "64"],
    ["96", "128"],
  ],
  conditions: [undefined, { component: 0, choices: [0] }, { component: 1, choices: [2] }, undefined],
};

test("a component is there where the earlier one that it follows from has one of the choices, absence never being one", () => {
  const there = (architecture: readonly number[]) => [0, 1, 2, 3].filter((component) => isPresent(layered, architecture, component));
  assert.equal(there([0, 2, 1, 0]), [0, 1, 2, 3]);
  assert.equal(there([0, 1, 0, 0]), [0, 1, 3]);
  assert.equal(there([1, 0, 0, 1]), [0, 3]);
  assert.equal(presentComponents(layered, [1, 0, 0, 1]), [0, 3]);
  assert.is(presentComponents(tinySpace(4, 2), [0, 0, 0, 0]), undefined);
});

test("of a component that is there any choice can be made but its absence, of another none", () => {
  assert.equal(openChoices(layered, [0, 2, 1, 0], 2), [1, 2, 3]);
  assert.equal(openChoices(layered, [0, 1, 0, 0], 2), []);
  assert.equal(openChoices(layered, [0, 1, 0, 0], 3), [0, 1]);
  assert.equal(
    [0, 1, 2, 3].map((component) => firstChoice(layered, component)),
    [0, 1, 1, 0],
  );
});

test("choices are told by the names of the components, without those that are not there", () => {
  assert.equal(namedChoices(layered, [0, 1, 0, 1]), { layer: "there", kernel: "3", resolution: "128" });
  assert.equal(namedChoices(tinySpace(2, 2), [0, 1]), { 0: "operation 0", 1: "operation 1" });
});

test("components with the same choices are of one kind, unless one of them has a condition and the other none", () => {
  const choices = [
    ["a", "b"],
    ["a", "b"],
    ["b", "a"],
    ["a", "b"],
  ];
  assert.equal(kindsOfComponents({ choices }), {
    of: [0, 0, 1, 0],
    choices: [
      ["a", "b"],
      ["b", "a"],
    ],
  });
  const conditions = [undefined, { component: 0, choices: [1] }, undefined, undefined];
  assert.equal(kindsOfComponents({ choices, conditions }).of, [0, 1, 2, 0]);
});

test("operations are the choices of all components, where these are alike and always there", () => {
  assert.equal(operationsOf(tinySpace(3, 2)), ["operation 0", "operation 1"]);
  assert.is(operationsOf(layered), undefined);
  assert.is(
    operationsOf({
      choices: [
        ["a", "b"],
        ["a", "b"],
      ],
      conditions: [undefined, { component: 0, choices: [1] }],
    }),
    undefined,
  );
  assert.equal(
    operationsOf({
      choices: [
        ["a", "b"],
        ["a", "b"],
      ],
      conditions: [undefined, undefined],
    }),
    ["a", "b"],
  );
});

test("the ones of an architecture stand in the part of their component", () => {
  const oneHot = new OneHot(layered);
  assert.is(oneHot.width, 2 + 3 + 4 + 2);
  assert.equal(oneHot.ones([1, 0, 0, 1]), [1, 2, 5, 10]);
  assert.equal(oneHot.ones([0, 2, 3, 0]), [0, 4, 8, 9]);
});

test("numbers of architectures have a digit for each component, of its own base", () => {
  const numbering = new Numbering(layered);
  assert.is(numbering.count, 48);
  for (let number = 0; number < numbering.count; number++) assert.is(numbering.of(numbering.architecture(number)), number);
  assert.is(numbering.of([1, 2, 3, 1]), 47);
  assert.is(numbering.of([0, 1, 0, 1]), 9);
  assert.equal(new Numbering(tinySpace(3, 5)).architecture(124), [4, 4, 4]);
});

test.run();
