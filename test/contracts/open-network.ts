/**
 * What every space promises whose networks can be left open, for searches by weight sharing.
 *
 * @module
 */
import assert from "node:assert/strict";
import { EvokeError } from "../../core/errors/index.ts";
import type { GivenSpace } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { withChoices } from "../../core/space/choices.ts";
import { type Layer, live, type Network, shapesOf } from "../../core/space/network.ts";
import { isParameterFree, type OpenNetwork, skipOf } from "../../core/space/open-network.ts";
import type { Case } from "./case.ts";

type Mixture = Extract<Layer, { readonly kind: "mixture" }>;
/** Which operation stands on each edge; undefined of edges that an architecture does not have. */
type Path = readonly (number | undefined)[];

/**
 * What every space that can be searched by weight sharing promises of its open network.
 * @param given     a space with `open`
 * @param partials  shares of the channels that it can let through its operations, as `open` takes them
 */
export function openNetworkContract(name: string, given: GivenSpace, partials: readonly number[] = []): Case[] {
  const space = withChoices(given);
  const rng = () => randomStream(1, "/test");
  const architectures = (): Architecture[] => {
    const stream = rng();
    return Array.from({ length: 40 }, () => space.sample(stream));
  };
  /** Each promise is kept however many channels go through the operations. */
  const ofEach = (check: (open: OpenNetwork) => void) => () => {
    for (const partial of [1, ...partials]) check(space.open!(partial));
  };
  return [
    [
      `${name}, left open, mixes on every edge its operations in order, of one shape, and has no other mixtures`,
      ofEach(({ edges, network }) => {
        const shapes = shapesOf(network);
        const mixed = new Set<number>();
        for (const { edge, operations, inputs } of mixturesOf(network)) {
          mixed.add(edge);
          assert.deepEqual(operations, [...edges[edge]!.operations.keys()]);
          assert.equal(inputs.length, operations.length);
          for (const input of inputs) assert.deepEqual(shapes[input], shapes[inputs[0]!]);
        }
        assert.deepEqual(
          [...mixed].sort((a, b) => a - b),
          [...edges.keys()],
        );
        assert.equal(new Set(edges.map((edge) => edge.name)).size, edges.length);
      }),
    ],
    [
      `${name}, left open, says which operation is zero, which is a skip, and which are without filters`,
      ofEach(({ edges, network }) => {
        for (const [edge, { operations, parameterFree, none, skip }] of edges.entries()) {
          assert.equal(parameterFree.length, operations.length);
          const found = skipOf(network, edge, operations.length);
          if (found !== undefined) assert.equal(skip, found);
          for (const operation of operations.keys())
            assert.equal(
              parameterFree[operation],
              isParameterFree(network, edge, operation),
              `${edges[edge]!.name} ${operations[operation]}`,
            );
          for (const mixture of mixturesOf(network))
            if (mixture.edge === edge)
              for (const [i, input] of mixture.inputs.entries())
                assert.equal(network.layers[input]!.kind === "zero", mixture.operations[i] === none);
        }
      }),
    ],
    [
      `${name}, left open for a share of the channels, has an edge of one operation behind each edge, or says why not`,
      () => {
        const { edges } = space.open!();
        let partial: OpenNetwork;
        try {
          partial = space.open!(2);
        } catch (error) {
          assert.ok(error instanceof EvokeError && partials.length === 0);
          return;
        }
        assert.deepEqual(partial.edges.slice(0, edges.length), edges);
        assert.deepEqual(
          partial.edges.slice(edges.length).map(({ operations, node }) => [operations.length, node]),
          edges.map(({ node }) => [1, node]),
        );
      },
    ],
    [
      `${name}, left open, gives all layers with weights names, each once for a kind`,
      ofEach(({ network }) => {
        const names = network.layers.flatMap(({ kind, weights }) => (WITH_WEIGHTS.has(kind) ? [`${kind} ${weights}`] : []));
        assert.ok(names.length > 0 && !names.some((one) => one.endsWith(" undefined")));
        assert.equal(new Set(names).size, names.length);
      }),
    ],
    [
      `${name} derives an architecture from its own operations`,
      ofEach(({ edges, derive, operationsOf }) => {
        for (const architecture of architectures()) {
          const path = operationsOf(architecture);
          assert.equal(path.length, edges.length);
          assert.deepEqual(derive(oneHot(edges, path)), architecture);
        }
      }),
    ],
    [
      `${name} has the edges that depend on others with the operations that they depend on, and only with these`,
      ofEach(({ edges, operationsOf }) => {
        for (const architecture of architectures()) {
          const path = operationsOf(architecture);
          for (const [e, { condition }] of edges.entries())
            if (condition) assert.equal(path[e] !== undefined, condition.operations.includes(path[condition.edge] ?? -1), edges[e]!.name);
        }
      }),
    ],
    [
      `${name} derives members of the space, which have the heaviest operation on each of their edges, unless it is zero`,
      ofEach(({ edges, derive, operationsOf }) => {
        const stream = rng();
        for (let n = 0; n < 40; n++) {
          const heaviest = edges.map(({ operations }) => stream.below(operations.length));
          const weights = oneHot(edges, heaviest).map((row) => row.map((weight) => weight + 0.5 * stream.next()));
          const architecture = derive(weights);
          assert.ok(space.contains(architecture));
          for (const [edge, operation] of operationsOf(architecture).entries())
            if (operation !== undefined && heaviest[edge] !== edges[edge]!.none) assert.equal(operation, heaviest[edge]);
        }
      }),
    ],
    [
      `${name} derives the first of operations that weigh the same`,
      ofEach(({ edges, derive, operationsOf }) => {
        const path = operationsOf(derive(edges.map(({ operations }) => operations.map(() => 1 / operations.length))));
        for (const [edge, operation = 0] of path.entries()) assert.ok(operation <= (edges[edge]!.none === 0 ? 1 : 0));
      }),
    ],
    [
      `${name}, left open, is an architecture's network where its operations alone have weight, but for normalisations of what has none`,
      () => {
        const { network, operationsOf } = space.open!();
        for (const architecture of architectures()) {
          const closed = live(space.network!(architecture));
          const restricted = live(withoutFurther(restrictedTo(network, operationsOf(architecture)), closed));
          const [one, other] = [ordered(restricted), ordered(closed)];
          const called = new Map(other.map(({ kind, weights }) => [`${kind} ${weights}`, weights]));
          assert.deepEqual(
            one.map((layer) => withoutChoices(layer, called)),
            other,
            space.encode(architecture),
          );
        }
      },
    ],
  ];
}

