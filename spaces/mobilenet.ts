/**
 * The MobileNet-like space of Once-for-All: units of 2 to 4 inverted residual layers, each with a kernel of
 * 3, 5 or 7 and an expansion of 3, 4 or 6, in a network like MobileNetV3-Large.
 *
 * Cai et al. 2020, "Once-for-All: Train One Network and Specialize it for Efficient Deployment",
 * arXiv:1908.09791; the network is that of Howard et al. 2019, "Searching for MobileNetV3",
 * arXiv:1905.02244, Table 1. Searched by Chen et al., "Automatic Subspace Evoking for Efficient Neural
 * Architecture Search", Section IV-B.
 *
 * | paper | here         | meaning                                                                      |
 * | ----- | ------------ | ---------------------------------------------------------------------------- |
 * | L     | 4 × units    | components: the layers of a unit, unit after unit; 20                        |
 * | C     | `OPERATIONS` | absent, and each pair of a kernel and an expansion; 10                       |
 * | \|Ω\| | `size`       | (9² + 9³ + 9⁴)⁵ ≈ 2.2 × 10¹⁹                                                  |
 *
 * The textual form is the authors': `depths:kernels:expansions`, 0 where a layer is absent. Only the third
 * and the fourth layer of a unit may be, and the fourth is if the third is.
 *
 * Modifications are made together; then each unit is brought back to that form, so that no more components change
 * than were modified. Layers that must be there stay. A fourth layer without a third moves into its place, where it
 * was chosen; where it was there before, the third stays instead and the fourth goes: a unit loses its last layer.
 *
 * The network: a 3×3 convolution; a layer of kernel 3 without expansion; the units; a 1×1 convolution; global
 * average pool; a 1×1 convolution; linear classifier. The options describe it; only `cost`, `network`, `open` and
 * `blocks` depend on them. Every width is times the multiplier, then rounded to a multiple of 8.
 *
 * Left open, for searches by weight sharing, each layer mixes its nine choices, with weights of their own (Cai et al.
 * 2019, "ProxylessNAS", arXiv:1812.00332, Section 3.1), and each unit mixes what comes after its second, third and
 * fourth layer: its depth. An architecture is derived from the heaviest depth of each unit, and the heaviest choice of
 * each layer that is there then. In ProxylessNAS every layer may be skipped by itself; here that would be other
 * networks than those of the space, with other weights, wherever a fourth layer stood without a third.
 *
 * With `latencyTable` the space counts `latency` as well: milliseconds on a device, the sum of those of its blocks, from
 * a table as `latency-limit` describes it.
 *
 * Different from the authors: architectures are drawn uniformly, not depth by depth, which is an option; a network
 * has one image size, as in their search.
 *
 * @module
 */
import { architectureInvalid, EvokeError, spaceInvalid } from "../core/errors/index.ts";
import type { Files } from "../core/plugin/dependencies.ts";
import { plugin } from "../core/plugin/plugin.ts";
import type { Counts, GivenSpace, ShrinkingPhase } from "../core/plugin/space.ts";
import type { Rng } from "../core/random/rng.ts";
import { MADDS_AND_PARAMETERS } from "../core/search/objectives.ts";
import type { Architecture, Modification } from "../core/space/architecture.ts";
import { alike } from "../core/space/choices.ts";
import type { Drawing, DrawnLayer } from "../core/space/drawing.ts";
import { readLatencies } from "../core/space/latency-table.ts";
import {
  type InvertedResidual,
  type MobileSkeleton,
  mobileBlocks,
  mobileCosts,
  mobileLatencies,
  mobileNetwork,
  openMobileNetwork,
  roundedWidth,
} from "../core/space/mobile-network.ts";
import type { NetworkCost } from "../core/space/network.ts";
import { heaviest, type OpenEdge, type OpenNetwork } from "../core/space/open-network.ts";

