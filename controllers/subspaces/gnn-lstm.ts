/**
 * Automatic Subspace Evoking: a graph network reads the candidate subspaces, an LSTM chooses one of them
 * and then M modifications of its centre; both learn together by REINFORCE.
 *
 * Chen et al., "Automatic Subspace Evoking for Efficient Neural Architecture Search", Algorithm 1, lines
 * 6–9 and 16, Eq. 2 and 5–7; the graph network is core/policy/graph-network.ts, the decisions are
 * core/policy/decisions.ts, the learning rule is core/policy/policy-gradient.ts.
 *
 * | paper                   | here                          | meaning                                     |
 * | ----------------------- | ----------------------------- | ------------------------------------------- |
 * | G = (V, E)              | `subspaces`                   | the graph of the candidate subspaces        |
 * | K, M                    | `subspaces.count`, `.radius`  | how many subspaces, modifications per query |
 * | L, C                    | `space.length`, `.choices`    | components, choices per component           |
 * | h_α                     | `nodes`                       | features of a subspace                      |
 * | π_G, π_L                | `global`, `local`             | which subspace; which modifications in it   |
 * | Δα, β = α ⊕ Δα (Eq. 1)  | `modifications`, `modify`     | what is changed; the candidate              |
 *
 * Beyond the paper, from the authors' code: R(α) is an input of each node; a linear map and a ReLU come
 * before the mean of Eq. 5; scores are squashed by c · tanh(·), logits as well, each with a c of its own.
 * The options of the authors' code are a learning rate of 9.4468e-3, weight decay of 2.374e-5 and entropy
 * weight of 5.05e-4; the defaults are the paper's.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { ModificationChoice, Recurrence, SUBSPACE_POLICY_OPTIONS, SubspaceChoice } from "../../core/policy/decisions.ts";
import { GraphNetwork } from "../../core/policy/graph-network.ts";
import { policyGradient, smallUniform } from "../../core/policy/policy-gradient.ts";

export default plugin({
  kind: "controller",
  name: "gnn-lstm",
  summary: "ASE-NAS: a graph network and an LSTM choose a subspace and modifications in it, learning by REINFORCE",
  options: SUBSPACE_POLICY_OPTIONS,
  needs: ["space", "subspaces", "rng", "engine"],
  underWay: "batch",
  create({ hidden, globalSquash, localSquash, ...learning }, { space, subspaces, rng, engine }) {
    const initial = smallUniform(rng);
    const graph = new GraphNetwork(engine, initial, space, subspaces, hidden);
    const lstm = new Recurrence(engine, initial, hidden);
    const global = new SubspaceChoice(engine, initial, subspaces.count, hidden, globalSquash);
    const local = new ModificationChoice(engine, initial, space, hidden, localSquash);

    return policyGradient(learning, { engine, rng }, (decide) => {
      const nodes = graph.nodes();
      const subspace = global.choose(nodes, lstm.start(engine.mean(nodes)), decide);
      const centre = subspaces.centres[subspace]!;
      const modifications = local.choose(lstm, global.embedding(subspace), centre, subspaces.radius, decide);
      return { architecture: space.modify(centre, modifications), subspace };
    });
  },
});
