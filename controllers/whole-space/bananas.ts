/**
 * Bayesian optimisation with a neural predictor: an ensemble of MLPs learns from all that was evaluated, and of many
 * candidates, those that look best in a draw from its predictions are evaluated next.
 *
 * White et al. 2021, "BANANAS: Bayesian Optimization with Neural Architectures for Neural Architecture
 * Search", arXiv:1910.11858, Algorithm 1.
 *
 * | paper | here                   | meaning                                                           |
 * | ----- | ---------------------- | ----------------------------------------------------------------- |
 * | t₀    | `initial`              | random architectures to begin with                                |
 * | k     | `perRound`             | architectures that are evaluated before the ensemble learns again |
 * | M     | `members`              | networks in the ensemble                                          |
 * | f̂, σ̂  | `mean`, `deviation`    | of what the members say                                           |
 * | φ_ITS | `independent-thompson` | a draw from N(f̂, σ̂²) for each candidate                           |
 * | φ_UCB | `upper-confidence`     | f̂ + σ̂/2; the better the larger, where theirs are errors           |
 *
 * The ensemble sees the paths of an architecture (`space.paths`), or its choices in a space that does not list them.
 * `"features": "computed"` shows it what the space says that an architecture computes, with which it finds more on
 * NAS-Bench-201. Candidates are drawn anew each round: one of the best `parents` with a component changed, half of the
 * time with one more, and so on; a share of them is drawn from the whole space. A function (`space.functionKey`) that was
 * proposed or evaluated is not a candidate again.
 *
 * Different from White et al.: an MLP has one hidden layer, theirs ten of 20 units, and it goes on learning from
 * round to round, where theirs starts anew. On NAS-Bench-201 up to five layers, more steps and starting anew were no
 * better, and slower. It learns the rank of an accuracy among those known by squared error, so that
 * differences among the good count, as in their loss relative to a known bound of the error. Each member leaves
 * out a fifth of the observations, where theirs differ in first weights and the order of what they see. The
 * authors' naszilla mutates the best one and draws no random candidates.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { Predictor, rankShares } from "../../core/policy/predictor.ts";
import { nearlyNormal } from "../../core/random/rng.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { drawNew } from "../../core/space/draw.ts";
import { encodingOf, pathEncoding, SHOWN } from "../../core/space/encoding.ts";
import { uniformModifications } from "../../core/space/modifications.ts";

interface Place {
  readonly architecture: Architecture;
  readonly reward: number;
}

/** The probability that one component more is changed. */
const MORE = 0.5;

export default plugin({
  kind: "controller",
  name: "bananas",
  summary: "Bayesian optimisation: an ensemble of neural predictors chooses among mutations of the best",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      initial: { type: "integer", minimum: 1, maximum: 100_000, default: 10, description: "random architectures to begin with" },
      perRound: {
        type: "integer",
        minimum: 1,
        maximum: 10_000,
        default: 10,
        description: "k: architectures evaluated before the ensemble learns again",
      },
      candidates: { type: "integer", minimum: 1, maximum: 100_000, default: 200, description: "draws of candidates for a round" },
      parents: {
        type: "integer",
        minimum: 1,
        maximum: 100_000,
        default: 10,
        description: "how many of the best architectures are changed",
      },
      random: {
        type: "number",
        minimum: 0,
        maximum: 1,
        default: 0.3,
        description: "share of the candidates that is drawn from the whole space",
      },
      acquisition: {
        enum: ["independent-thompson", "upper-confidence"],
        default: "independent-thompson",
        description: "what makes a candidate good: a draw from N(mean, deviation²), or mean + ½ deviation",
      },
      features: {
        enum: ["paths", ...SHOWN],
        default: "paths",
        description: "what the ensemble sees: paths, where the space lists them; what an architecture computes; its choices",
      },
      members: { type: "integer", minimum: 1, maximum: 100, default: 5, description: "M: MLPs in the ensemble" },
      hidden: { type: "integer", minimum: 1, maximum: 4096, default: 20, description: "units of an MLP" },
      epochs: {
        type: "integer",
        minimum: 1,
        maximum: 10_000,
        default: 30,
        description: "steps of learning before a round, all observations in each",
      },
      learningRate: { type: "number", exclusiveMinimum: 0, maximum: 100, default: 0.01, description: "of Adam" },
    },
  },
  needs: ["space", "rng", "engine"],
  underWay: "perRound",
  create(
    { initial, perRound, candidates, parents, random, acquisition, features, members, hidden, epochs, learningRate },
    { space, rng, engine },
  ) {
    const encoding =
      features !== "paths" ? encodingOf(space, features) : space.paths ? pathEncoding(space.paths) : encodingOf(space, "choices");
    const ensemble = new Predictor(engine, rng, encoding, hidden, members);
    /** Functions that were proposed or evaluated. */
    const seen = new Set<string>();
    /** What did not fail, in the order of evaluation. */
    const evaluated: Place[] = [];
    /** To be proposed, the most promising first. */
    let queue: Architecture[] = [];

    function mutated(parent: Architecture): Architecture {
      let changes = 1;
      while (rng.next() < MORE) changes++;
      return space.modify(parent, uniformModifications(space, parent, changes, rng));
    }

    /** New ones, each function once. */
    function drawn(): Architecture[] {
      const best = evaluated.toSorted((a, b) => b.reward - a.reward).slice(0, parents);
      const found = new Map<string, Architecture>();
      for (let draw = 0; draw < candidates; draw++) {
        const architecture = rng.next() < random ? space.sample(rng) : mutated(best[rng.below(best.length)]!.architecture);
        const name = space.functionKey(architecture);
        if (!seen.has(name)) found.set(name, architecture);
      }
      return [...found.values()];
    }

    function nextRound(): Architecture[] {
      ensemble.fit(
        evaluated.map(({ architecture }) => architecture),
        rankShares(evaluated.map(({ reward }) => reward)),
        { epochs, learningRate },
      );
      const architectures = drawn();
      const predictions = ensemble.predictions(architectures);
      return architectures
        .map((architecture, i) => {
          const mean = predictions.reduce((sum, values) => sum + values[i]!, 0) / members;
          const deviation = Math.sqrt(predictions.reduce((sum, values) => sum + (values[i]! - mean) ** 2, 0) / members);
          return { architecture, worth: mean + deviation * (acquisition === "upper-confidence" ? 0.5 : nearlyNormal(rng)) };
        })
        .sort((a, b) => b.worth - a.worth)
        .slice(0, perRound)
        .map(({ architecture }) => architecture);
    }

    return {
      concurrency: perRound,
      propose() {
        if (queue.length === 0 && evaluated.length >= initial) queue = nextRound();
        const architecture = queue.shift() ?? drawNew(space, rng, (one) => !seen.has(space.functionKey(one)));
        seen.add(space.functionKey(architecture));
        return { architecture };
      },
      observe({ architecture, reward }) {
        seen.add(space.functionKey(architecture));
        if (!Number.isNaN(reward)) evaluated.push({ architecture, reward });
      },
    };
  },
});