const KERNELS = [3, 5, 7];
const EXPANSIONS = [3, 4, 6];
const ABSENT = 0;
/** What the operations from 1 on are. */
const CHOICES = KERNELS.flatMap((kernel) => EXPANSIONS.map((expansion) => ({ kernel, expansion })));
const OPERATIONS = ["absent", ...CHOICES.map(({ kernel, expansion }) => `k${kernel} e${expansion}`)];
const C = OPERATIONS.length;
/** By number, of each operation but the first. */
const KERNEL_OF = OPERATIONS.map((_, operation) => KERNELS.indexOf(CHOICES[operation - 1]?.kernel ?? Number.NaN));
const EXPANSION_OF = OPERATIONS.map((_, operation) => EXPANSIONS.indexOf(CHOICES[operation - 1]?.expansion ?? Number.NaN));
/** Layers of a unit, at least and at most. */
const [FEWEST, MOST] = [2, 4];
/** Different units of each depth. */
const UNITS_OF_DEPTH = [2, 3, 4].map((depth) => CHOICES.length ** depth);
const UNITS = UNITS_OF_DEPTH.reduce((sum, units) => sum + units);

const activation = { enum: ["relu", "hard-swish"], default: "hard-swish" } as const;
const width = { type: "integer", minimum: 1, maximum: 4096 } as const;

export default plugin({
  kind: "space",
  name: "mobilenet",
  summary: "Once-for-All's MobileNet-like space: units of 2 to 4 layers, kernels 3, 5, 7, expansions 3, 4, 6",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      units: {
        type: "array",
        minItems: 1,
        items: {
          type: "object",
          additionalProperties: false,
          required: ["channels"],
          properties: {
            channels: width,
            stride: { type: "integer", minimum: 1, maximum: 3, default: 1 },
            squeezeExcitation: { type: "boolean", default: false },
            activation,
          },
        },
        default: [
          { channels: 24, stride: 2, squeezeExcitation: false, activation: "relu" },
          { channels: 40, stride: 2, squeezeExcitation: true, activation: "relu" },
          { channels: 80, stride: 2, squeezeExcitation: false, activation: "hard-swish" },
          { channels: 112, stride: 1, squeezeExcitation: true, activation: "hard-swish" },
          { channels: 160, stride: 2, squeezeExcitation: true, activation: "hard-swish" },
        ],
        description:
          "the units, each with `channels`, and the `stride` of its first layer (1), `squeezeExcitation` (false) and `activation` (hard-swish)",
      },
      widthMultiplier: { type: "number", exclusiveMinimum: 0, maximum: 16, default: 1.2, description: "factor of every width" },
      stemChannels: { ...width, default: 16, description: "channels before the units" },
      stemStride: { type: "integer", minimum: 1, maximum: 3, default: 2, description: "stride of the first convolution" },
      finalChannels: { ...width, maximum: 65_536, default: 960, description: "channels that are pooled" },
      featureChannels: { ...width, maximum: 65_536, default: 1280, description: "channels that are classified" },
      imageSize: { ...width, default: 224, description: "height and width of the input" },
      imageChannels: { ...width, default: 3, description: "channels of the input" },
      classes: { type: "integer", minimum: 2, maximum: 65_536, default: 1000, description: "outputs of the classifier" },
      sampling: {
        enum: ["uniform", "by-depth"],
        default: "uniform",
        description:
          "how architectures are drawn: uniformly, which gives 89 % of the units 4 layers, or with each depth of a unit equally likely",
      },
      latencyTable: {
        type: "string",
        minLength: 1,
        description:
          "a table of a device as Once-for-All's, such as 224_lookup_table.yaml, relative to the manifest; then `latency` is counted, in milliseconds",
      },
    },
  },
  needs: ["files"],
  create(options, { files }) {
    const units = options.units.length;
    const length = MOST * units;
    /** A number below UNITS, one for each different unit. */
    const draw: (below: (n: number) => number) => number =
      options.sampling === "uniform"
        ? (below) => below(UNITS)
        : (below) => {
            const depth = below(UNITS_OF_DEPTH.length);
            return UNITS_OF_DEPTH.slice(0, depth).reduce((sum, n) => sum + n, below(UNITS_OF_DEPTH[depth]!));
          };
    let costs: ReturnType<typeof costsOf> | undefined;

    const space = {
      length,
      ...alike(length, OPERATIONS),
      size: BigInt(UNITS) ** BigInt(units),
      sample: (rng) => Array.from({ length: units }, () => unit(draw((n) => rng.below(n)))).flat(),
      contains: (architecture) =>
        architecture.length === length &&
        architecture.every((op, component) => Number.isInteger(op) && op >= 0 && op < C && mayBe(op, component, architecture)),
      modify,
      neighbours: (architecture) =>
        architecture.flatMap((present, component) =>
          OPERATIONS.flatMap((_, operation) =>
            operation !== present && mayBe(operation, component, architecture) ? [architecture.with(component, operation)] : [],
          ),
        ),
      encode,
      decode: (text) => decode(text, units),
      functionKey: encode,
      cost: (architecture) => (costs ??= costsOf(options))(architecture),
      network: (architecture) => mobileNetwork(layersOf(architecture), options),
      open: (partial) => openNetwork(options, partial),
      shrinking: shrinking(units),
      blocks: (architecture) => mobileBlocks(layersOf(architecture), options),
      drawing: (architecture) => drawingOf(architecture, options),
      features,
    } satisfies GivenSpace;
    return options.latencyTable === undefined ? space : withLatency(space, options, files, options.latencyTable);
  },
});

