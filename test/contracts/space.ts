/**
 * What every search space promises, by properties: architectures and modifications are drawn at random
 * and shrunk to the smallest that breaks the promise.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { EvokeError } from "../../core/errors/index.ts";
import { problemOf } from "../../core/plugin/checks/instance.ts";
import { faultOf } from "../../core/plugin/checks/space.ts";
import type { GivenSpace } from "../../core/plugin/space.ts";
import { randomStream } from "../../core/random/rng.ts";
import { costsOf } from "../../core/search/objectives.ts";
import type { Architecture, Modification } from "../../core/space/architecture.ts";
import { isPresent, withChoices } from "../../core/space/choices.ts";
import { featuresOf } from "../../core/space/features.ts";
import { type Network, shapesOf } from "../../core/space/network.ts";
import { envelopeOf } from "../../core/training/supernet.ts";
import type { Case } from "./case.ts";

/**
 * What every space promises.
 * @param given       the space
 * @param unreadable  texts that it must refuse, beside the empty one
 */
export function spaceContract(name: string, given: GivenSpace, unreadable: readonly string[] = []): Case[] {
  const space = withChoices(given);
  const architectures = fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((seed) => space.sample(randomStream(seed, "/test")));
  const modification: fc.Arbitrary<Modification> = fc
    .nat({ max: space.length - 1 })
    .chain((component) =>
      fc.record({ component: fc.constant(component), operation: fc.nat({ max: space.choices[component]!.length - 1 }) }),
    );
  const modifications = fc.oneof(fc.array(modification, { maxLength: 3 }), fc.array(modification, { maxLength: 2 * space.length }));
  const differs = (a: Architecture, b: Architecture) => a.some((choice, component) => choice !== b[component]);
  /** Without components that are there in one of them only. */
  const distance = (a: Architecture, b: Architecture) =>
    a.filter((choice, component) => choice !== b[component] && isPresent(space, a, component) && isPresent(space, b, component)).length;
  return [
    [
      `${name} samples members only, the same ones from the same stream`,
      () =>
        always(fc.nat(), (seed: number) => {
          const sampled = space.sample(randomStream(seed, "/test"));
          assert.ok(space.contains(sampled));
          assert.deepEqual(space.sample(randomStream(seed, "/test")), sampled);
        }),
    ],
    [
      `${name} chooses every operation somewhere when it samples`,
      () => {
        const rng = randomStream(1, "/test");
        const seen = new Set<string>();
        const some = (choices: readonly string[], choice: number) => `${choices.join()}: ${choices[choice]}`;
        for (let n = 0; n < 500; n++)
          for (const [component, choice] of space.sample(rng).entries()) seen.add(some(space.choices[component]!, choice));
        for (const choices of space.choices)
          for (const choice of choices.keys()) assert.ok(seen.has(some(choices, choice)), `never ${some(choices, choice)}`);
      },
    ],
    [
      `${name} is complete, makes members only, and has none that is too short, too long, or has an unknown operation`,
      () => {
        assert.equal(problemOf("space", space), undefined);
        assert.equal(faultOf(space, 100), undefined);
      },
    ],
    [
      `${name} gives a component its absence exactly where its condition does not hold, if it has conditions`,
      () =>
        always(architectures, modifications, (architecture: Architecture, changes: readonly Modification[]) => {
          const modified = space.modify(architecture, changes);
          for (const one of [architecture, modified])
            for (const [component, condition] of (space.conditions ?? []).entries())
              if (condition) assert.equal(one[component] !== 0, isPresent(space, one, component), one.join(", "));
          for (const [component, condition] of (space.conditions ?? []).entries()) {
            const hasCome = condition && !isPresent(space, architecture, component) && isPresent(space, modified, component);
            if (hasCome && !changes.some((change) => change.component === component)) assert.equal(modified[component], 1);
          }
        }),
    ],
    [
      `${name} gives back from text what it wrote as text`,
      () => always(architectures, (architecture: Architecture) => assert.deepEqual(space.decode(space.encode(architecture)), architecture)),
    ],
    [
      `${name} writes different architectures differently`,
      () =>
        always(architectures, architectures, (a: Architecture, b: Architecture) =>
          assert.equal(space.encode(a) !== space.encode(b), differs(a, b)),
        ),
    ],
    [
      `${name} refuses a text that is no architecture, and says what it found`,
      () => {
        for (const text of ["", ...unreadable]) {
          assert.throws(
            () => space.decode(text),
            (error) => error instanceof EvokeError && error.code === "ARCHITECTURE_INVALID" && error.message.includes(JSON.stringify(text)),
          );
        }
      },
    ],
    [
      `${name} refuses a text with something after it or cut off`,
      () =>
        always(architectures, (architecture: Architecture) => {
          const text = space.encode(architecture);
          for (const broken of [`${text} `, ` ${text}`, text + text, text.slice(0, -1)]) {
            let read: Architecture | undefined;
            try {
              read = space.decode(broken);
            } catch (error) {
              assert.ok(error instanceof EvokeError);
            }
            if (read) assert.equal(space.encode(read), broken);
          }
        }),
    ],
    [
      `${name} modifies at most as many components as there are modifications: D(α, α ⊕ Δα) ≤ M`,
      () =>
        always(architectures, modifications, (architecture: Architecture, changes: readonly Modification[]) => {
          const modified = space.modify(architecture, changes);
          assert.ok(space.contains(modified), modified.join(", "));
          const moved = distance(architecture, modified);
          assert.ok(moved <= changes.length, `${moved} components changed by ${changes.length} modifications`);
        }),
    ],
    [
      `${name} changes nothing by no modification, or by choosing the present operation`,
      () =>
        always(architectures, (architecture: Architecture) => {
          assert.deepEqual(space.modify(architecture, []), architecture);
          const present = architecture.map((operation, component) => ({ component, operation }));
          assert.deepEqual(space.modify(architecture, present), architecture);
        }),
    ],
    [
      `${name} leaves the architecture that it modifies as it was`,
      () =>
        always(architectures, modifications, (architecture: Architecture, changes: readonly Modification[]) => {
          const before = [...architecture];
          space.modify(architecture, changes);
          space.neighbours(architecture);
          assert.deepEqual(architecture, before);
        }),
    ],
    [
      `${name} has as neighbours exactly what one modification reaches, each once`,
      () =>
        always(architectures, (architecture: Architecture) => {
          const reached = new Set<string>();
          for (let component = 0; component < space.length; component++)
            for (let operation = 0; operation < space.choices[component]!.length; operation++)
              reached.add(space.encode(space.modify(architecture, [{ component, operation }])));
          reached.delete(space.encode(architecture));
          assert.deepEqual(
            space
              .neighbours(architecture)
              .map((neighbour) => space.encode(neighbour))
              .sort(),
            [...reached].sort(),
          );
        }),
    ],
    [
      `${name} names the function of an architecture the same each time, also after it was written as text`,
      () =>
        always(architectures, (architecture: Architecture) => {
          const name = space.functionKey(architecture);
          assert.equal(space.functionKey(architecture), name);
          assert.equal(space.functionKey(space.decode(space.encode(architecture))), name);
        }),
    ],
    [
      `${name} has each component in one of its nodes, if it has any`,
      () => {
        if (!space.nodes) return;
        assert.deepEqual(
          space.nodes.flat().sort((a, b) => a - b),
          Array.from({ length: space.length }, (_, component) => component),
        );
        assert.ok(space.nodes.every((components) => components.length > 0));
      },
    ],
    [
      `${name} numbers the paths of an architecture below their count, ascending and each once, if it has any`,
      () => {
        const { paths } = space;
        if (!paths) return;
        assert.ok(Number.isSafeInteger(paths.count) && paths.most <= paths.count);
        always(architectures, (architecture: Architecture) => {
          const numbers = paths.of(architecture);
          assert.ok(numbers.length <= paths.most, `${numbers.length} paths, where the most are ${paths.most}`);
          for (const [i, number] of numbers.entries())
            assert.ok(Number.isInteger(number) && number < paths.count && number > (numbers[i - 1] ?? -1), numbers.join(", "));
          assert.deepEqual(paths.of(space.decode(space.encode(architecture))), numbers);
        });
      },
    ],
    [
      `${name} counts features, ascending, the same ones each time, and for one function if it says its own`,
      () => {
        const [of, again] = [featuresOf(space), featuresOf(space)];
        const known = new Map<string, string>();
        const rng = randomStream(1, "/test");
        always(architectures, modifications, (architecture: Architecture, changes: readonly Modification[]) => {
          const neighbours = space.neighbours(architecture);
          for (const one of [architecture, space.modify(architecture, changes), neighbours[rng.below(neighbours.length)]!]) {
            const { features, counts } = of(one);
            assert.deepEqual(again(one), { features, counts });
            assert.equal(counts.length, features.length);
            for (const [i, feature] of features.entries())
              assert.ok(
                Number.isSafeInteger(feature) && feature > (features[i - 1] ?? -1) && Number.isSafeInteger(counts[i]) && counts[i]! > 0,
                features.join(", "),
              );
            if (!space.features) continue;
            const said = `${features}: ${counts}`;
            assert.equal(known.get(space.functionKey(one)) ?? said, said, space.encode(one));
            known.set(space.functionKey(one), said);
          }
        });
      },
    ],
    [
      `${name} counts its costs, whole numbers of multiply-adds and parameters, if it counts any`,
      () =>
        always(architectures, (architecture: Architecture) => {
          const costs = space.cost?.(architecture) ?? {};
          assert.deepEqual(
            Object.keys(costs).sort(),
            costsOf(space)
              .map((cost) => cost.name)
              .sort(),
          );
          for (const cost of Object.values(costs)) assert.ok(Number.isFinite(cost) && cost >= 0);
          for (const { madds = 1, parameters = 1 } of [costs]) assert.ok(Number.isSafeInteger(madds) && Number.isSafeInteger(parameters));
        }),
    ],
    [
      `${name} draws edges between its nodes, and layers that are no wider than the widest, if it draws`,
      () =>
        always(architectures, (architecture: Architecture) => {
          const drawing = space.drawing?.(architecture);
          if (!drawing) return;
          assert.ok(drawing.title.length > 0);
          if (drawing.kind !== "layers") {
            for (const { nodes, edges } of drawing.kind === "graph" ? [drawing] : drawing.graphs)
              for (const { from, to, colour = 0 } of edges)
                assert.ok(0 <= from && from < to && to < nodes.length && Number.isInteger(colour) && colour >= 0);
          } else {
            for (const { width, colour } of drawing.rows.flatMap((row) => row.layers))
              assert.ok(width > 0 && width <= 1 && (colour === undefined || drawing.colours[colour] !== undefined));
          }
        }),
    ],
    [
      `${name} names the weights of its networks' layers all or none, each once for a kind, and alike in all networks`,
      () => {
        const rng = randomStream(2, "/test");
        const known = new Map<string, string>();
        for (let i = 0; i < 20 && space.network; i++) {
          const weighty = space.network(space.sample(rng)).layers.filter(({ kind }) => WITH_WEIGHTS.includes(kind));
          const names = weighty.flatMap(({ kind, weights }) => (weights === undefined ? [] : [`${kind} ${weights}`]));
          assert.ok(names.length === 0 || names.length === weighty.length);
          assert.equal(new Set(names).size, names.length);
          for (const layer of names.length > 0 ? weighty : []) {
            const stride = "stride" in layer ? `stride ${layer.stride}` : "";
            const before = known.get(`${layer.kind} ${layer.weights}`);
            assert.equal(before ?? stride, stride, `${layer.weights} has always the same stride`);
            known.set(`${layer.kind} ${layer.weights}`, stride);
          }
        }
      },
    ],
    [
      `${name} has members only in its envelope, if it says one`,
      () => {
        if (space.envelope) assert.ok(space.envelope.length > 0 && space.envelope.every((architecture) => space.contains(architecture)));
      },
    ],
    [
      `${name} has every weight of its networks in its envelope, as large as it gets, if they name their weights`,
      () => {
        const rng = randomStream(3, "/test");
        const networks = Array.from({ length: 20 }, () => space.network?.(space.sample(rng))).filter((network) => network !== undefined);
        const sizes = (network: Network) => {
          const shapes = shapesOf(network);
          return network.layers.flatMap((layer, i) => {
            const size = ["kernel" in layer ? layer.kernel : 1, shapes[i]![2], shapes[layer.inputs[0] ?? 0]![2]];
            return layer.weights === undefined ? [] : [[`${layer.kind} ${layer.weights}`, size] as const];
          });
        };
        if (!networks.some((network) => sizes(network).length > 0)) return;
        const largest = new Map<string, number[]>();
        for (const [key, size] of envelopeOf(space).flatMap((architecture) => sizes(space.network!(architecture))))
          largest.set(
            key,
            size.map((n, axis) => Math.max(n, largest.get(key)?.[axis] ?? 0)),
          );
        for (const [key, size] of networks.flatMap(sizes)) {
          assert.ok(largest.has(key), `no ${key}`);
          assert.ok(
            size.every((n, axis) => n <= largest.get(key)![axis]!),
            `${key} is ${size.join(" × ")}, in the envelope ${largest.get(key)!.join(" × ")}`,
          );
        }
      },
    ],
    [
      `${name} has at most as many architectures as there are strings`,
      () => assert.ok(space.size > 0n && space.size <= space.choices.reduce((product, { length }) => product * BigInt(length), 1n)),
    ],
  ];
}

const WITH_WEIGHTS: readonly string[] = ["convolution", "depthwise", "batchNorm", "linear"];

/** Checks a property of values drawn at random. */
function always<A>(drawn: fc.Arbitrary<A>, check: (value: A) => void): void;
function always<A, B>(drawn: fc.Arbitrary<A>, second: fc.Arbitrary<B>, check: (value: A, other: B) => void): void;
function always(...property: unknown[]): void {
  fc.assert(fc.property(...(property as [fc.Arbitrary<unknown>, (value: unknown) => void])));
}
