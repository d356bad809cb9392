/**
 * Random search with shared weights: each step trains the path of an architecture that is drawn uniformly; in the end,
 * architectures are drawn uniformly again, and the one of the best accuracy is the answer.
 *
 * Li and Talwalkar 2019, "Random Search and Reproducibility for Neural Architecture Search", arXiv:1902.07638, Algorithm 1;
 * the defaults are those of its entry in NAS-Bench-201 (AutoDL-Projects, NAS-Bench-201-algos/RANDOM-NAS.py).
 *
 * There, a candidate is measured on one batch, another for each, so the choice is noisy by design: with 512 images at 60
 * percent, by 2.2 percentage points. `"images": "all"` takes that away, and `distinct` what NATS-Bench changed: no
 * candidate is measured twice.
 *
 * With `"paths": "fair"` weights are trained by strict fairness (FairNAS: Chu et al. 2019, arXiv:1907.01845, Algorithm 1): a
 * step goes by the sum of the gradients of as many paths as an edge has operations, each edge taking each of its own once, in
 * random orders. An edge with fewer operations than others begins anew with its first.
 *
 * Different from that entry: candidates are drawn within the limits of the manifest. Weights that a step does not use go
 * on moving there, as with `"unsampled": "drift"` here.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { type Rng, shuffle } from "../../core/random/rng.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { drawFeasible, drawNew } from "../../core/space/draw.ts";
import type { Judged, Mixture } from "../../core/training/weight-sharing.ts";
import { byAccuracy, CANDIDATE_OPTIONS, meanLoss, pathBy, pathOf } from "../../core/weight-sharing/candidates.ts";
import { controllerBy } from "../../core/weight-sharing/controller.ts";
import { AS_IN_NAS_BENCH_201, STEPS_ON_CIFAR_10 } from "../../core/weight-sharing/published.ts";

export default plugin({
  kind: "controller",
  name: "rsps",
  summary: "Random search with shared weights: uniform paths learn, and the best of random candidates is the answer",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      ...CANDIDATE_OPTIONS,
      paths: {
        enum: ["uniform", "fair"],
        description:
          "what a step trains: a path that is drawn uniformly, which is the default, or as many paths as there are operations, each once on each edge (FairNAS)",
      },
      distinct: {
        type: "boolean",
        default: false,
        description: "whether no architecture is a candidate twice, as far as there are others",
      },
    },
  },
  needs: ["space", "feasible", "sharedWeights"],
  create({ candidates, images, paths = "uniform", distinct }, { space, feasible, sharedWeights }) {
    const open = sharedWeights.open();
    const uniform = open.edges.map(({ operations }) => operations.map(() => 1 / operations.length));

    function drawCandidates(rng: Rng): Architecture[] {
      const drawn = new Set<string>();
      const draw = () => (distinct ? drawNew(space, rng, (architecture) => !drawn.has(architecture.join())) : space.sample(rng));
      return Array.from({ length: candidates }, () => {
        const architecture = drawFeasible(draw, feasible);
        drawn.add(architecture.join());
        return architecture;
      });
    }

    /** Paths that have each operation of each edge between them. */
    function fairPaths(rng: Rng): Mixture[] {
      const orders = open.edges.map(({ operations }) => {
        const order = [...operations.keys()];
        shuffle(order, rng);
        return order;
      });
      return Array.from({ length: Math.max(...orders.map(({ length }) => length)) }, (_, path) =>
        pathBy(
          open,
          orders.map((order) => order[path % order.length]!),
        ),
      );
    }

    return controllerBy(sharedWeights, {
      schedule: { epochs: 250, ...AS_IN_NAS_BENCH_201 },
      publishedSteps: 250 * STEPS_ON_CIFAR_10,
      async epoch(_epoch, weights) {
        const learnt: Judged[] = [];
        if (paths === "uniform") {
          const drawn = Array.from({ length: weights.steps }, () => pathOf(open, space.sample(weights.rng)));
          learnt.push(...(await weights.learn(drawn)));
        } else {
          for (let step = 0; step < weights.steps; step++)
            learnt.push(...(await weights.learn(fairPaths(weights.rng), { together: true })));
        }
        return { loss: meanLoss(learnt), probabilities: uniform };
      },
      save: () => [],
      restore() {},
      rank: (weights) => byAccuracy(weights, open, drawCandidates(weights.rng), images),
    });
  },
});
