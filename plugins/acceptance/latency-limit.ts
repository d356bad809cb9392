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
 * @module
 */
import { blocksMissing, latencyTableInvalid, latencyUnknown } from "../../core/errors/index.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import type { Block } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import type { Shape } from "../../core/space/network.ts";

/** The authors' have 15 KB; reading YAML takes a thousand times the memory. */
const LATENCY_TABLE = { what: "the table of latencies", most: 200e3 };

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
    const latencies = await readTable(table, new TextDecoder().decode(await files.read(table, LATENCY_TABLE)));
    const latency = (architecture: readonly number[]) => {
      let convolutions = 0;
      let sum = 0;
      for (const block of space.blocks!(architecture)) {
        const key = keyOf(block, convolutions);
        if (block.kind === "convolution") convolutions++;
        const mean = latencies.get(key);
        if (mean === undefined) throw latencyUnknown(table, key);
        sum += mean;
      }
      return sum;
    };
    latency(space.sample(randomStream(1, "/latency-limit"))); // a table of another width or image size fails here, and not in a run
    const feasible = (architecture: readonly number[]) => latency(architecture) <= milliseconds;
    return { feasible, accepts: ({ architecture }) => feasible(architecture) };
  },
});

const size = (shape: Shape) => shape.join("x");

/** @param convolutions  how many plain ones come before */
function keyOf(block: Block, convolutions: number): string {
  const { input, output } = block;
  switch (block.kind) {
    case "convolution":
      return `Conv${convolutions > 0 ? `_${convolutions}` : ""}-input:${size(input)}-output:${size(output)}`;
    case "inverted-residual": {
      const { expanded, kernel, stride, skip, squeezeExcitation, activation } = block;
      const flags = `idskip:${Number(skip)}-se:${Number(squeezeExcitation)}-hs:${Number(activation === "hard-swish")}`;
      return `expanded_conv-input:${size(input)}-output:${size(output)}-expand:${expanded}-kernel:${kernel}-stride:${stride}-${flags}`;
    }
    case "global-average-pool":
      return `AvgPool2D-input:${size(input)}-output:${size(output)}`;
    case "linear":
      return `Logits-input:${size(input)}-output:${output[2]}`;
  }
}

async function readTable(table: string, text: string): Promise<ReadonlyMap<string, number>> {
  const { parse } = await import("yaml"); // seventy modules, which only searches with this limit are to wait for
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw latencyTableInvalid(table, (error as Error).message.split("\n")[0]!.replace(/:$/, ""));
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) throw latencyTableInvalid(table, "it holds no blocks");
  return new Map(
    Object.entries(content).map(([key, row]) => {
      const mean = (row as { mean?: unknown } | null)?.mean;
      if (typeof mean !== "number" || !(mean >= 0 && mean < Number.POSITIVE_INFINITY))
        throw latencyTableInvalid(table, `the block ${key} has no milliseconds under "mean"`);
      return [key, mean];
    }),
  );
}
