/** The open network of a space, as far as can be seen before its weights are trained. @module */
import { EvokeError, pluginAnswerInvalid } from "../../errors/index.ts";
import { type Network, shapesOf } from "../../space/network.ts";
import type { EdgeCondition, OpenEdge, OpenNetwork } from "../../space/open-network.ts";
import type { Space } from "../space.ts";
import { type Blame, described, type Place } from "./blame.ts";
import { found } from "./found.ts";
import { index, list, method, must, object, optional, problemIn, type Rules, text, truth } from "./members.ts";
import { memberOf, membership } from "./space.ts";

const texts = must("a list of texts", (value) => Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string"));

const EDGE: Rules<OpenEdge> = {
  name: text,
  operations: texts,
  parameterFree: list(truth),
  none: optional(index),
  skip: optional(index),
  node: optional(text),
  condition: optional(object<EdgeCondition>({ edge: index, operations: list(index) })),
};

const OPEN: Rules<OpenNetwork> = {
  edges: list(object<OpenEdge>(EDGE)),
  network: object<Network>({ layers: must("a list of layers", (value) => Array.isArray(value) && value.length > 0) }),
  derive: method,
  operationsOf: method,
};

/**
 * Opens the network of a space.
 * @param place  of the space
 * @throws EvokeError that names the space, where it gives something else than an open network
 */
export function opened(space: Space, partial: number | undefined, place: Place, blame: Blame): OpenNetwork {
  let problem: string | undefined;
  let open: OpenNetwork;
  try {
    open = space.open!(partial);
    problem = problemOf(open, space);
  } catch (error) {
    throw error instanceof EvokeError ? error : blame.threw(place, "open", error);
  }
  if (problem !== undefined) throw pluginAnswerInvalid(described(place), "open", `must give an open network: ${problem}`);
  return open;
}

function problemOf(open: OpenNetwork, space: Space): string | undefined {
  if (typeof open !== "object" || open === null) return `it must be an object; found ${found(open)}`;
  return problemIn(open, OPEN) ?? problemOfEdges(open) ?? problemOfLayers(open) ?? problemOfArchitecture(open, space);
}

function problemOfEdges({ edges }: OpenNetwork): string | undefined {
  if (edges.length === 0) return 'its "edges" must be a list that is not empty';
  for (const [e, { operations, parameterFree, none = 0, skip = 0, condition }] of edges.entries()) {
    const { length } = operations;
    if (parameterFree.length !== length)
      return `its "edges[${e}].parameterFree" must have an entry for each of ${length} operations; found ${parameterFree.length}`;
    for (const [name, operation] of Object.entries({ none, skip }))
      if (operation >= length) return `its "edges[${e}].${name}" must be the index of one of ${length} operations; found ${operation}`;
    if (condition && !isOfEarlier(condition, edges.slice(0, e)))
      return `its "edges[${e}].condition" must have the index of an earlier edge, and operations of it; found ${found(condition)}`;
  }
  return undefined;
}

function isOfEarlier({ edge, operations }: EdgeCondition, edges: readonly OpenEdge[]): boolean {
  const earlier = edges[edge]?.operations;
  return earlier !== undefined && operations.length > 0 && operations.every((operation) => operation in earlier);
}

function problemOfLayers({ edges, network }: OpenNetwork): string | undefined {
  for (const [i, layer] of network.layers.entries()) {
    if (layer.kind !== "mixture") continue;
    const operations = edges[layer.edge]?.operations;
    if (!operations) return `its "network.layers[${i}]" must be a mixture of one of ${edges.length} edges; found ${found(layer.edge)}`;
    if (!layer.operations.every((operation) => operation in operations))
      return `its "network.layers[${i}].operations" must be operations of edge ${layer.edge}, which has ${operations.length}; found ${found(layer.operations)}`;
  }
  try {
    shapesOf(network);
    return undefined;
  } catch (error) {
    return `its "network" does not fit together: ${(error as Error).message}`;
  }
}

function problemOfArchitecture(open: OpenNetwork, space: Space): string | undefined {
  const { edges } = open;
  const architecture = open.derive(edges.map(({ operations }) => operations.map(() => 1 / operations.length)));
  if (!membership(space)(architecture)) return `its derive() must give ${memberOf(space)}; it gave ${found(architecture)}`;
  const operations: readonly unknown[] = open.operationsOf(architecture);
  const isOperation = (operation: unknown, e: number) => operation === undefined || (operation as number) in edges[e]!.operations;
  if (Array.isArray(operations) && operations.length === edges.length && operations.every(isOperation)) return undefined;
  return `its operationsOf() must give an operation, or undefined, for each of ${edges.length} edges; it gave ${found(operations)}`;
}
