/**
 * Evoked subspaces searched with a model: a Gaussian process on what architectures compute learns from what was evaluated,
 * and the members of promising subspaces by which it expects the greatest improvement are evaluated next.
 *
 * Our own, of known parts. Subspaces around centres, which better ones replace: the paper's (Eqs. 1 to 3), with a model in
 * place of a policy. Expected improvement: Jones et al. 1998, doi:10.1023/A:1008306431147. Local models in regions whose
 * radius adapts: TuRBO, Eriksson et al. 2019, arXiv:1910.01739. Features of networks, where a space says no others:
 * NAS-BOWL, Ru et al. 2021, arXiv:2006.07556. Parallel proposals, each believing the others: Ginsbourger et al. 2010,
 * doi:10.1007/978-3-642-10701-6_6.
 *
 * | paper | here      | meaning                                                                        |
 * | ----- | --------- | ------------------------------------------------------------------------------ |
 * | K     | `centres` | the best architectures, far enough from each other, around which candidates are |
 * | M     | `radius`  | modifications of a candidate at most, at first                                 |
 *
 * Where the space has few members, every one is a candidate as long as a model can learn from all observations, and the
 * model sees choices as well as what they compute (core/evoking/whole-space.ts). Elsewhere, and later, candidates come
 * from evoked subspaces (core/evoking/subspaces.ts), in searches from random architectures or far around the best, of
 * which the best go on (core/evoking/phases.ts).
 *
 * What the limits do not admit is not proposed, nor is anything twice while there is something new. An evaluation that
 * failed counts as the worst that is known.
 *
 * @module
 */
import { optionsUnfit } from "../../core/errors/index.ts";
import { ACQUISITIONS } from "../../core/evoking/acquisition.ts";
import { ExpectedBest } from "../../core/evoking/expected-best.ts";
import { extentsOf } from "../../core/evoking/model.ts";
import { Observations } from "../../core/evoking/observations.ts";
import { Phases } from "../../core/evoking/phases.ts";
import { Promotions } from "../../core/evoking/promotions.ts";
import { groupsOf, INCUMBENTS, membersUpTo, WholeSpace } from "../../core/evoking/whole-space.ts";
import { WARPINGS } from "../../core/gaussian-process/targets.ts";
import type { Measured } from "../../core/plugin/metric.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import type { Architecture } from "../../core/space/architecture.ts";
import { drawFeasible, drawNew } from "../../core/space/draw.ts";
import { allFeatures, choiceFeatures, featuresOf } from "../../core/space/features.ts";

/** Random architectures that a search begins with. */
const INITIAL = { whole: 20, local: 10 } as const;
/** Weight of the linear kernel in subspaces. */
const LOCAL_LINEAR = 2.5;
/** Share of the kernel of choices in a whole space, and its length scale in those of the kernel of what is computed. */
const [CHOICES, CHOICES_LENGTH] = [0.3, 0.5];

/** What the model sees. */
const FEATURES = { computed: featuresOf, choices: choiceFeatures, both: allFeatures } as const;

const at = (fidelity: number | undefined) => (fidelity === undefined ? {} : { fidelity });

const integer = { type: "integer", minimum: 1, maximum: 1000 } as const;
const evaluations = { ...integer, maximum: 1_000_000_000 } as const;
const MOST = 1_000_000;
const positive = {
  type: "array",
  minItems: 1,
  maxItems: 20,
  items: { type: "number", exclusiveMinimum: 0, maximum: MOST },
} as const;

