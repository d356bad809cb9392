/**
 * ENAS: an LSTM proposes paths and learns by REINFORCE how accurate they are by weights that all of them share.
 *
 * Pham et al. 2018, "Efficient Neural Architecture Search via Parameter Sharing", arXiv:1802.03268, Section 2.2; network,
 * rates and steps are those of its entry in NAS-Bench-201 (AutoDL-Projects, NAS-Bench-201-algos/ENAS.py). Each epoch:
 *
 *   1. weights: a step along one path of the policy for each batch
 *   2. policy: `updates` steps of Adam, each on the mean of −log π (R − b) over `samples` paths, its gradient clipped
 *      R = accuracy on one batch + w H,  accuracy from 0 to 1, H the entropy of the path's decisions
 *
 * The defaults of two options are where that entry differs from ENAS:
 *
 * | `baseline`   | b                                                                          |
 * | ------------ | -------------------------------------------------------------------------- |
 * | "per-epoch"  | 0.99 b₀ + 0.01 R, b₀ being the last b of the epoch before                  |
 * | "per-sample" | ENAS's: b ← 0.99 b + 0.01 R with each path, from 0 on                      |
 *
 * In the first epoch of "per-epoch" b is a path's own accuracy; then it moves by a hundredth in an epoch, stays far below
 * R, and every path is reinforced. With `entropy` "differentiated" R − b depends on the policy through H, and since −log π
 * is positive, a step lowers H; "stopped", as in ENAS, H is a number.
 *
 * In the end 100 paths are drawn, and that of the best accuracy is the answer. The policy is in
 * core/weight-sharing/enas-policy.ts.
 *
 * Different from that entry: accuracies are of images as they are, where it augments them. Candidates are drawn within
 * the limits of the manifest. The policy takes `updates` steps in an epoch however long that is, so its rate is not
 * changed with `reach`. Weights that a step does not use go on moving there, as with `"unsampled": "drift"` here.
 * Probabilities that are told are the shares among 200 paths.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import type { Rng } from "../../core/random/rng.ts";
import { drawFeasible } from "../../core/space/draw.ts";
import type { SharedWeights } from "../../core/training/weight-sharing.ts";
import { byAccuracy, CANDIDATE_OPTIONS, meanLoss, pathOf } from "../../core/weight-sharing/candidates.ts";
import { controllerBy } from "../../core/weight-sharing/controller.ts";
import { BASELINES, Baseline } from "../../core/weight-sharing/enas-baseline.ts";
import { PathPolicy } from "../../core/weight-sharing/enas-policy.ts";
import { stepsOnHalfOfCifar10 } from "../../core/weight-sharing/published.ts";

/** From how many paths the probabilities are told. */
const TOLD = 200;
/** The longest gradient of the policy. */
const CLIP = 5;
const ADAM = { beta1: 0, beta2: 0.999, epsilon: 1e-3 };

export default plugin({
  kind: "controller",
  name: "enas",
  summary: "An LSTM proposes paths, and learns by REINFORCE how accurate they are by shared weights",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      learningRate: { type: "number", exclusiveMinimum: 0, maximum: 100, default: 1e-3, description: "of the policy, by Adam" },
      updates: { type: "integer", minimum: 1, maximum: 100_000, default: 50, description: "steps of the policy in an epoch" },
      samples: { type: "integer", minimum: 1, maximum: 10_000, default: 20, description: "paths in a step of the policy" },
      baseline: { enum: BASELINES, default: "per-epoch", description: "when the moving average of the rewards moves" },
      baselineDecay: { type: "number", minimum: 0, maximum: 1, default: 0.99, description: "of that average" },
      entropyWeight: { type: "number", minimum: 0, maximum: 1000, default: 1e-4, description: "w: how much entropy is rewarded" },
      entropy: {
        enum: ["differentiated", "stopped"],
        default: "differentiated",
        description: "whether the policy learns through the entropy in its reward, too",
      },
      ...CANDIDATE_OPTIONS,
      images: { ...CANDIDATE_OPTIONS.images, default: 128 },
    },
  },
  needs: ["space", "rng", "engine", "feasible", "sharedWeights"],
  create(options, { space, rng, engine, feasible, sharedWeights }) {
    const { learningRate, updates, samples, entropyWeight, candidates, images } = options;
    const open = sharedWeights.open();
    const baseline = new Baseline(options.baseline, options.baselineDecay);

    const policy = new PathPolicy(engine, rng, space);

    async function update(weights: SharedWeights): Promise<void> {
      const drawn = Array.from({ length: samples }, () => {
        const architecture = policy.draw(weights.rng);
        const { logp, entropy } = engine;
        return { architecture, logp, entropy, slopes: { logp: engine.gradients(1, 0), entropy: engine.gradients(0, 1) } };
      });
      const accuracies = await weights.accuracies(
        drawn.map(({ architecture }) => pathOf(open, architecture)),
        images,
      );
      for (const [i, { logp, entropy, slopes }] of drawn.entries()) {
        const { advantage, slope } = baseline.see(accuracies[i]! / 100, entropyWeight * entropy);
        engine.addGradients(slopes.logp, -advantage / samples);
        if (options.entropy === "differentiated") engine.addGradients(slopes.entropy, (-logp * slope * entropyWeight) / samples);
      }
      engine.clip(CLIP);
      engine.adam({ ...ADAM, learningRate });
    }

    function shares(rng: Rng): number[][] {
      const counts = open.edges.map((edge) => edge.operations.map(() => 0));
      for (let path = 0; path < TOLD; path++)
        for (const [e, operation] of open.operationsOf(policy.draw(rng)).entries()) if (operation !== undefined) counts[e]![operation]!++;
      return counts.map((edge) => edge.map((count) => count / TOLD));
    }

    return controllerBy(sharedWeights, {
      schedule: {
        ...{ epochs: 250, batchSize: 128, learningRate: 0.05, finalLearningRate: 5e-4, halfPeriod: 10 },
        ...{ momentum: 0.9, nesterov: true, weightDecay: 2.5e-4, clip: 5 },
      },
      publishedSteps: 250 * stepsOnHalfOfCifar10(128),
      async epoch(_epoch, weights) {
        const paths = Array.from({ length: weights.steps }, () => pathOf(open, policy.draw(weights.rng)));
        const loss = meanLoss(await weights.learn(paths));
        for (let i = 0; i < updates; i++) await update(weights);
        baseline.endEpoch();
        return { loss, probabilities: shares(weights.rng) };
      },
      save: () => [...baseline.save(), ...engine.save()],
      restore(saved) {
        baseline.restore(saved);
        engine.restore(saved.slice(baseline.saved));
      },
      async rank(weights) {
        const drawn = Array.from({ length: candidates }, () => drawFeasible(() => policy.draw(weights.rng), feasible));
        return byAccuracy(weights, open, drawn, images);
      },
    });
  },
});