/** Units by number: those of two layers, then those of three, then those of four. */
function unit(number: number): number[] {
  let depth = FEWEST;
  let rest = number;
  for (; rest >= CHOICES.length ** depth; depth++) rest -= CHOICES.length ** depth;
  return Array.from({ length: MOST }, (_, layer) => {
    if (layer >= depth) return ABSENT;
    const choice = rest % CHOICES.length;
    rest = (rest - choice) / CHOICES.length;
    return 1 + choice;
  });
}

/** True if the operation may stand there, the other components being as they are. */
function mayBe(operation: number, component: number, architecture: Architecture): boolean {
  const layer = component % MOST;
  if (operation !== ABSENT) return layer < MOST - 1 || architecture[component - 1] !== ABSENT;
  return layer >= FEWEST && (layer === MOST - 1 || architecture[component + 1] === ABSENT);
}

/** Kernels are elastic first, then depths, then widths: Cai et al. 2020, Section 3.3. Depth, kernel and expansion are drawn apart. */
function shrinking(units: number): readonly ShrinkingPhase[] {
  const phase = (name: string, kernels: readonly number[], depths: readonly number[], expansions: readonly number[]) => ({
    name,
    narrows: expansions.length > 1,
    sample: (rng: Rng) =>
      Array.from({ length: units }, () => {
        const depth = depths[rng.below(depths.length)]!;
        return Array.from({ length: MOST }, (_, layer) => {
          const kernel = kernels[rng.below(kernels.length)];
          const expansion = expansions[rng.below(expansions.length)];
          return layer < depth ? 1 + CHOICES.findIndex((choice) => choice.kernel === kernel && choice.expansion === expansion) : ABSENT;
        });
      }).flat(),
  });
  const [kernel, expansion] = [KERNELS.slice(-1), EXPANSIONS.slice(-1)];
  const depths = [2, 3, 4];
  return [
    phase("full", kernel, [MOST], expansion),
    phase("kernel", KERNELS, [MOST], expansion),
    phase("depth", KERNELS, depths, expansion),
    phase("width", KERNELS, depths, EXPANSIONS),
  ];
}

function modify(architecture: Architecture, modifications: readonly Modification[]): Architecture {
  const modified = [...architecture];
  for (const { component, operation } of modifications)
    if (operation !== ABSENT || component % MOST >= FEWEST) modified[component] = operation;
  for (let third = FEWEST; third < modified.length; third += MOST) {
    const fourth = third + 1;
    if (modified[third] !== ABSENT || modified[fourth] === ABSENT) continue;
    modified[third] = (modified[fourth] === architecture[fourth] ? architecture[third] : modified[fourth])!;
    modified[fourth] = ABSENT;
  }
  return modified;
}

function encode(architecture: Architecture): string {
  const depths: number[] = [];
  for (let first = 0; first < architecture.length; first += MOST)
    depths.push(architecture.slice(first, first + MOST).filter((op) => op !== ABSENT).length);
  const kernels = architecture.map((op) => CHOICES[op - 1]?.kernel ?? 0);
  const expansions = architecture.map((op) => CHOICES[op - 1]?.expansion ?? 0);
  return [depths, kernels, expansions].join(":");
}