export default plugin({
  kind: "controller",
  name: "evoke",
  summary: "Evokes subspaces and searches them by expected improvement under a Gaussian process",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      initial: {
        ...integer,
        maximum: 100_000,
        description: "random architectures that a search begins with; if left out 20 in a whole space, 10 elsewhere",
      },
      batch: { ...integer, default: 1, description: "proposals under way at once; each believes what the model says of the others" },
      whole: {
        type: "integer",
        minimum: 0,
        maximum: 100_000,
        default: 20_000,
        description: "members that a space may have to be looked at as a whole; 0: none is",
      },
      nearest: { ...integer, default: 300, description: "observations that a model learns from, those nearest to a centre" },
      centres: { ...integer, default: 4, description: "K: subspaces that are evoked" },
      radius: {
        ...integer,
        default: 6,
        description: "M: modifications of a candidate at most, at first; it grows with improvements and shrinks without",
      },
      apart: { ...integer, default: 3, description: "components in which any two centres differ at least" },
      candidates: { ...integer, maximum: 10_000, default: 1000, description: "members of the subspaces that the model is asked about" },
      perRound: {
        ...integer,
        maximum: 10_000,
        default: 5,
        description: "of these, those that are evaluated before it is asked about others",
      },
      patience: { ...evaluations, default: 150, description: "evaluations without an improvement until other subspaces are evoked" },
      restarts: {
        type: "integer",
        minimum: 0,
        maximum: 1_000_000_000,
        default: 5,
        description:
          "searches from random architectures before every second one begins with distant modifications of the best; 0: none does",
      },
      rung: {
        ...evaluations,
        default: 150,
        description: "evaluations after which a search is compared with the others; then after twice as many, again and again",
      },
      reduction: { ...integer, default: 3, description: "one search in so many goes on from there; 1: all do" },
      features: {
        enum: ["computed", "choices", "both"],
        default: "computed",
        description: "what the model sees: what the space says that an architecture computes, its choices, or both",
      },
      warping: {
        enum: WARPINGS,
        default: "log-distance",
        description: "what the model of a whole space learns: ranks of rewards, logarithms of their distances from the best, or rewards",
      },
      localWarping: {
        enum: ["most-likely", ...WARPINGS],
        default: "most-likely",
        description: "what the models of subspaces learn: one of these, or the more likely of log-distance and none",
      },
      acquisition: {
        enum: ACQUISITIONS,
        default: "expected-improvement",
        description: "what is proposed: what promises most by that, or is best in a function that is drawn from the model",
      },
      incumbent: {
        enum: INCUMBENTS,
        default: "in-turn",
        description:
          "what an improvement in a whole space is over: the best value, what the model believes of the best, which is less where there is noise, or each in turn",
      },
      beta: { type: "number", minimum: 0, maximum: MOST, default: 2, description: "β of upper-confidence: mean + β deviations" },
      scales: {
        ...positive,
        default: [1],
        description: "length scales in a whole space, as shares of the median squared distance; the most likely is taken",
      },
      choices: {
        type: "number",
        minimum: 0,
        maximum: 1,
        description:
          "share of a kernel of choices beside that of what the model sees, in a whole space; 0.3 if left out, and 0 with Thompson sampling",
      },
      localScales: { ...positive, default: [0.5, 1], description: "the same in subspaces" },
      linears: {
        ...positive,
        items: { type: "number", minimum: 0, maximum: MOST },
        default: [0],
        description: "weights of a linear kernel beside the exponential one in a whole space; the most likely is taken",
      },
      localLinears: {
        ...positive,
        items: { type: "number", minimum: 0, maximum: MOST },
        description: "the same in subspaces; 2.5 if left out, and 0 with Thompson sampling",
      },
      noises: {
        ...positive,
        default: [0.02, 0.1],
        description: "variances of the noise, as shares of that of the targets; the most likely is taken",
      },
      fidelities: {
        enum: ["full", "all"],
        default: "all",
        description: "the full one, or all that the evaluator has: what is new at the lowest, the best of each at the next",
      },
      answer: {
        enum: ["best-score", "expected"],
        default: "best-score",
        description: "what is held for best: the best score, or, where scores are noisy, what the model expects most of",
      },
    },
  },
  needs: ["space", "rng", "feasible", "allFidelities"],
  wholeSpace: true,
  underWay: "batch",
  create(
    { initial, batch, whole, features, scales, choices, localScales, linears, localLinears, noises, fidelities, answer, ...options },
    { space, rng, feasible, allFidelities },
  ) {
    const thompson = options.acquisition === "thompson";
    const inSubspaces = localLinears ?? [thompson ? 0 : LOCAL_LINEAR];
    const share = choices ?? (thompson ? 0 : CHOICES);
    for (const [name, weights] of Object.entries({ linears, localLinears: inSubspaces, choices: share }))
      if (thompson && [weights].flat().some((weight) => weight > 0))
        throw optionsUnfit(
          '"acquisition": "thompson"',
          `"${name}": ${typeof weights === "number" ? weights : `[${weights.join(", ")}]`}`,
          "functions are drawn for the exponential kernel of what the model sees only",
        );
    const observations = new Observations(FEATURES[features](space));
    const extents = extentsOf(() => observations.encode(space.sample(rng)));
    const extent = extents.computed;
    const among = (lengths: readonly number[], weights: readonly number[]) =>
      lengths.flatMap((scale) => weights.flatMap((linear) => noises.map((noise) => ({ scale, linear, noise }))));
    const phases = new Phases({ space, rng, feasible }, observations, extent, {
      ...options,
      initial: initial ?? INITIAL.local,
      among: among(localScales, inSubspaces),
    });
    const members = membersUpTo(space, whole)?.filter(feasible);
    const first = initial ?? (members ? INITIAL.whole : INITIAL.local);
    const groups = members && groupsOf(members.map(observations.encode));
    const withChoices = among(scales, linears).map((one) =>
      share > 0 ? { ...one, choices: { share, length: CHOICES_LENGTH * one.scale * extents.choices } } : one,
    );
    const all = groups && new WholeSpace(groups, observations, extent, rng, { ...options, among: withChoices });

    const promotions = new Promotions(fidelities === "all" ? allFidelities : allFidelities.slice(-1), observations.rewards);
    const expected = new ExpectedBest(observations.encode, extent, options);

    /** One that is new, if there is one among some draws, or in a space whose members are listed. */
    function random(): Architecture {
      const drawn = drawNew({ ...space, sample: () => drawFeasible(() => space.sample(rng), feasible) }, rng, (one) =>
        observations.isNew(one),
      );
      return observations.isNew(drawn) ? drawn : (members?.find((one) => observations.isNew(one)) ?? drawn);
    }

    return {
      concurrency: batch,
      propose() {
        const promoted = promotions.next();
        if (promoted) return { architecture: observations.encoded[promoted.number]!.architecture, ...at(promoted.fidelity) };
        const { count, pending } = observations;
        const model = all && count <= options.nearest ? all : phases;
        const chosen = count + pending.length < first ? undefined : model.promising(pending);
        const proposed = chosen ?? observations.encode(random());
        observations.expect(proposed);
        phases.expect(proposed);
        return { architecture: proposed.architecture, ...at(promotions.lowest) };
      },
      observe({ architecture, reward, withdrawn, fidelity }) {
        if (withdrawn) return observations.withdraw(architecture);
        if (fidelity === promotions.lowest) {
          observations.add(architecture, reward);
          promotions.learn(observations.count - 1, fidelity, reward);
          phases.learn(observations.count - 1);
        } else if (promotions.learn(observations.numberOf(architecture), fidelity, reward)) phases.rank();
      },
      ...(answer === "expected" && { answer: (candidates: readonly Measured[]) => expected.of(candidates) }),
    };
  },
});
