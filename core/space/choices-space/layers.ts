/**
 * The network of a described space: its layers are read once, and then written for each architecture.
 *
 * Weights are called by the places of their layers in the description, so that the networks of different architectures
 * can share them.
 *
 * @module
 */
import { EvokeError, spaceInvalid } from "../../errors/index.ts";
import type { Architecture } from "../architecture.ts";
import { type Activation, type Network, NetworkWriter } from "../network.ts";
import { branching, conditional, normalised, sequence, single } from "./combining.ts";
import type { Components } from "./components.ts";
import { type ChoicesOptions, type LayerSource, MOST_LAYERS, type Value } from "./language.ts";
import type { Part } from "./part.ts";
import { type Accepted, type Known, knownWith, type Read, readValue } from "./values.ts";

/** Where a list of layers stands. */
interface Place {
  readonly components: Components;
  /** JSON pointer within the options. */
  readonly at: string;
  /** What the names of its weights begin with. */
  readonly path: string;
  readonly copies: readonly number[];
  readonly known: Known;
}

const SIZE: Accepted<number> = {
  expected: "a whole number from 1 to 65,536",
  accepts: (value): value is number => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_536,
};
const ACTIVATION: Accepted<Activation> = {
  expected: "relu, hard-swish or hard-sigmoid",
  accepts: (value): value is Activation => ["relu", "hard-swish", "hard-sigmoid"].includes(String(value)),
};

/**
 * @returns what writes the network of an architecture; those components of it that are OPEN are mixed
 * @throws EvokeError SPACE_INVALID, here, or when an architecture's layers do not fit together, or cannot be mixed
 */
export function networkOf(options: ChoicesOptions & { readonly network: readonly LayerSource[] }, components: Components) {
  const { imageSize, imageChannels, classes } = options;
  const reader = new LayerReader(classes);
  const part = reader.list(options.network, { components, at: "/network", path: "", copies: [], known: new Map() });
  return (architecture: Architecture): Network => {
    const net = new NetworkWriter([imageSize, imageSize, imageChannels]);
    const draft = { net, components: components.list, architecture, suffix: "" };
    const output = net.shape(part.write(draft, net.image)).join(" × ");
    const scores = `1 × 1 × ${classes}`;
    if (output !== scores)
      throw spaceInvalid(
        "/network",
        `it ends with ${output}, where ${classes} classes need ${scores}`,
        'Mostly it ends with "global-average-pool", "classifier".',
      );
    return net.network();
  };
}

class LayerReader {
  readonly #classes: number;
  #layers = 0;

  constructor(classes: number) {
    this.#classes = classes;
  }

