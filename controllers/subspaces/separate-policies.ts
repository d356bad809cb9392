/**
 * ASE-NAS with two policies instead of a joint one: an LSTM of its own chooses the subspace, another the
 * modifications.
 *
 * Chen et al., "Automatic Subspace Evoking for Efficient Neural Architecture Search", Algorithm 1 without
 * the joint policy; a flag of the authors' code.
 *
 * | paper    | here                    | meaning                                                     |
 * | -------- | ----------------------- | ----------------------------------------------------------- |
 * | h_α      | `nodes`                 | features of a subspace, from the graph network of `gnn-lstm` |
 * | π_G      | `globalLstm`, `global`  | which subspace                                              |
 * | π_L      | `localLstm`, `local`    | which modifications in it                                   |
 *
 * The LSTM of π_G makes one step, on the mean of the node features. That of π_L starts from a zero state,
 * and its first input is the embedding of the chosen subspace: its row, by its index, in a table [K, H] that
 * only π_L learns. So π_L knows which subspace was chosen and, unlike in `gnn-lstm`, nothing of the graph.
 * No parameter belongs to both; both learn from the same reward, and the entropy of both is rewarded.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { ModificationChoice, Recurrence, SUBSPACE_POLICY_OPTIONS, SubspaceChoice } from "../../core/policy/decisions.ts";
import { GraphNetwork } from "../../core/policy/graph-network.ts";
import { policyGradient, smallUniform } from "../../core/policy/policy-gradient.ts";

export default plugin({
  kind: "controller",
  name: "separate-policies",
  summary: "ASE-NAS with an LSTM of its own for each of the global and the local policy",
  options: SUBSPACE_POLICY_OPTIONS,
  needs: ["space", "subspaces", "rng", "engine"],
  underWay: "batch",
  create({ hidden, globalSquash, localSquash, ...learning }, { space, subspaces, rng, engine }) {
    const initial = smallUniform(rng);
    const graph = new GraphNetwork(engine, initial, space, subspaces, hidden);
    const globalLstm = new Recurrence(engine, initial, hidden);
    const global = new SubspaceChoice(engine, initial, subspaces.count, hidden, globalSquash);
    const localLstm = new Recurrence(engine, initial, hidden);
    const local = new ModificationChoice(engine, initial, space, hidden, localSquash);

    return policyGradient(learning, { engine, rng }, (decide) => {
      const nodes = graph.nodes();
      const subspace = global.choose(nodes, globalLstm.start(engine.mean(nodes)), decide);
      localLstm.clear();
      const centre = subspaces.centres[subspace]!;
      const modifications = local.choose(localLstm, global.embedding(subspace), centre, subspaces.radius, decide);
      return { architecture: space.modify(centre, modifications), subspace };
    });
  },
});
