/**
 * ASE-NAS that learns in imagination: the policy of `gnn-lstm`, trained by REINFORCE on many rewards that a model predicts
 * between two real ones.
 *
 * Chen et al., "Automatic Subspace Evoking for Efficient Neural Architecture Search", Algorithm 1, in the form of Dyna
 * (Sutton 1991, doi:10.1145/122344.122377): what is evaluated teaches a model, and the policy learns from the model. The
 * model is the Gaussian process of `evoke` on what architectures compute.
 *
 * | Dyna                      | here                  | meaning                                                       |
 * | ------------------------- | --------------------- | ------------------------------------------------------------- |
 * | world model               | `model`               | what is believed of R, after all evaluations                  |
 * | k hypothetical steps      | `imagined`            | samples and steps of the policy between two queries           |
 * | predicted reward          | `model.value`         | R(β) of an imagined candidate, from the present centres       |
 * | policy                    | `policy`              | π_G and π_L, as in `gnn-lstm`                                 |
 *
 * Different from Dyna: a real reward teaches the model only, as in MBPO (Janner et al. 2019, arXiv:1906.08253), so the
 * rewards of the manifest have no part in it. An imagined candidate that the limits do not admit teaches nothing.
 *
 * The policy learns from R(β) and not, as in the paper, from R(β|α) = R(β) − R(α): with that, a subspace pays whose centre
 * is poor, and few queries are left to find out where good ones are. `"imaginedReward": "improvement"` is the paper's.
 *
 * With `samples` the model also chooses what is evaluated; without, the policy does, and may propose again what is known.
 *
 * @module
 */
import { GraphModel, SAMPLES_OPTION } from "../../core/evoking/graph-model.ts";
import type { Proposal } from "../../core/plugin/controller.ts";
import { plugin } from "../../core/plugin/plugin.ts";
import { ModificationChoice, Recurrence, SUBSPACE_POLICY_OPTIONS, SubspaceChoice } from "../../core/policy/decisions.ts";
import { GraphNetwork } from "../../core/policy/graph-network.ts";
import { policyGradient, smallUniform } from "../../core/policy/policy-gradient.ts";

const { batch, ...properties } = SUBSPACE_POLICY_OPTIONS.properties;

export default plugin({
  kind: "controller",
  name: "gnn-lstm-imagined",
  summary: "ASE-NAS whose policy learns from rewards that a Gaussian process predicts, many for each real one",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      ...properties,
      batch: { ...batch, description: "imagined proposals from one policy, then one step on their mean" },
      imagined: { type: "integer", minimum: 1, maximum: 1000, default: 10, description: "N: imagined proposals after each evaluation" },
      imaginedReward: {
        enum: ["absolute", "improvement"],
        default: "absolute",
        description: "what the policy learns from: R(β) as the model predicts it, or R(β) − R(α)",
      },
      samples: { ...SAMPLES_OPTION, default: 1 },
    },
  },
  needs: ["space", "subspaces", "rng", "engine", "feasible"],
  create(
    { hidden, globalSquash, localSquash, imagined, imaginedReward, samples, ...learning },
    { space, subspaces, rng, engine, feasible },
  ) {
    const initial = smallUniform(rng);
    const graph = new GraphNetwork(engine, initial, space, subspaces, hidden);
    const lstm = new Recurrence(engine, initial, hidden);
    const global = new SubspaceChoice(engine, initial, subspaces.count, hidden, globalSquash);
    const local = new ModificationChoice(engine, initial, space, hidden, localSquash);
    const model = new GraphModel({ space, subspaces, feasible });
    const relative = imaginedReward === "improvement";

    const policy = policyGradient(learning, { engine, rng }, (decide) => {
      const nodes = graph.nodes();
      const subspace = global.choose(nodes, lstm.start(engine.mean(nodes)), decide);
      const centre = subspaces.centres[subspace]!;
      const modifications = local.choose(lstm, global.embedding(subspace), centre, subspaces.radius, decide);
      return { architecture: space.modify(centre, modifications), subspace };
    });

    function forget(proposal: Proposal): void {
      policy.observe({ ...proposal, score: Number.NaN, reward: Number.NaN, withdrawn: true });
    }
    function imagine(): void {
      const proposal = policy.propose();
      const value = model.value(proposal.architecture);
      if (value === undefined) forget(proposal);
      else policy.observe({ ...proposal, score: value, reward: value - (relative ? model.centres[proposal.subspace!]! : 0) });
    }
    /** Draws what the policy does not learn from. */
    function sample(): Proposal {
      const proposal = policy.propose();
      forget(proposal);
      return proposal;
    }

    return {
      propose() {
        if (model.learn()) for (let n = 0; n < imagined; n++) imagine();
        return model.choose(sample, samples);
      },
      observe: (outcome) => model.observe(outcome),
    };
  },
});