/** Reads what has the layers of a member; if that is written otherwise, the error says how. */
function decode(text: string, units: number): Architecture {
  const invalid = (expected: string) => architectureInvalid("mobilenet", text, expected);
  const [, kernels = [], expansions = []] = text.split(":").map((part) => part.split(",").map(Number));
  if (kernels.length !== MOST * units || expansions.length !== MOST * units)
    throw invalid(`depths:kernels:expansions, ${units} depths and ${MOST * units} kernels and expansions, with commas between`);
  const layers = kernels.map((kernel, component) => {
    const expansion = expansions[component]!;
    if (kernel === 0 && expansion === 0) return ABSENT;
    const choice = CHOICES.findIndex((choice) => choice.kernel === kernel && choice.expansion === expansion);
    if (choice >= 0) return 1 + choice;
    const place = `layer ${1 + (component % MOST)} of unit ${1 + Math.floor(component / MOST)}`;
    throw invalid(`a kernel of 3, 5 or 7 and an expansion of 3, 4 or 6 in ${place}, or 0 and 0; found ${kernel} and ${expansion}`);
  });
  const architecture = Array.from({ length: units }, (_, u) => {
    const present = layers.slice(MOST * u, MOST * (u + 1)).filter((op) => op !== ABSENT);
    if (present.length < FEWEST) throw invalid(`${FEWEST} to ${MOST} layers in unit ${u + 1}; found ${present.length}`);
    return [...present, ...Array<number>(MOST - present.length).fill(ABSENT)];
  }).flat();
  const written = encode(architecture);
  if (written !== text)
    throw invalid(`"${written}", if these layers are meant: each depth counts those of a unit, which stand before absent ones`);
  return architecture;
}

/** The layers that there are, unit by unit. */
function layersOf(architecture: Architecture): InvertedResidual[][] {
  return Array.from({ length: architecture.length / MOST }, (_, u) =>
    architecture.slice(MOST * u, MOST * (u + 1)).flatMap((operation) => CHOICES[operation - 1] ?? []),
  );
}

/** The kernel and the expansion of each layer that there is. */
function features(architecture: Architecture): Counts {
  const features: number[] = [];
  for (const [component, operation] of architecture.entries())
    if (operation !== ABSENT) features.push(6 * component + KERNEL_OF[operation]!, 6 * component + 3 + EXPANSION_OF[operation]!);
  return { features, counts: features.map(() => 1) };
}

/** What a layer costs depends on its own choice only, so all are counted once. */
function costsOf(skeleton: MobileSkeleton): (architecture: Architecture) => NetworkCost {
  const { rest, layers } = mobileCosts(skeleton, MOST, CHOICES);
  return (architecture) => {
    let { madds, parameters } = rest;
    for (const [component, operation] of architecture.entries()) {
      if (operation === ABSENT) continue;
      const cost = layers[component]![operation - 1]!;
      madds += cost.madds;
      parameters += cost.parameters;
    }
    return { madds, parameters };
  };
}

/**
 * The space, which counts milliseconds as well, but not outside of experiments: there are no files, and drawings need none.
 * @throws EvokeError LATENCY_UNKNOWN where the table lacks a block of the space, or of the file
 */
async function withLatency(space: GivenSpace, skeleton: MobileSkeleton, files: Files, table: string): Promise<GivenSpace> {
  const latencies = await readLatencies(files, table).catch((error) => {
    if (error instanceof EvokeError && error.code === "DEPENDENCY_MISSING") return undefined;
    throw error;
  });
  if (!latencies) return space;
  const { rest, layers } = mobileLatencies(skeleton, MOST, CHOICES, latencies);
  const latency = (architecture: Architecture) =>
    architecture.reduce((sum, operation, component) => (operation === ABSENT ? sum : sum + layers[component]![operation - 1]!), rest);
  return {
    ...space,
    costs: [...MADDS_AND_PARAMETERS, { name: "latency", unit: "ms", goal: "minimise" }],
    cost: (architecture) => ({ ...space.cost!(architecture), latency: latency(architecture) }),
  };
}

const DEPTHS = ["2 layers", "3 layers", "4 layers"];
/** Edges of a unit: its depth, then its layers. */
const EDGES = 1 + MOST;

