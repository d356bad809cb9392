/**
 * Progressive search: architectures grow by one component a level; a predictor that has learned from the
 * smaller ones says which k of a level are evaluated.
 *
 * Liu et al. 2018, "Progressive Neural Architecture Search", arXiv:1712.00559, Algorithm 1; the predictor
 * is their ensemble of MLPs (Section 4.3).
 *
 * | paper | here         | meaning                                                                  |
 * | ----- | ------------ | ------------------------------------------------------------------------ |
 * | b, B  | `level`, L   | components that have grown; all of them                                  |
 * | S_b   | `level`      | the architectures of the level whose accuracy is known                   |
 * | S'_b  | `grown`      | what one more component makes of the best of the level before            |
 * | K     | `k`          | architectures of a level that are evaluated, and that grow on            |
 * | π     | `Predictor`  | an ensemble; each member leaves a part of the observations out           |
 *
 * How architectures grow: at the start every component has its `neutral` choice, and with each level one more of
 * them, any one, has another; one that is absent counts as neutral. So level b holds what is b components away from the start, all levels together are the
 * space, each partial architecture is a member that can be evaluated, and no order of the components has to be
 * invented. On NAS-Bench-201 neutral is "none": cells of one edge, of two, up to six. Growing by operations is what
 * cnas does.
 *
 * As in the paper, of architectures that compute the same function (`space.functionKey`) one is evaluated. Where
 * edges grow singly, most small cells are dead or have dead edges: they cost nothing, have the accuracy of the one
 * that was evaluated, and grow on.
 *
 * Different from Liu et al.: the first level is cut to k as well, at random, since nothing is predicted yet. The
 * predictor sees the choice of each component, or what an architecture computes (`"features": "computed"`), where theirs
 * takes the mean of embeddings of blocks, and it learns the rank of an accuracy among those known, since accuracies near
 * chance would outweigh the differences that matter. After the last level the search goes on, k by k: with the
 * neighbours of the best k of all.
 *
 * @module
 */
import { operationUnknown } from "../../core/errors/index.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import { Predictor, rankShares } from "../../core/policy/predictor.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { firstChoice, isPresent } from "../../core/space/choices.ts";
import { drawNew } from "../../core/space/draw.ts";
import { encodingOf, SHOWN } from "../../core/space/encoding.ts";
import { remade } from "../../core/space/modifications.ts";

interface Place {
  readonly architecture: Architecture;
  readonly reward: number;
}

export default plugin({
  kind: "controller",
  name: "pnas",
  summary: "Architectures grow by one component a level; a predictor chooses which are evaluated",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      k: { type: "integer", minimum: 1, maximum: 10_000, default: 25, description: "K: architectures of a level that are evaluated" },
      neutral: {
        type: "string",
        default: "",
        description:
          "the choice of components that have not grown yet, of those that have it; the others', and if empty all, have their first",
      },
      features: { enum: SHOWN, default: "choices", description: "what the predictor sees: what an architecture computes, or its choices" },
      members: { type: "integer", minimum: 1, maximum: 100, default: 5, description: "MLPs in the ensemble" },
      hidden: { type: "integer", minimum: 1, maximum: 4096, default: 32, description: "units of an MLP" },
      epochs: {
        type: "integer",
        minimum: 1,
        maximum: 10_000,
        default: 25,
        description: "steps of learning before a level, all observations in each",
      },
      learningRate: { type: "number", exclusiveMinimum: 0, maximum: 100, default: 0.01, description: "of Adam" },
    },
  },
  needs: ["space", "rng", "engine"],
  create({ k, neutral, features, members, hidden, epochs, learningRate }, { space, rng, engine }) {
    const names = [...new Set(space.choices.flat())];
    if (neutral !== "" && !names.includes(neutral)) throw operationUnknown("neutral", neutral, names);
    /** By component. */
    const nothing = space.choices.map((choices, component) => Math.max(choices.indexOf(neutral), firstChoice(space, component)));
    const predictor = new Predictor(engine, rng, encodingOf(space, features), hidden, members);
    const start = remade(space, space.sample(rng), (component) => nothing[component]);
    /** The rewards of what was evaluated, −∞ where that failed, by function. */
    const known = new Map<string, number>();
    /** What did not fail, in the order of evaluation. */
    const evaluated: Place[] = [];
    /** False after the last level. */
    let growing = true;
    /** The level's architectures, known or in the queue; empty before the first level. */
    let level: readonly Architecture[] = [];
    /** To be proposed, the most promising first. */
    let queue: Architecture[] = [];

    const rewardOf = (architecture: Architecture) => known.get(space.functionKey(architecture));
    const best = (places: readonly Place[]) =>
      places
        .toSorted((a, b) => b.reward - a.reward)
        .slice(0, k)
        .map(({ architecture }) => architecture);

    /** S'_b: what one more component makes of the best of the level. */
    function grown(): Architecture[] {
      const size = (architecture: Architecture) =>
        architecture.filter((choice, component) => choice !== nothing[component] && isPresent(space, architecture, component)).length;
      const places = level.map((architecture) => ({ architecture, reward: rewardOf(architecture)! }));
      const parents = level.length > 0 ? best(places.filter(({ reward }) => Number.isFinite(reward))) : [start];
      return parents.flatMap((parent) => space.neighbours(parent).filter((child) => size(child) > size(parent)));
    }

    /** Fills the queue, but for a level of which everything is known. */
    function advance(): void {
      const children = distinct(growing ? grown() : best(evaluated).flatMap((parent) => space.neighbours(parent)), (one) =>
        space.encode(one),
      );
      const unknown = children.filter((child) => rewardOf(child) === undefined);
      queue = distinct(promisingFirst(unknown), (one) => space.functionKey(one)).slice(0, k);
      if (!growing && queue.length === 0) queue = [drawNew(space, rng, (one) => !known.has(space.functionKey(one)))];
      growing &&= children.length > 0;
      level = growing ? [...children.filter((child) => rewardOf(child) !== undefined), ...queue] : [];
    }

    function promisingFirst(architectures: readonly Architecture[]): Architecture[] {
      if (evaluated.length > 0) {
        const targets = rankShares(evaluated.map(({ reward }) => reward));
        predictor.fit(
          evaluated.map(({ architecture }) => architecture),
          targets,
          { epochs, learningRate },
        );
      }
      const worth = evaluated.length > 0 ? predictor.predict(architectures) : architectures.map(() => rng.next());
      return architectures
        .map((architecture, i) => ({ architecture, reward: worth[i]! }))
        .sort((a, b) => b.reward - a.reward)
        .map(({ architecture }) => architecture);
    }

    return {
      propose() {
        while (queue.length === 0) advance();
        return { architecture: queue.shift()! };
      },
      observe({ architecture, reward }) {
        const failed = Number.isNaN(reward);
        known.set(space.functionKey(architecture), failed ? Number.NEGATIVE_INFINITY : reward);
        if (!failed) evaluated.push({ architecture, reward });
      },
    };
  },
});

/** The first of each kind. */
function distinct(architectures: readonly Architecture[], kind: (architecture: Architecture) => string): Architecture[] {
  return [...new Map(architectures.toReversed().map((architecture) => [kind(architecture), architecture])).values()].reverse();
}
