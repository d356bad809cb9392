/**
 * ASE-NAS with all edge features zero: the graph network of `gnn-lstm` with e_αα' = 0 in both of its
 * layers, so that it does not see how to turn one centre into another, nor which one is better.
 *
 * Chen et al., "Automatic Subspace Evoking for Efficient Neural Architecture Search", Eq. 5 and 6 with
 * e = 0, and no Eq. 7; a flag of the authors' code.
 *
 * | paper    | here              | meaning                                   |
 * | -------- | ----------------- | ----------------------------------------- |
 * | h_α      | `nodes`           | features of a subspace                    |
 * | π_G, π_L | `global`, `local` | which subspace; which modifications in it |
 *
 * The messages remain, but h in Eq. 5 is that of the receiver α itself, and what a message says of its
 * sender is in the edge alone. So all messages to a node are equal, and its features follow from its own
 * centre. All parameters start from the numbers that they have in `gnn-lstm` under the same seed.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { ModificationChoice, Recurrence, SUBSPACE_POLICY_OPTIONS, SubspaceChoice } from "../../core/policy/decisions.ts";
import { GraphNetwork } from "../../core/policy/graph-network.ts";
import { policyGradient, smallUniform } from "../../core/policy/policy-gradient.ts";

export default plugin({
  kind: "controller",
  name: "no-edge",
  summary: "ASE-NAS with all edge features of the graph network zero",
  options: SUBSPACE_POLICY_OPTIONS,
  needs: ["space", "subspaces", "rng", "engine"],
  underWay: "batch",
  create({ hidden, globalSquash, localSquash, ...learning }, { space, subspaces, rng, engine }) {
    const initial = smallUniform(rng);
    const graph = new GraphNetwork(engine, initial, space, subspaces, hidden, true);
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
