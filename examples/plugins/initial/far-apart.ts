/**
 * First centres that lie far apart: for each, some architectures are drawn, and the one is taken that is farthest from its
 * nearest centre.
 *
 * This is the best-candidate algorithm of Mitchell 1991, "Spectrally Optimal Sampling for Distribution Ray Tracing",
 * doi:10.1145/122718.122736, for architectures.
 *
 * @module
 */
import { plugin } from "evoke-nas";
import { drawFeasible } from "evoke-nas/toolkit";

export default plugin({
  kind: "initial",
  name: "far-apart",
  summary: "Centres that are far apart, each the farthest of some that are drawn",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      candidates: { type: "integer", minimum: 1, maximum: 10_000, default: 20, description: "how many are drawn for each centre" },
    },
  },
  needs: ["space", "distance", "rng", "feasible"],
  create({ candidates }, { space, distance, rng, feasible }) {
    const draw = () => drawFeasible(() => space.sample(rng), feasible);
    return {
      centres(count) {
        const centres = [draw()];
        while (centres.length < count) {
          const drawn = Array.from({ length: candidates }, draw).map((architecture) => {
            const distances = centres.map((centre) => distance.between(centre, architecture));
            return { architecture, apart: Math.min(...distances) };
          });
          centres.push(drawn.reduce((best, one) => (one.apart > best.apart ? one : best)).architecture);
        }
        return centres;
      },
      another: draw,
    };
  },
});