const WITH_WEIGHTS: ReadonlySet<Layer["kind"]> = new Set(["convolution", "depthwise", "batchNorm", "linear"]);

function mixturesOf({ layers }: Network): readonly Mixture[] {
  return layers.filter((layer) => layer.kind === "mixture");
}

/** Weight 1 for one operation of each edge, of edges that are not there for none. */
function oneHot(edges: OpenNetwork["edges"], path: Path): number[][] {
  return edges.map(({ operations }, edge) => operations.map((_, operation) => (operation === path[edge] ? 1 : 0)));
}

/** The network with what stands on a path in place of mixtures. */
function restrictedTo(network: Network, path: Path): Network {
  const shapes = shapesOf(network);
  const standIn: number[] = [];
  const layers = network.layers.map((layer, i): Layer => {
    const operation = layer.kind === "mixture" ? path[layer.edge] : undefined;
    const chosen = layer.kind === "mixture" && operation !== undefined ? layer.inputs[layer.operations.indexOf(operation)]! : undefined;
    standIn.push(chosen === undefined ? i : standIn[chosen]!);
    if (layer.kind === "mixture") return { kind: "zero", shape: shapes[i]!, inputs: [] };
    return { ...layer, inputs: layer.inputs.map((input) => standIn[input]!) };
  });
  return { layers };
}

/** Without normalisations of which the closed network has none of that name. */
function withoutFurther(network: Network, closed: Network): Network {
  const known = (name: string) => closed.layers.some(({ kind, weights }) => kind === "batchNorm" && isCalled(name, weights));
  const standIn: number[] = [];
  return {
    layers: network.layers.map((layer, i) => {
      const stays = layer.kind !== "batchNorm" || layer.weights === undefined || known(layer.weights);
      standIn.push(stays ? i : standIn[layer.inputs[0]!]!);
      return { ...layer, inputs: layer.inputs.map((input) => standIn[input]!) };
    }),
  };
}

/** Whether a name is another, or that with the choices behind it which it is for. */
function isCalled(name: string, closed: string | undefined): boolean {
  return closed !== undefined && (name === closed || name.startsWith(`${closed}, `));
}

/** @param called  the names of the closed network, by kind and name */
function withoutChoices(layer: Layer, called: ReadonlyMap<string, string | undefined>): Layer {
  const { weights } = layer;
  if (weights === undefined || called.has(`${layer.kind} ${weights}`)) return layer;
  const own = [...called].find(([key, closed]) => key.startsWith(`${layer.kind} `) && isCalled(weights, closed));
  return own ? { ...layer, weights: own[1]! } : layer;
}

/** The layers in an order that follows from what feeds them alone: depth first, from the output. */
function ordered({ layers }: Network): readonly Layer[] {
  const numbers = new Map<number, number>();
  const all: Layer[] = [];
  const visit = (i: number): number => {
    const known = numbers.get(i);
    if (known !== undefined) return known;
    const inputs = layers[i]!.inputs.map(visit);
    numbers.set(i, all.length);
    return all.push({ ...layers[i]!, inputs }) - 1;
  };
  visit(layers.length - 1);
  return all;
}
