/**
 * Tables of a device's milliseconds, block by block, in the form of Once-for-All's authors (Cai et al. 2020,
 * arXiv:1908.09791): YAML with a key for each block, and its milliseconds as `mean`.
 *
 * @module
 */
import { latencyTableInvalid, latencyUnknown } from "../errors/index.ts";
import type { Files } from "../plugin/dependencies.ts";
import type { Block } from "../plugin/space.ts";
import type { Shape } from "./network.ts";

/** The authors' have 15 KB; reading YAML takes a thousand times the memory. */
const LATENCY_TABLE = { what: "the table of latencies", most: 200e3 };

/** How the blocks of a network are called in a table. @param blocks  all of them, in order */
export function latencyKeys(blocks: readonly Block[]): string[] {
  let convolutions = 0;
  return blocks.map((block) => keyOf(block, block.kind === "convolution" ? convolutions++ : 0));
}

/**
 * Reads a table.
 * @param table  a file, as `Files` takes it
 * @returns the milliseconds of each block of a network, given all of its blocks in order; throws EvokeError LATENCY_UNKNOWN
 * @throws EvokeError LATENCY_TABLE_INVALID, or of the file
 */
export async function readLatencies(files: Files, table: string): Promise<(blocks: readonly Block[]) => number[]> {
  const latencies = await rowsOf(table, new TextDecoder().decode(await files.read(table, LATENCY_TABLE)));
  return (blocks) =>
    latencyKeys(blocks).map((key) => {
      const mean = latencies.get(key);
      if (mean === undefined) throw latencyUnknown(table, key);
      return mean;
    });
}

const size = (shape: Shape) => shape.join("x");

/** @param convolutions  how many plain ones come before, of such a one */
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

async function rowsOf(table: string, text: string): Promise<ReadonlyMap<string, number>> {
  const { parse } = await import("yaml"); // seventy modules, which only searches with a table are to wait for
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