function openNetwork(skeleton: MobileSkeleton, partial = 1): OpenNetwork {
  if (partial !== 1)
    throw spaceInvalid(
      "/units",
      `the controller lets 1/${partial} of the channels through the operations, and here each layer expands all of them`,
      "Choose a controller that takes all channels, or the space nas-bench-201 or darts.",
    );
  const layer = (u: number, l: number): OpenEdge => ({
    ...{ name: `layer ${l + 1} of unit ${u + 1}`, operations: OPERATIONS.slice(ABSENT + 1), parameterFree: CHOICES.map(() => false) },
    ...(l >= FEWEST && { condition: { edge: EDGES * u, operations: [...DEPTHS.keys()].filter((depth) => FEWEST + depth > l) } }),
  });
  const depth = (u: number): OpenEdge => ({
    ...{ name: `depth of unit ${u + 1}`, operations: DEPTHS },
    ...{ parameterFree: DEPTHS.map((_, depth) => depth === 0), skip: 0 },
  });
  const choices = CHOICES.map((choice, k) => ({ ...choice, name: OPERATIONS[ABSENT + 1 + k]! }));
  return {
    edges: skeleton.units.flatMap((_, u) => [depth(u), ...Array.from({ length: MOST }, (_, l) => layer(u, l))]),
    network: openMobileNetwork(FEWEST, MOST, choices, skeleton),
    derive: (weights) =>
      skeleton.units.flatMap((_, u) => {
        const [depth, ...layers] = weights.slice(EDGES * u, EDGES * (u + 1)) as [readonly number[], ...(readonly number[])[]];
        const last = FEWEST + heaviest(depth);
        return layers.map((own, l) => (l < last ? ABSENT + 1 + heaviest(own) : ABSENT));
      }),
    operationsOf: (architecture) =>
      skeleton.units.flatMap((_, u) => {
        const layers = architecture.slice(MOST * u, MOST * (u + 1));
        const depth = layers.filter((operation) => operation !== ABSENT).length;
        return [depth - FEWEST, ...layers.map((operation) => (operation === ABSENT ? undefined : operation - ABSENT - 1))];
      }),
  };
}

/** Layer by layer, as Figures 4 and 5 of the paper: as wide as the expansion, the colour that of the kernel. */
function drawingOf(architecture: Architecture, skeleton: MobileSkeleton): Drawing {
  const { units, stemStride, imageSize, imageChannels, stemChannels, finalChannels, featureChannels, widthMultiplier, classes } = skeleton;
  const widest = Math.max(...EXPANSIONS);
  const [first, final, features] = [stemChannels, finalChannels, featureChannels].map((channels) =>
    roundedWidth(widthMultiplier * channels),
  );
  const shape = (size: number, channels: number) => `${size} × ${size}, ${channels} channels`;
  const plain = (label: string, expansion = EXPANSIONS[0]!): DrawnLayer => ({ label, width: expansion / widest });

  let size = Math.ceil(imageSize / stemStride);
  const rows = [{ label: "stem", layers: [plain("3×3"), plain("3×3 e1")], output: shape(size, first!) }];
  for (const [u, { channels, stride, squeezeExcitation }] of units.entries()) {
    size = Math.ceil(size / stride);
    const layers = architecture.slice(MOST * u, MOST * (u + 1)).flatMap((operation) => {
      if (operation === ABSENT) return [];
      const { kernel, expansion } = CHOICES[operation - 1]!;
      return [{ label: `${kernel}×${kernel} e${expansion}`, width: expansion / widest, colour: KERNELS.indexOf(kernel) }];
    });
    const label = `unit ${u + 1}${squeezeExcitation ? ", SE" : ""}`;
    rows.push({ label, layers, output: shape(size, roundedWidth(widthMultiplier * channels)) });
  }
  const head = [plain(`1×1, ${final}`), plain("pool"), plain(`1×1, ${features}`), plain("linear")];
  return {
    kind: "layers",
    title: `The network ${encode(architecture)}`,
    input: shape(imageSize, imageChannels),
    rows: [...rows, { label: "head", layers: head, output: `${classes} classes` }],
    colours: KERNELS.map((kernel) => `kernel ${kernel}×${kernel}`),
    note: "e: expansion, SE: squeeze-and-excitation",
  };
}
