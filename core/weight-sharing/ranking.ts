/** Architectures in the order of their probability. @module */
import type { Architecture } from "../space/architecture.ts";
import type { OpenNetwork } from "../space/open-network.ts";
import type { Mixture } from "../training/weight-sharing.ts";

/** How many are ranked if not said: a budget is seldom more. */
const RANKED = 100;
/** Choices that are looked at until so many are found, since several can come to one architecture. */
const LOOKED_AT = 50_000;

export interface Ranking {
  /** Whether the limits let an architecture be the answer: others are passed over, unless there seem to be no others. */
  readonly feasible: (architecture: Architecture) => boolean;
  /** How many are ranked, if there are as many; 100 if left out. */
  readonly most?: number;
}

/** One operation on each edge. */
interface Choice {
  /** The place of each operation in the order of its edge.  [edges] */
  readonly places: readonly number[];
  /** Π_e p_e, by that of the first. */
  readonly chance: number;
}

/**
 * The architecture that probabilities come to, and behind it what other choices of an operation on each edge come to, by
 * Π_e p_e, the likeliest first; each once. Whatever has probability 0 is not among them.
 *
 * Best first: behind a choice are those with the next likely operation on one edge that its architecture has. What stands
 * on other edges changes nothing, so where spaces drop edges, these are not gone through.
 *
 * @param probabilities  [edges][operations]
 */
export function rankedBy(open: OpenNetwork, probabilities: Mixture, { feasible, most = RANKED }: Ranking): Architecture[] {
  const first = open.derive(probabilities);
  const kept = open.operationsOf(first);
  // From the likeliest on. A space may pass over an operation when it derives, such as none: it comes to the next then.
  const orders = probabilities.map((edge, e) => {
    const order = [...edge.keys()].filter((k) => edge[k]! > 0).sort((a, b) => edge[b]! - edge[a]! || a - b);
    return order.slice(Math.max(0, order.indexOf(kept[e] ?? -1)));
  });
  const derived = (places: readonly number[]) =>
    open.derive(probabilities.map((edge, e) => edge.map((p, k) => (k === orders[e]![places[e]!] ? p : 0))));

  const ranked = new Map<string, Architecture>();
  const add = (architecture: Architecture) => void (feasible(architecture) && ranked.set(architecture.join(), architecture));
  add(first);
  /** The likeliest last; of equals, the one that came first. */
  const waiting: Choice[] = [{ places: orders.map(() => 0), chance: 1 }];
  const met = new Set<string>();
  for (let looked = 0; waiting.length > 0 && ranked.size < most && looked < LOOKED_AT; looked++) {
    const { places, chance } = waiting.pop()!;
    const architecture = derived(places);
    add(architecture);
    for (const [edge, operation] of open.operationsOf(architecture).entries()) {
      const order = orders[edge]!;
      const place = places[edge]! + 1;
      if (operation === undefined || place >= order.length) continue;
      const next = {
        places: places.with(edge, place),
        chance: (chance * probabilities[edge]![order[place]!]!) / probabilities[edge]![order[place - 1]!]!,
      };
      const key = next.places.join();
      if (met.has(key)) continue;
      met.add(key);
      waiting.splice(placeOf(next, waiting), 0, next);
    }
  }
  return ranked.size > 0 ? [...ranked.values()] : [first];
}

/** Where a choice belongs among others, which ascend. */
function placeOf({ chance }: Choice, waiting: readonly Choice[]): number {
  let [low, high] = [0, waiting.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (waiting[middle]!.chance < chance) low = middle + 1;
    else high = middle;
  }
  return low;
}
