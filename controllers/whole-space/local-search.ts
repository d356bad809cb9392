/**
 * Local search: climb from the best of some random architectures to better and better neighbours; at a
 * local optimum, start again elsewhere.
 *
 * White et al. 2021, "Exploring the Loss Landscape in Neural Architecture Search", arXiv:2005.02960,
 * Algorithm 1. The defaults are those of the authors' package naszilla.
 *
 * | paper | here         | meaning                                         |
 * | ----- | ------------ | ----------------------------------------------- |
 * | v     | `centre`     | the architecture whose neighbours are looked at |
 * | N(v)  | `neighbours` | what one modification reaches, in random order  |
 *
 * Beyond the paper, from naszilla: with `improvement: "first"` the search moves to a better neighbour as
 * soon as it has found one; a start is the best of `initial` random architectures.
 *
 * An architecture that was evaluated in this run is not proposed again: a neighbour is compared by what is known of
 * it, and in place of a start another is drawn. Different from naszilla, which never moves to a neighbour that it
 * knew before. Only where a hundred draws give no new start is a known one proposed.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { shuffle } from "../../core/random/rng.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { drawNew } from "../../core/space/draw.ts";

interface Place {
  readonly architecture: Architecture;
  /** −∞ where the evaluation failed. */
  readonly reward: number;
}

export default plugin({
  kind: "controller",
  name: "local-search",
  summary: "Climbs to better neighbours, and starts again at a local optimum",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      initial: {
        type: "integer",
        minimum: 1,
        maximum: 100_000,
        default: 10,
        description: "random architectures, the best of which is the start",
      },
      improvement: {
        enum: ["first", "best"],
        default: "first",
        description: "move to the first better neighbour, or look at all and move to the best",
      },
    },
  },
  needs: ["space", "rng"],
  create({ initial, improvement }, { space, rng }) {
    /** The rewards of what was evaluated, by text. */
    const known = new Map<string, number>();
    /** Random starts that are still to be evaluated before the climb. */
    let starts = initial;
    /** Undefined before the first start is evaluated. */
    let centre: Place | undefined;
    /** Neighbours of the centre that were not looked at yet; the last comes next. */
    let neighbours: Architecture[] = [];
    /** The best neighbour that is better than the centre, where the whole neighbourhood is looked at. */
    let better: Place | undefined;

    function climbFrom(place: Place): void {
      centre = place;
      better = undefined;
      neighbours = space.neighbours(place.architecture);
      shuffle(neighbours, rng);
    }

    /** Takes notice of an evaluated start or neighbour. */
    function consider(place: Place): void {
      const best = better ?? centre;
      const improves = best === undefined || place.reward > best.reward;
      if (starts > 0) {
        if (improves) centre = place;
        if (--starts === 0) climbFrom(centre!);
      } else if (improves) {
        if (improvement === "first") climbFrom(place);
        else better = place;
      }
    }

    /** A neighbour that must be evaluated; undefined at a local optimum. */
    function nextNeighbour(): Architecture | undefined {
      for (;;) {
        const architecture = neighbours.pop();
        if (architecture) {
          const reward = known.get(space.encode(architecture));
          if (reward === undefined) return architecture;
          consider({ architecture, reward });
        } else if (better) climbFrom(better);
        else return undefined;
      }
    }

    return {
      propose() {
        if (starts === 0) {
          const architecture = nextNeighbour();
          if (architecture) return { architecture };
          starts = initial;
          centre = undefined;
        }
        return { architecture: drawNew(space, rng, (start) => !known.has(space.encode(start))) };
      },
      observe({ architecture, reward }) {
        const place = { architecture, reward: Number.isNaN(reward) ? Number.NEGATIVE_INFINITY : reward };
        known.set(space.encode(architecture), place.reward);
        consider(place);
      },
    };
  },
});
