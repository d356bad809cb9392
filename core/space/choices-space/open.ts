/** The network of a described space with its choices left open. @module */
import { spaceInvalid } from "../../errors/index.ts";
import type { Condition } from "../../plugin/space.ts";
import type { Architecture } from "../architecture.ts";
import { isPresent } from "../choices.ts";
import type { Network } from "../network.ts";
import { heaviest, isParameterFree, type OpenNetwork, skipOf } from "../open-network.ts";
import type { Component } from "./components.ts";
import { OPEN } from "./part.ts";

/**
 * Each component is an edge; its operations are its choices, without its absence.
 * @param network  writes the network of an architecture, with mixtures for what is OPEN in it
 * @throws EvokeError SPACE_INVALID where choices of a component cannot be mixed, or choose nothing
 */
export function openNetwork(components: readonly Component[], network: (architecture: Architecture) => Network, partial = 1): OpenNetwork {
  if (partial !== 1)
    throw spaceInvalid(
      "/network",
      `the controller lets 1/${partial} of the channels through the operations, and here the layers say how many there are`,
      "Choose a controller that takes all channels, or the space nas-bench-201 or darts.",
    );
  const open = network(components.map(() => OPEN));
  const mixed = new Set(open.layers.map((layer) => (layer.kind === "mixture" ? layer.edge : undefined)));
  const idle = components.find((_, component) => !mixed.has(component));
  if (idle)
    throw spaceInvalid(
      "/components",
      `"${idle.name}" cannot be left open: all its choices give the same network`,
      "Searches by weight sharing can tell choices of layers only: leave it out, or choose another controller.",
    );
  const first = (component: number) => (components[component]!.condition ? 1 : 0);
  const ofEdges = ({ component, choices }: Condition) => ({
    edge: component,
    operations: choices.map((choice) => choice - first(component)),
  });
  const edges = components.map(({ name, choices, condition }, component) => {
    const operations = choices.slice(first(component)).map(String);
    const parameterFree = operations.map((_, operation) => isParameterFree(open, component, operation));
    const skip = skipOf(open, component, operations.length);
    return { name, operations, parameterFree, ...(skip !== undefined && { skip }), ...(condition && { condition: ofEdges(condition) }) };
  });
  const shape = { choices: edges.map(({ operations }) => operations), conditions: components.map(({ condition }) => condition) };
  return {
    edges,
    network: open,
    derive(weights) {
      const architecture: number[] = [];
      for (const [component, own] of weights.entries())
        architecture.push(isPresent(shape, architecture, component) ? first(component) + heaviest(own) : 0);
      return architecture;
    },
    operationsOf: (architecture) =>
      architecture.map((choice, component) => (isPresent(shape, architecture, component) ? choice - first(component) : undefined)),
  };
}
