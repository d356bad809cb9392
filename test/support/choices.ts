/** What tests of several folders make of the plugin "choices". @module */
import * as assert from "uvu/assert";
import { problemsOf } from "../../core/json/schema.ts";
import type { Space } from "../../core/plugin/space.ts";
import choices from "../../spaces/choices.ts";

export function choicesSpace(options: object): Space {
  const complete = structuredClone(options);
  assert.equal(problemsOf(choices.options, complete, "/space/options"), []);
  return choices.create(complete as never, {}) as Space;
}

/** A depth decides how many layers a stage has, the first of which halves the size; a layer has an operation, and one of these a kernel. */
export const stages = {
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
  ...{ imageSize: 8, imageChannels: 1 },
  network: [
    {
      repeat: 2,
      layers: [
        { "max-pool": { kernel: 2, stride: 2 } },
        {
          repeat: 3,
          layers: [
            { when: { "operation #.#": "conv" }, layers: [{ convolution: { kernel: "$kernel #.#", channels: 4 } }, "batchNorm"] },
            { when: { "depth #": { atLeast: "#" } }, layers: [{ activation: "relu" }] },
          ],
        },
      ],
    },
    "global-average-pool",
    "classifier",
  ],
};
