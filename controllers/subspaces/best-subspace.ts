/**
 * ASE-NAS without a global policy: the subspace is always the one with the best centre, and only the
 * modifications in it are chosen and learnt.
 *
 * Chen et al., "Automatic Subspace Evoking for Efficient Neural Architecture Search", Section V-C says what
 * it expects of such a search: the other subspaces are ignored, and so never improve.
 *
 * | paper          | here                      | meaning                                              |
 * | -------------- | ------------------------- | ---------------------------------------------------- |
 * | argmax_α R(α)  | `subspaces.best()`        | the subspace; the first of equals                    |
 * | h_α            | `nodes`                   | features of a subspace, as in `gnn-lstm`             |
 * | π_L            | `lstm`, `local`           | which modifications                                  |
 *
 * The LSTM is fed as in `gnn-lstm`, so that the choice of the subspace is the one thing that differs: first the mean
 * of the node features, then the embedding of the subspace, its row in a table [K, H]. The graph network is thus a
 * part of the local policy. `globalSquash` has no score to squash here; it is accepted so that a manifest need
 * change nothing but the name.
 *
 * @module
 */
import { plugin } from "../../core/plugin/plugin.ts";
import { ModificationChoice, Recurrence, SUBSPACE_POLICY_OPTIONS } from "../../core/policy/decisions.ts";
import { GraphNetwork } from "../../core/policy/graph-network.ts";
import { policyGradient, smallUniform } from "../../core/policy/policy-gradient.ts";

export default plugin({
  kind: "controller",
  name: "best-subspace",
  summary: "ASE-NAS that always takes the subspace with the best centre, and learns the modifications only",
  options: SUBSPACE_POLICY_OPTIONS,
  needs: ["space", "subspaces", "rng", "engine"],
  underWay: "batch",
  create({ hidden, globalSquash: _, localSquash, ...learning }, { space, subspaces, rng, engine }) {
    const initial = smallUniform(rng);
    const graph = new GraphNetwork(engine, initial, space, subspaces, hidden);
    const lstm = new Recurrence(engine, initial, hidden);
    const embeddings = engine.parameter(subspaces.count, hidden, initial);
    const local = new ModificationChoice(engine, initial, space, hidden, localSquash);

    return policyGradient(learning, { engine, rng }, (decide) => {
      const subspace = subspaces.best();
      lstm.start(engine.mean(graph.nodes()));
      const centre = subspaces.centres[subspace]!;
      const modifications = local.choose(lstm, engine.row(embeddings, subspace), centre, subspaces.radius, decide);
      return { architecture: space.modify(centre, modifications), subspace };
    });
  },
});
