/**
 * No centre, and no answer, that takes longer on a device than the limit. The time of an architecture is the sum of
 * the times of its blocks, from a table.
 *
 * Cai et al. 2020, "Once-for-All", arXiv:1908.09791, and the authors' tables, one for each device and image
 * size: YAML with a key for each block and under it `mean`, its milliseconds. Keys are made as the authors make
 * them, sizes and channels as height x width x channels; plain convolutions are numbered from the second on:
 *
 * | block of the space    | key                                                                              |
 * | --------------------- | -------------------------------------------------------------------------------- |
 * | a plain convolution   | `Conv-input:224x224x3-output:112x112x24`, then `Conv_1-…`, `Conv_2-…`            |
 * | an inverted residual  | `expanded_conv-input:…-output:…-expand:72-kernel:5-stride:2-idskip:0-se:1-hs:0`  |
 * | a global average pool | `AvgPool2D-input:7x7x1152-output:1x1x1152`                                       |
 * | a linear layer        | `Logits-input:1x1x1536-output:1000`                                              |
 *
 * A table holds one width multiplier: the authors' for the Samsung Note 10 are of 1.2, for images of 160 to
 * 224 pixels in steps of 4. With another width, or image size, there is no row for a block, which is an error.
 *
 * Where searches are to weigh the time, and reports to show it, the space `mobilenet` takes the same table.
 *
 * @module
 */
import { blocksMissing } from "../../core/errors/index.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import { randomStream } from "../../core/random/rng.ts";
import { readLatencies } from "../../core/space/latency-table.ts";

export default plugin({
  kind: "acceptance",
  name: "latency-limit",
  summary: "Admit architectures that take at most so many milliseconds, by a table of a device",
  options: {
    type: "object",
    additionalProperties: false,
    required: ["milliseconds", "table"],
    properties: {
      milliseconds: { type: "number", exclusiveMinimum: 0, description: "the most" },
      table: { type: "string", minLength: 1, description: "a table of Once-for-All, as 224_lookup_table.yaml, relative to the manifest" },
    },
  },
  needs: ["space", "files"],
  async create({ milliseconds, table }, { space, files }) {
    if (!space.blocks) throw blocksMissing();
    const latencies = await readLatencies(files, table);
    const latency = (architecture: readonly number[]) => latencies(space.blocks!(architecture)).reduce((sum, one) => sum + one, 0);
    latency(space.sample(randomStream(1, "/latency-limit"))); // a table of another width or image size fails here, and not in a run
    const feasible = (architecture: readonly number[]) => latency(architecture) <= milliseconds;
    return { feasible, accepts: ({ architecture }) => feasible(architecture) };
  },
});