  list(sources: readonly LayerSource[], place: Place): Part {
    const parts: Part[] = [];
    for (const [i, source] of sources.entries()) {
      const at = `${place.at}/${i}`;
      const part = located(this.#layer(source, { ...place, at, path: place.path + nameOf(sources, i) }));
      if (normalisesConvolution(sources, i)) parts.push(normalised(parts.pop()!, part));
      else parts.push(part);
    }
    return sequence(place.at, parts);
  }

  #layer(source: LayerSource, place: Place): Part {
    const { at, path } = place;
    this.#count(at);
    if (source === "batchNorm") return single(at, [], ({ net, suffix }, from) => net.batchNorm(from, path + suffix));
    if (source === "global-average-pool") return { ...single(at, [], ({ net }, from) => net.globalAveragePool(from)), ends: true };
    if (source === "classifier")
      return { ...single(at, [], ({ net, suffix }, from) => net.linear(from, this.#classes, path + suffix)), ends: true };
    if ("repeat" in source || "when" in source) return this.#several(source, place);
    const [kind, ...rest] = Object.keys(source);
    if (kind === "layers")
      throw spaceInvalid(at, '"layers" stands alone', 'It goes with "repeat" or "when"; layers by themselves need nothing around them.');
    if (rest.length > 0)
      throw spaceInvalid(at, `found "${kind}" and "${rest[0]}" together`, "Each is a layer of its own: put them one after the other.");

    const read = <V extends Value>(value: Value, accepted: Accepted<V>, ...keys: string[]) =>
      readValue(value, accepted, place, [at, kind, ...keys].join("/"));
    const size = (of: Readonly<Record<string, Value>>, key: string) => read(of[key] ?? 1, SIZE, key);
    if ("activation" in source) {
      const activation = read(source.activation, ACTIVATION);
      return single(at, [activation], ({ net, architecture }, from) => net.activation(from, activation.of(architecture)));
    }
    if ("linear" in source) {
      const outputs = size(source.linear, "outputs");
      const write: Part["write"] = ({ net, architecture, suffix }, from) => net.linear(from, outputs.of(architecture), path + suffix);
      return { ...single(at, [outputs], write), ends: true };
    }
    if ("squeeze-excitation" in source) return excitation(size(source["squeeze-excitation"], "reduction"), place);
    if ("residual" in source) return residual(this.list(source.residual, { ...place, at: `${at}/residual`, path: `${path}/` }), place);
    if ("sum" in source) return branching(at, this.#branches(source.sum, "sum", place), ({ net }, branches) => net.sum(branches));
    if ("concatenation" in source)
      return branching(at, this.#branches(source.concatenation, "concatenation", place), ({ net }, branches) => net.concatenate(branches));
    if ("average-pool" in source || "max-pool" in source) {
      const window = "average-pool" in source ? source["average-pool"] : source["max-pool"];
      const [kernel, stride] = [size({ ...window }, "kernel"), size({ ...window }, "stride")];
      return single(at, [stride, kernel], ({ net, architecture }, from) => {
        const [of, by] = [kernel.of(architecture), stride.of(architecture)];
        return "average-pool" in source ? net.averagePool(from, of, by) : net.maxPool(from, of, by);
      });
    }
    return this.#convolution(source, size, place);
  }

  /** Of layers, and of the copies of what is repeated. */
  #count(at: string): void {
    if (++this.#layers > MOST_LAYERS) throw spaceInvalid(at, `there are more than ${MOST_LAYERS} layers`, "Repeat fewer.");
  }

  #convolution(
    source: Extract<LayerSource, { readonly convolution: object } | { readonly depthwise: object }>,
    size: (of: Readonly<Record<string, Value>>, key: string) => Read<number>,
    { at, path }: Place,
  ): Part {
    const settings: Readonly<Record<string, Value>> = { ...("convolution" in source ? source.convolution : source.depthwise) };
    const [kernel, stride, dilation] = [size(settings, "kernel"), size(settings, "stride"), size(settings, "dilation")];
    const kernels = kernel.all.map((one) => one % 2);
    if (kernels.some((one) => one !== kernels[0])) {
      const remedy = "Shared weights take the middle of a larger kernel; choose among odd kernels, or among even ones.";
      throw spaceInvalid(`${at}/${"convolution" in source ? "convolution" : "depthwise"}/kernel`, "it may be even and odd", remedy);
    }
    // Weights of one name have one stride.
    const weights = (by: number) => (stride.all.length > 1 ? `${path}, stride ${by}` : path);
    if ("depthwise" in source)
      return single(at, [stride, kernel, dilation], ({ net, architecture, suffix }, from) => {
        const by = stride.of(architecture);
        return net.depthwise(from, kernel.of(architecture), by, weights(by) + suffix, dilation.of(architecture));
      });
    if ((settings.channels === undefined) === (settings.times === undefined)) {
      const problem = settings.channels === undefined ? 'it has neither "channels" nor "times"' : 'it has both "channels" and "times"';
      throw spaceInvalid(`${at}/convolution`, problem, 'Give "channels", or as "times" how many times those before it.');
    }
    const [channels, times] = [settings.channels === undefined ? undefined : size(settings, "channels"), size(settings, "times")];
    return single(at, [channels ?? times, stride, kernel, dilation], ({ net, architecture, suffix }, from) => {
      const by = stride.of(architecture);
      const width = channels ? channels.of(architecture) : times.of(architecture) * net.shape(from)[2];
      return net.convolution(from, kernel.of(architecture), width, by, weights(by) + suffix, dilation.of(architecture));
    });
  }

  #several(source: Extract<LayerSource, { readonly layers: object }>, place: Place): Part {
    const { at, path, copies, components } = place;
    if ("when" in source) {
      if ("repeat" in source)
        throw spaceInvalid(at, 'found "repeat" and "when" together', 'Put the "when" into the layers that are repeated.');
      const condition = components.condition(source.when, copies, `${at}/when`);
      const known = condition ? knownWith(place.known, condition, components, `${at}/when`) : place.known;
      const part = this.list(source.layers, { ...place, at: `${at}/layers`, path: `${path}/`, known });
      return condition ? conditional(at, condition, part, components.list) : part;
    }
    const blocks = Array.from({ length: source.repeat }, (_, i): Part => {
      this.#count(at);
      const block = `${path}/block ${i + 1}`;
      const part = this.list(source.layers, { ...place, at: `${at}/layers`, path: `${block}/`, copies: [...copies, i + 1] });
      return { ...part, write: (draft, from) => draft.net.within(block, () => part.write(draft, from)) };
    });
    return sequence(at, blocks);
  }

  #branches(sources: readonly (readonly LayerSource[])[], kind: string, place: Place): Part[] {
    return sources.map((source, i) =>
      this.list(source, { ...place, at: `${place.at}/${kind}/${i}`, path: `${place.path}/branch ${i + 1}/` }),
    );
  }
}

/** What a layer is called among those of its list; a normalisation is called like the convolution before it. */
function nameOf(sources: readonly LayerSource[], place: number): string {
  const source = sources[place]!;
  if (normalisesConvolution(sources, place)) return nameOf(sources, place - 1);
  if (typeof source === "string") return `${source} ${place + 1}`;
  if ("repeat" in source) return `stage ${sources.slice(0, place + 1).filter((one) => typeof one === "object" && "repeat" in one).length}`;
  return `${Object.keys(source).find((key) => key !== "layers")} ${place + 1}`;
}

function normalisesConvolution(sources: readonly LayerSource[], place: number): boolean {
  const before = sources[place - 1];
  return sources[place] === "batchNorm" && typeof before === "object" && ("convolution" in before || "depthwise" in before);
}

/** What the weights of a residual's 1×1 convolution are called, after the residual. */
export const PROJECTION = "projection";

/** The input, and what the layers make of it; by a 1×1 convolution where that has another shape. */
function residual(part: Part, { at, path }: Place): Part {
  return {
    ...part,
    at,
    reads: part.decides ?? [],
    write(draft, from) {
      const { net, suffix } = draft;
      const to = part.write(draft, from);
      if (to === from) return from;
      const [before, after] = [net.shape(from), net.shape(to)];
      if (before.join() === after.join()) return net.sum([from, to]);
      const stride = Math.ceil(before[0] / after[0]);
      const name = `${path}/${PROJECTION}${stride > 1 ? `, stride ${stride}` : ""}${suffix}`;
      return net.sum([net.batchNorm(net.convolution(from, 1, after[2], stride, name), name), to]);
    },
  };
}

/** Squeeze-and-excitation, Hu et al. 2018, arXiv:1709.01507, with the functions of MobileNetV3. */
function excitation(reduction: Read<number>, { at, path }: Place): Part {
  return single(at, [reduction], ({ net, architecture, suffix }, from) => {
    const channels = net.shape(from)[2];
    const hidden = Math.ceil(channels / reduction.of(architecture));
    const squeezed = net.linear(net.globalAveragePool(from), hidden, `${path}/squeeze${suffix}`);
    const excited = net.linear(net.activation(squeezed, "relu"), channels, `${path}/excite${suffix}`);
    return net.scale(from, net.activation(excited, "hard-sigmoid"));
  });
}

/** Says where a layer stands, if it does not fit to what feeds it. */
function located(part: Part): Part {
  return {
    ...part,
    write(draft, from) {
      try {
        return part.write(draft, from);
      } catch (error) {
        if (error instanceof EvokeError) throw error;
        const remedy = "An architecture has such layers: change what can be chosen, or the layers around.";
        throw spaceInvalid(part.at, (error as Error).message, remedy);
      }
    },
  };
}
