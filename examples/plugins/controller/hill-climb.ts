/**
 * Hill climbing: proposes a random neighbour of the best architecture since the last start, and starts again elsewhere
 * when that has not become better for a while.
 *
 * A reward of NaN, of an evaluation that failed, is no improvement.
 *
 * @module
 */
import { plugin } from "evoke-nas";

export default plugin({
  kind: "controller",
  name: "hill-climb",
  summary: "Climbs to better neighbours, and starts again when it finds none",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      patience: {
        type: "integer",
        minimum: 1,
        maximum: 1_000_000,
        default: 20,
        description: "proposals in a row without an improvement, after which it starts again",
      },
    },
  },
  needs: ["space", "rng"],
  create({ patience }, { space, rng }) {
    let best = space.sample(rng);
    let most = Number.NEGATIVE_INFINITY; // the reward of the best; nothing was evaluated since the start
    let inVain = 0;
    return {
      propose() {
        if (most === Number.NEGATIVE_INFINITY) return { architecture: space.sample(rng) };
        const neighbours = space.neighbours(best);
        return { architecture: neighbours[rng.below(neighbours.length)] ?? best };
      },
      observe({ architecture, reward }) {
        if (reward > most) {
          best = architecture;
          most = reward;
          inVain = 0;
        } else if (++inVain >= patience) {
          most = Number.NEGATIVE_INFINITY;
          inVain = 0;
        }
      },
    };
  },
});
