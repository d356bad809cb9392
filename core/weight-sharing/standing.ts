/** What an epoch of a search by weight sharing tells of its architecture. @module */
import type { Space } from "../plugin/space.ts";
import type { SearchEvent } from "../record/events.ts";
import type { OpenEdge, OpenNetwork } from "../space/open-network.ts";
import { mean } from "../statistics/descriptive.ts";
import type { Standing } from "../training/weight-sharing.ts";

type Told = Pick<SearchEvent<"weights.trained">, "loss" | "entropy" | "probabilities" | "architecture" | "parameterFree" | "curvature">;

interface Edge extends OpenEdge {
  readonly probabilities: readonly number[];
  readonly chosen: number | undefined;
}

/** Edges with one operation decide nothing, and are left out of all that is counted. */
export function toldOf({ loss, probabilities, curvature }: Standing, open: OpenNetwork, space: Space): Told {
  const architecture = open.derive(probabilities);
  const chosen = open.operationsOf(architecture);
  const edges = open.edges.map((edge, e): Edge => ({ ...edge, probabilities: probabilities[e]!, chosen: chosen[e] }));
  const deciding = edges.filter(({ operations }) => operations.length > 1);
  const present = deciding.filter(({ chosen }) => chosen !== undefined);
  return {
    ...{ loss, probabilities },
    entropy: meanOf(deciding.map(({ probabilities }) => entropyOf(probabilities))),
    architecture: space.encode(architecture),
    parameterFree: meanOf(present.map(parameterFreeOf)),
    ...(curvature !== undefined && { curvature }),
  };
}

/** Whether the chosen operation is without weights; where others are as likely, how many of them are. */
function parameterFreeOf({ parameterFree, probabilities, chosen }: Edge): number {
  const equals = parameterFree.filter((_, operation) => probabilities[operation] === probabilities[chosen!]);
  return mean(equals.map((free) => (free ? 1 : 0)));
}

/** −Σ p ln p, in nats. */
function entropyOf(probabilities: readonly number[]): number {
  return probabilities.reduce((entropy, p) => (p > 0 ? entropy - p * Math.log(p) : entropy), 0);
}

/** 0 where nothing decides. */
function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : mean(values);
}
